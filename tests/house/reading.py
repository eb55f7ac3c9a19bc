"""Read a page in one language: is there a word of the other in what it says? The catalogue itself is the dictionary."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from html.parser import HTMLParser

from sqlalchemy import select

from catalog.items.models import ItemVersion
from shop.db import db
from shop.people.models import Enterprise, Person
from tests.house.test_translations import english, forms

SHOWN = ("alt", "aria-label", "aria-description", "placeholder", "title", "label", "data-label")
SILENT = ("script", "style", "template", "textarea")
VOID = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
DANISH_LETTERS = re.compile(r"[^\W\d_]*[æøå][^\W\d_]*", re.IGNORECASE)
# Words that carry no meaning of their own and are no English words; one of them is enough to give a sentence away.
DANISH_WORDS = re.compile(
    r"\b(?:af|aldrig|alle|andre|bliver|blev|dage?n?|den|denne|deres|det|dig|din|dine|disse|dit|efter|eller|enhver|ene|er|et"
    r"|flere|fra|gang|gerne|hos|hver|hvem|hvis|hvor|hvordan|hvorfor|igen|ikke|indtil|ingen|jeg|kommandolinjen|jer|jeres|kan|kun|kurve?n?|køb"
    r"|lige|meget|mellem|mens|mere|moms|nej|nogen|noget|nu|når|og|også|om|ordren?|pris|sig|sin|skal|som|sådan|til"
    r"|uden|varer|ved|vil|vores|være)\b",
    re.IGNORECASE,
)
# What has its Danish name in every language, and the buyer of the tests.
NAMES = (
    *(
        "Fælleskurven",
        "øre",
        "ma ti on to fr",
        "Mæglingsteamet for Forbrugerklager",
        "Nævnenes Hus",
        "Forbrugerklagenævnet",
    ),
    *("Karla Købersen", "Prøvevej"),
)
LANGUAGES = frozenset({"Dansk", "English"})  # a language is called what its readers call it


def _words(text: str) -> str:
    return " ".join(text.split())


class _Speech(HTMLParser):
    """What a page says, piece by piece, without the parts that are marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.language = ""
        self.open: list[tuple[str, bool]] = []  # elements around here, and whether they are passed over

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: text or "" for name, text in attrs}
        self.language = self.language or given.get("lang", "")
        foreign = given.get("lang", self.language) != self.language
        silent = self._is_silent() or foreign or tag in SILENT
        if tag not in VOID:
            self.open.append((tag, silent))
        if silent:
            return
        self.said += [given.get(name, "") for name in SHOWN]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            self.said.append(given.get("value", ""))
        if tag == "meta" and given.get("name") == "description":
            self.said.append(given.get("content", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _silent in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._is_silent():
            self.said.append(data)

    def _is_silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def phrases(page: str) -> list[str]:
    """What a page says, piece by piece: each run of text, names for screen readers, buttons, title and description."""
    speech = _Speech()
    speech.feed(page)
    return [words for words in map(_words, speech.said) if words]


def _pieces(texts: Iterable[str], least: int) -> frozenset[str]:
    """The parts of texts between their placeholders that are at least so many words."""
    parts = (part for text in texts for part in re.split(r"%\(\w+\)[sd]", text.replace("%%", "%")))
    tidy = (_words(part).strip(" .,:;()“”«»") for part in parts)
    return frozenset(part for part in tidy if part.count(" ") >= least - 1)


@cache
def _dictionary() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Whole texts that are Danish alone and English alone, and what is told within others: 2 and 3 words or more."""
    danish: set[str] = set()
    translated: set[str] = set()
    for message in english():
        if message.id:
            danish.update(forms(message.id))
            translated.update(forms(message.string))
    own_danish, own_english = danish - translated, translated - danish - {""}
    return (
        frozenset(own_danish),
        frozenset(own_english),
        _pieces(own_danish, 2),
        _pieces(own_english, 3),
    )


def _within(pieces: Iterable[str], said: str) -> Iterator[str]:
    for piece in pieces:
        at = said.find(piece)
        while at >= 0:
            end = at + len(piece)
            if not said[at - 1 : at].isalnum() and not said[end : end + 1].isalnum():
                yield piece
                break
            at = said.find(piece, at + 1)


@cache
def _without(names: tuple[str, ...]) -> Callable[[str], str]:
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    return lambda text: pattern.sub("·", text)


def names_of_the_shop() -> tuple[str, ...]:
    """Names that are the same in both languages: people and enterprises with their places."""
    found = {*NAMES, *db.session.scalars(select(Person.name))}
    for name, city, address in db.session.execute(select(Enterprise.name, Enterprise.city, Enterprise.address)):
        found.update((name, city, address))
    versions = db.session.execute(select(ItemVersion.name_da, ItemVersion.name_en))
    found.update(danish for danish, translated in versions if danish == translated)
    return tuple(sorted(name for name in found if name))


def danish_in(said: Sequence[str], names: tuple[str, ...]) -> list[str]:
    """What is Danish in an English text."""
    whole, _english, pieces, _longer = _dictionary()
    strip = _without(names)
    found = [text for text in said if text in whole and text not in names]
    plain = strip(" ¦ ".join(said))
    found += _within(pieces, plain)
    words = " ".join(word for word in plain.split() if not re.search(r"[@/_]|\.(?:dk|csv|pdf|svg)\b", word))
    found += [word[0] for word in (*DANISH_LETTERS.finditer(words), *DANISH_WORDS.finditer(words))]
    return sorted(set(found))


def english_in(said: Sequence[str]) -> list[str]:
    """What is English in a Danish text."""
    _danish, whole, _pieces_of_danish, pieces = _dictionary()
    found = [text for text in said if text in whole - LANGUAGES]
    found += _within(pieces, " ¦ ".join(said))
    return sorted(set(found))
