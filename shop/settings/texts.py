"""The fixed pages (terms, privacy, contact …): written in the settings, filled with who sells, cut into paragraphs."""

import re
from dataclasses import dataclass

from shop.i18n import pick
from shop.settings.read import Seller, seller, value

# A path in parentheses or an e-mail address in a text becomes a link; nothing else is markup.
_LINK = re.compile(r"(?<=\()/[a-z/-]{1,60}(?=\))|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")

Piece = tuple[str, str]
"""Words and where they lead ("" when they lead nowhere)."""


@dataclass(frozen=True, slots=True)
class TextSection:
    """A heading and its paragraphs, each a list of lines, each a list of pieces."""

    heading: str
    paragraphs: tuple[tuple[tuple[Piece, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page in the reader's language."""

    title: str
    sections: tuple[TextSection, ...]


def find_text_page(key: str) -> TextPage | None:
    """The page kept under a setting, or None while nobody has written it."""
    kept = value(key)
    if not isinstance(kept, dict) or not kept.get("sections"):
        return None
    names = _names(seller())
    sections = tuple(
        TextSection(_of(section, "heading"), cut(fill(_of(section, "text"), names))) for section in kept["sections"]
    )
    return TextPage(_of(kept, "title"), sections)


def fill(text: str, names: dict[str, str]) -> str:
    """Put the names in the places that ask for them, as {seller_name}; anything else in braces is left as it is."""
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)


def cut(text: str) -> tuple[tuple[tuple[Piece, ...], ...], ...]:
    """A text in paragraphs (parted by blank lines), lines, and pieces with links."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return tuple(tuple(_pieces(line) for line in part.splitlines()) for part in paragraphs)


def postal_line(who: Seller) -> str:
    """The seller's postal address on one line."""
    return ", ".join(part for part in (who.address, f"{who.postcode} {who.city}".strip()) if part)


def _names(who: Seller) -> dict[str, str]:
    return {
        "seller_name": who.name,
        "seller_address": postal_line(who),
        "seller_email": who.email,
        "seller_phone": who.phone,
        "seller_cvr": who.cvr,
        "seller_vat_no": who.vat_no,
    }


def _of(row: dict[str, str], name: str) -> str:
    return pick(str(row.get(f"{name}_da", "")), str(row.get(f"{name}_en", "")))


def _pieces(line: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for found in _LINK.finditer(line):
        pieces.append((line[at : found.start()], ""))
        words = found[0]
        pieces.append((words, words if words.startswith("/") else f"mailto:{words}"))
        at = found.end()
    pieces.append((line[at:], ""))
    return tuple(piece for piece in pieces if piece[0])
