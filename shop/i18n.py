"""Languages: Danish is the source of every text, English is complete in `shop/translations`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale
from flask_babel.speaklater import LazyString

__all__ = [
    "LANGUAGES",
    "LANGUAGE_NAMES",
    "LazyString",
    "babel",
    "compile_catalogues",
    "force_locale",
    "gettext",
    "language",
    "lazy_gettext",
    "ngettext",
]

LANGUAGES = ("da", "en")
LANGUAGE_NAMES = (("da", "Dansk"), ("en", "English"))  # each in its own words
TRANSLATIONS = Path(__file__).resolve().parent / "translations"
babel = Babel()


def language() -> str:
    """The language of the page or letter being made: `da` or `en`."""
    forced = g.get("letter_language") if has_app_context() else None
    if forced:
        return str(forced)
    if has_request_context():
        return str(request.environ.get("faelleskurven.language", "da"))
    return "da"


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Let texts be in a language, whatever the page's is: for what is written now and read by others."""
    before = g.get("letter_language")
    g.letter_language = code
    try:
        yield
    finally:
        g.letter_language = before


@cache
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code], domain="messages")


@lru_cache(maxsize=8192)
def translated(code: str, text: str) -> str:
    """A text of the shop's in a language; a page asks a hundred times, and Flask-Babel takes ten times as long."""
    return str(_catalogue(code).ugettext(text))


def translated_number(code: str, singular: str, plural: str, num: int) -> str:
    """The text for a number of things, in a language; what is to be put in is not put in yet."""
    return str(_catalogue(code).ungettext(singular, plural, num))


def gettext(text: str, /, **variables: Any) -> str:
    """A text of the shop's in the reader's language, with the variables put in."""
    found = translated(language(), text)
    return found % variables if variables else found


def ngettext(singular: str, plural: str, num: int, /, **variables: Any) -> str:
    """The same for a number of things, which is the variable `num` as well."""
    return translated_number(language(), singular, plural, num) % {"num": num, **variables}


def lazy_gettext(text: str, /, **variables: Any) -> LazyString:
    """A text that is translated when it is read."""
    return LazyString(gettext, text, **variables)


def pick(danish: str, english: str) -> str:
    """The text in the reader's language; Danish where the English is missing."""
    return english if language() == "en" and english else danish


def localised(row: Any, name: str) -> str:
    """The `name_da`/`name_en` pair of a row, in the reader's language."""
    return pick(getattr(row, f"{name}_da"), getattr(row, f"{name}_en"))


def compile_catalogues() -> None:
    """Compile every message catalogue that is newer than its compiled form; harmless twice and at once."""
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as lines:
            catalogue = read_po(lines, locale=source.parts[-3])
        scratch = target.with_suffix(f".{id(catalogue)}.part")
        with scratch.open("wb") as out:
            write_mo(out, catalogue)
        scratch.replace(target)
