"""Two versions of an item side by side, in words."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.assortment.contents import NAMES, Contents
from catalog.assortment.forms import ItemForm, said
from catalog.items.allergens import in_order, names_of
from catalog.items.facts import join_words
from shop.i18n import gettext as _
from shop.i18n import language
from shop.money import format_kr

_PRICES = ("agreed_ore", "gross_ore")
_ALLERGENS = ("allergens", "traces")


@dataclass(frozen=True, slots=True)
class Line:
    """One field in two versions. `note` says of a price how much it moves, of allergens which come and go."""

    name: str
    label: Any
    old: str
    new: str
    note: str = ""

    @property
    def is_changed(self) -> bool:
        return self.old != self.new


def compare(old: Contents | None, new: Contents) -> list[Line]:
    """Every field that either of the two says something in (a no to both is nothing); with no `old` all is new."""
    after = ItemForm.showing(new)
    before = ItemForm.showing(old) if old is not None else None
    lines = []
    for name in NAMES:
        said_before = said(before, name) if before is not None else ""
        line = Line(name, after[name].label.text, said_before, said(after, name), _note(name, old, new))
        if (line.old or line.new) and (new[name] is not False or (old is not None and old[name])):
            lines.append(line)
    return lines


def changed(lines: list[Line]) -> list[Line]:
    """The lines that differ."""
    return [line for line in lines if line.is_changed]


def _note(name: str, old: Contents | None, new: Contents) -> str:
    if old is None:
        return ""
    if name in _PRICES:
        return _price_note(old[name], new[name])
    if name in _ALLERGENS:
        return " ".join(_allergen_notes(old[name], new[name]))
    return ""


def _price_note(old: int | None, new: int | None) -> str:
    """How much a price moves, in kroner and in per cent with one decimal: "+2,00 kr. (+6,3 %)"."""
    if not old or new is None or old == new:
        return ""
    tenths = round((new - old) * 1000 / old)
    percent = f"{tenths / 10:+.1f}".replace("-", "−")
    percent = percent if language() == "en" else percent.replace(".", ",")
    sign = "+" if new > old else "−"
    return f"{sign}{format_kr(abs(new - old), language())} ({percent} %)"


def _allergen_notes(old: Collection[str], new: Collection[str]) -> Iterator[str]:
    """Which allergens come, and which go."""
    come, gone = in_order(set(new) - set(old)), in_order(set(old) - set(new))
    if come:
        yield _("Nyt: %(names)s.", names=join_words(names_of(come)))
    if gone:
        yield _("Ikke mere: %(names)s.", names=join_words(names_of(gone)))
