"""A setting's value as a person reads it: one or more lines."""

from datetime import date
from typing import Any

from shop.days import format_day
from shop.i18n import gettext as _
from shop.i18n import language, ngettext, pick
from shop.money import format_kr
from shop.settings.definitions import CHOICE, DATES, DAYS, ORE, PERCENT, SECTIONS, TABLE, Definition
from shop.settings.needs import choices_of

NOTHING = "–"


def shown(definition: Definition, value: Any) -> list[str]:
    """The lines that a value is read as; a value that is not there is a dash."""
    if definition.kind == ORE:
        return [format_kr(int(value), language())]
    if definition.kind == PERCENT:
        return [percent(int(value))]
    if definition.kind == DAYS:
        return [ngettext("%(num)s dag", "%(num)s dage", int(value))]
    if value in (None, "", []):
        return [NOTHING]
    if definition.kind == TABLE:
        return [_row(row) for row in value]
    if definition.kind == DATES:
        return [format_day(date.fromisoformat(day), language(), today=date.min) for day in value]
    if definition.kind == SECTIONS:
        return _sections(value)
    if definition.kind == CHOICE:
        return [str(dict(choices_of(definition)).get(value, value))]
    return [str(value)]


def percent(basis_points: int) -> str:
    """Basis points as a percentage: 2500 is "25 %", 150 "1,5 %"."""
    whole, rest = divmod(basis_points, 100)
    decimals = f"{',' if language() == 'da' else '.'}{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals} %"


def _row(row: dict[str, Any]) -> str:
    price = format_kr(int(row.get("gross_ore", 0)), language())
    if "max_g" in row:
        weight = f"{int(row['max_g']):,}".replace(",", "." if language() == "da" else ",")
        return str(_("til og med %(weight)s g: %(price)s", weight=weight, price=price))
    name = pick(row.get("name_da", ""), row.get("name_en", ""))
    return f"{name}, {row.get('address', '')}, {row.get('postcode', '')} {row.get('city', '')}: {price}"


def _sections(page: dict[str, Any]) -> list[str]:
    parts = page.get("sections", [])
    title = pick(page.get("title_da", ""), page.get("title_en", ""))
    count = ngettext("%(num)s afsnit", "%(num)s afsnit", len(parts))
    return [f"{title} ({count})", *(pick(part["heading_da"], part["heading_en"]) for part in parts)]
