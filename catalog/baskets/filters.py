"""What a visitor asks of the list of baskets. Read gently: what cannot be used is left out and said in a sentence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from catalog.items.allergens import ALLERGENS
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.money import parse_kr
from shop.numbers import whole_number

MOST_SHOWN = 20  # characters of a value that are said back
LAST_PAGE = 10_000

SORTS: dict[str, Any] = {
    "": _("Som vi selv ville stille dem"),
    "pris": _("Laveste pris først"),
    "-pris": _("Højeste pris først"),
    "navn": _("Navn"),
    "virksomheder": _("Flest virksomheder først"),
}
AT_LEAST = (3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Filters:
    """The list somebody wants to see. Prices in øre, of the kind that is shown (`net`: without VAT)."""

    from_ore: int | None = None
    to_ore: int | None = None
    enterprises: int = 0
    without: tuple[str, ...] = ()
    no_alcohol: bool = False
    sort: str = ""
    net: bool = False
    page: int = 1
    notes: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        narrowed = (self.from_ore is not None, self.to_ore is not None, self.enterprises, self.without, self.no_alcohol)
        return any(narrowed)

    def pairs(self, page: int = 1) -> list[tuple[str, str]]:
        """The query that asks for this list again, at a page."""
        asked = [
            ("moms", "uden" if self.net else ""),
            ("fra", _typed(self.from_ore)),
            ("til", _typed(self.to_ore)),
            ("virksomheder", str(self.enterprises or "")),
            *(("uden", code) for code in self.without),
            ("alkohol", "uden" if self.no_alcohol else ""),
            ("sorter", self.sort),
            ("side", str(page) if page > 1 else ""),
        ]
        return [(name, text) for name, text in asked if text]


def read_filters(pairs: Iterable[tuple[str, str]]) -> Filters:
    """Read a query. Nothing is refused: a value that cannot be used is left out, with a sentence in `notes`."""
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        if text.strip():
            given.setdefault(name, []).append(text.strip())
    first = {name: texts[0] for name, texts in given.items()}
    notes: list[str] = []
    low, high = _price(first.get("fra", ""), notes), _price(first.get("til", ""), notes)
    if low is not None and high is not None and low > high:
        low, high = high, low
        notes.append(gettext("Den laveste pris stod sidst. Vi har byttet om på de to."))
    return Filters(
        from_ore=low,
        to_ore=high,
        enterprises=_whole(first.get("virksomheder", ""), 0, 99, notes),
        without=_allergens(given.get("uden", []), notes),
        no_alcohol=_no_alcohol(first.get("alkohol", ""), notes),
        sort=_sort(first.get("sorter", ""), notes),
        net=first.get("moms") == "uden",
        page=_whole(first.get("side", ""), 1, LAST_PAGE, notes),
        notes=tuple(notes),
    )


def at_page(filters: Filters, pages: int) -> Filters:
    """The same list at a page that is there."""
    if filters.page <= pages:
        return filters
    note = gettext("Så mange sider er der ikke. Her er den sidste.")
    return replace(filters, page=max(1, pages), notes=(*filters.notes, note))


def _typed(ore: int | None) -> str:
    if ore is None:
        return ""
    return str(ore // 100) if ore % 100 == 0 else f"{ore // 100},{ore % 100:02d}"


def _said(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def _price(text: str, notes: list[str]) -> int | None:
    if not text:
        return None
    try:
        ore = parse_kr(text)
    except ValueError:
        ore = -1
    if ore < 0:
        notes.append(gettext("Prisen «%(text)s» kunne vi ikke læse, så vi ser bort fra den.", text=_said(text)))
        return None
    return ore


def _whole(text: str, lowest: int, highest: int, notes: list[str]) -> int:
    if not text:
        return lowest
    number = whole_number(text, 9)
    if number is not None and number >= lowest:
        return min(number, highest)
    notes.append(gettext("Tallet «%(text)s» kunne vi ikke bruge, så vi ser bort fra det.", text=_said(text)))
    return lowest


def _allergens(texts: list[str], notes: list[str]) -> tuple[str, ...]:
    unknown = [text for text in texts if text not in ALLERGENS]
    if unknown:
        notes.append(gettext("Allergenet «%(text)s» kender vi ikke, så vi ser bort fra det.", text=_said(unknown[0])))
    return tuple(code for code in ALLERGENS if code in texts)


def _no_alcohol(text: str, notes: list[str]) -> bool:
    if text and text != "uden":
        notes.append(gettext("«%(text)s» om alkohol kunne vi ikke bruge, så vi ser bort fra det.", text=_said(text)))
    return text == "uden"


def _sort(text: str, notes: list[str]) -> str:
    if text in SORTS:
        return text
    notes.append(gettext("Rækkefølgen «%(text)s» kender vi ikke. Kurvene står, som de plejer.", text=_said(text)))
    return ""
