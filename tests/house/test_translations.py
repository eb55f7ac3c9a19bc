"""Every Danish text has its English, with the same placeholders; nothing is translated that is not there.

Texts are collected as `make messages` does: files from babel.cfg, the names of functions from the Makefile.
"""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from shop.config import ROOT

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
ENGLISH = ROOT / "shop" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PYTHON = ("shop", "catalog", "orders")


def _keywords() -> dict[str, Any]:
    """The functions whose texts `make messages` collects: the tool's own, and those the Makefile adds."""
    recipe = re.search(r"^messages:.*?\n\n", (ROOT / "Makefile").read_text(), re.DOTALL | re.MULTILINE)
    assert recipe, "the Makefile has no messages"
    added = re.findall(r"--keyword (\S+)", recipe.group())
    assert added, "the Makefile names no keywords"
    return {**DEFAULT_KEYWORDS, **parse_keywords(added)}


@cache
def texts() -> frozenset[tuple[str, ...]]:
    """Every text that is marked for translation; one with a plural as two."""
    with (ROOT / "babel.cfg").open() as mapping:
        method_map, options_map = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = extract_from_dir(str(ROOT), method_map, options_map, _keywords())
    return frozenset(forms(message) for _file, _line, message, _comments, _context in found if message)


@cache
def english() -> Catalog:
    """The English catalogue as it is written."""
    return read_po(io.BytesIO(ENGLISH.read_bytes()), locale="en")


def forms(text: Any) -> tuple[str, ...]:
    """One text, or its singular and plural."""
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text or ""),)


def _messages() -> list[Message]:
    return [message for message in english() if message.id]


def _python_files() -> Iterator[tuple[Path, ast.Module]]:
    for folder in PYTHON:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_the_collection_finds_both_kinds_of_files() -> None:
    assert ("Bestil og betal",) in texts()  # a page
    assert ("Venlig hilsen",) in texts()  # a letter
    assert ("%(num)s dag", "%(num)s dage") in texts()  # Python, with a plural
    assert ("Lukkedage",) in texts()  # Python, in a table made when imported


def test_every_text_has_its_english() -> None:
    missing = [text[0] for text in sorted(texts()) if not all(forms(getattr(english().get(text[0]), "string", "")))]
    assert not missing, f"{len(missing)} texts without English (make messages):\n" + "\n".join(missing)


def test_nothing_is_translated_that_is_not_there() -> None:
    dead = [message.id for message in _messages() if forms(message.id) not in texts()]
    assert not dead, "no longer in the source (make messages):\n" + "\n".join(map(str, dead))
    assert not english().obsolete
    assert not [message.id for message in _messages() if message.fuzzy]


def test_placeholders_are_the_same() -> None:
    wrong = []
    for message in _messages():
        wanted = {name for text in forms(message.id) for name in PLACEHOLDER.findall(text)}
        # "one letter" may leave out the number; nothing else is left out, and nothing is added
        strings = forms(message.string)
        wrong += [text for text in strings if not set(PLACEHOLDER.findall(text)) <= wanted]
        wrong += [strings[-1]] if set(PLACEHOLDER.findall(strings[-1])) != wanted else []
    assert not wrong, "\n".join(wrong)


def test_texts_with_placeholders_can_be_filled_in() -> None:
    """A lone % in such a text would break the page that shows it."""
    for message in _messages():
        for text in (*forms(message.id), *forms(message.string)):
            values = dict.fromkeys(PLACEHOLDER.findall(text), 7)
            if values:
                assert text % values


def test_the_english_ends_as_the_danish_does() -> None:
    """A sentence stays a sentence, a label a label, a question a question."""
    wrong = []
    for message in _messages():
        danish, translated = forms(message.id)[0], forms(message.string)[0]
        if danish[-1] not in ").:" and translated[-1:] in tuple(".:!"):
            wrong.append(f"{danish} | {translated}")
        if danish[-1] in ":(" and danish[-1] != translated[-1:]:
            wrong.append(f"{danish} | {translated}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("sign", ["!", "«", "»", '"', " - ", "  "])
def test_english_is_set_as_english(sign: str) -> None:
    """Typographic quotes of English, no shouting, no stray spaces."""
    wrong = [text for message in _messages() for text in forms(message.string) if sign in text or text != text.strip()]
    assert not wrong, "\n".join(wrong)


# Where the functions themselves are made: they hand on what they were given.
PLUMBING = ("shop/i18n.py", "shop/web/templating.py")


def test_texts_in_python_are_written_out_where_they_are_marked() -> None:
    """A text in a variable is not found, so it would stay Danish; an f-string would never match."""
    wrong = []
    for path, tree in _python_files():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in ("_", "gettext", "lazy_gettext", "ngettext"):
                continue
            first = node.args[0] if node.args else None
            if str(path) in PLUMBING and isinstance(first, ast.Name):
                continue
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                wrong.append(f"{path}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_python_knows_the_functions_by_names_that_are_collected() -> None:
    """`from shop.i18n import lazy_gettext as tr` would hide every text of a module."""
    wrong = []
    for path, tree in _python_files():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            for name in node.names:
                shown = name.asname or name.name
                if name.name.endswith("gettext") and shown not in _keywords():
                    wrong.append(f"{path}:{node.lineno}: {shown}")
    assert not wrong, "\n".join(wrong)
