"""The README tells the truth: its commands and variables exist, its links lead somewhere."""

import re

import click

from shop.cli import COMMANDS
from shop.config import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_it_names_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", README))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets, named - targets
    assert {"run", "test", "install", "bench"} <= named


def test_every_command_it_names_exists_and_explains_itself() -> None:
    words = re.search(r"Other commands: (.*?); each has", README, re.DOTALL)
    assert words is not None
    named = {text.split(" ")[0] for text in re.findall(r"`([a-z]+)[^`]*`", words.group(1))}
    assert named <= {command.name for command in COMMANDS} | {"db"}
    for command in COMMANDS:
        _explains_itself(command)


def _explains_itself(command: click.Command) -> None:
    assert command.help, command.name
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _explains_itself(inner)


def test_every_variable_is_explained() -> None:
    read = set(re.findall(r'env\.get\("([A-Z_]+)"', (ROOT / "shop" / "config.py").read_text(encoding="utf-8")))
    told = set(re.findall(r"`([A-Z_]+)`", README))
    assert read <= told, read - told


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
