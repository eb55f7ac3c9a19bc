"""Every Danish text has its English, with the same placeholders; nothing is translated that is not there."""

import io
import re
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shop.config import ROOT

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}


def _texts() -> set[str]:
    found: set[str] = set()
    for folder in ("shop", "catalog", "orders", "templates"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder),
            method_map=[("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")],
            options_map={"**.html": {"trimmed": "true"}, "**.txt": {"trimmed": "true"}},
            keywords=KEYWORDS,
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found - {""}


def _english() -> Catalog:
    path = ROOT / "shop" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(path.read_bytes()), locale="en")


def _forms(text: Any) -> tuple[str, ...]:
    """One text, or its singular and plural."""
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text or ""),)


def test_every_text_has_its_english() -> None:
    catalogue = _english()
    missing = []
    for text in sorted(_texts()):
        message = catalogue.get(text)
        strings = message.string if message is not None else ""
        if not (all(strings) if isinstance(strings, tuple) else strings):
            missing.append(text)
    assert not missing, f"{len(missing)} texts without English:\n" + "\n".join(missing)


def test_placeholders_are_the_same() -> None:
    wrong = []
    for message in _english():
        if not message.id:
            continue
        ids = _forms(message.id)
        strings = _forms(message.string)
        wanted = {name for text in ids for name in PLACEHOLDER.findall(text)}
        wrong += [text for text in strings if text and not set(PLACEHOLDER.findall(text)) <= wanted]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_marked_as_guessed_or_dead() -> None:
    catalogue = _english()
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    assert not catalogue.obsolete
