"""Modules stay short enough to be read at once, and nothing is left behind."""

import ast
import re
import subprocess
from pathlib import Path

from shop.config import ROOT

MOST_LINES = 400
MOST_FUNCTION_LINES = 40


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    return [ROOT / name for name in listed if name and (ROOT / name).exists()]


def test_modules_are_at_most_400_lines() -> None:
    """A migration is written by a program, and a test file is a list."""
    long = {
        str(path.relative_to(ROOT)): count
        for path in _tracked("shop/*.py", "catalog/*.py", "orders/*.py", "bench/*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_functions_are_at_most_40_lines() -> None:
    long, lengths = [], []
    for path in _tracked("shop/*.py", "catalog/*.py", "orders/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths.append(lines)
                if lines > MOST_FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines}")
    assert not long, "\n".join(long)
    assert sorted(lengths)[int(len(lengths) * 0.9)] <= 30


def test_nothing_unfinished_is_left() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    left = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in _tracked("shop/*.py", "catalog/*.py", "orders/*.py", "templates/*", "*.js")
        if (found := words.search(path.read_text(encoding="utf-8")))
    ]
    assert not left


def test_no_utils_and_no_helpers() -> None:
    assert not [path for path in _tracked("*.py") if path.stem in {"utils", "helpers"}]


def test_no_inline_style_or_script_in_templates() -> None:
    """Letters carry their own style: a mail program fetches no file."""
    bad = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    found = [
        str(path.relative_to(ROOT))
        for path in _tracked("templates/*.html")
        if "mail" not in path.parts and "documents" not in path.parts and bad.search(path.read_text(encoding="utf-8"))
    ]
    assert not found
