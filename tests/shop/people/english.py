"""Find English words on a Danish page: those the sign-in and form libraries use in their own texts."""

import re
from functools import cache
from importlib.resources import files

import html5lib
from babel.messages.pofile import read_po

POTS = (("flask_security", "translations/flask_security.pot"), ("wtforms", "locale/wtforms.pot"))
# Words that are Danish as well.
ALSO_DANISH = frozenset(
    "app for have link log mac mail person scan send set sms start system type under uuid via".split()  # noqa: SIM905
)
SHOWN_ATTRIBUTES = ("alt", "placeholder", "title", "aria-label", "label")


def texts(of: object) -> list[str]:
    """A message's text, or its two: one of something, and many."""
    return [str(text) for text in of] if isinstance(of, tuple | list) else [str(of or "")]


@cache
def english_words() -> frozenset[str]:
    """The libraries' own vocabulary."""
    words: set[str] = set()
    for package, path in POTS:
        for message in read_po((files(package) / path).read_bytes().splitlines(keepends=True)):
            for text in texts(message.id):
                plain = re.sub(r"%\(\w+\)\w|<[^>]*>", " ", text)
                words.update(re.findall(r"[a-z]{3,}", plain.lower()))
    return frozenset(words) - ALSO_DANISH


def english_in_text(text: str) -> list[str]:
    """The English words of a text, without addresses and file names."""
    plain = re.sub(r"\S*[@/]\S*|--\w+|people reset", " ", text.lower())
    return [word for word in re.findall(r"[a-zæøåé]+", plain) if word in english_words()]


def shown(html: str) -> str:
    """What somebody sees or hears of a page."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    pieces: list[str] = []
    for element in tree.iter():
        tag = str(element.tag)  # a comment's is a function
        if tag in ("script", "style", "kbd", "code", "link") or "Comment" in tag or element.get("lang") == "en":
            continue
        pieces.append(element.text or "")
        pieces.extend(element.get(name) or "" for name in SHOWN_ATTRIBUTES)
        if tag in ("button", "input") and element.get("type") in ("submit", "button"):
            pieces.append(element.get("value") or "")
    pieces.extend(element.tail or "" for element in tree.iter())
    return " ".join(pieces)


def english_on_page(html: str) -> list[str]:
    return english_in_text(shown(html))
