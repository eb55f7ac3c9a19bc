"""What is said of a proposal's aim, and of demands that clash, in the reader's language."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from catalog.assembly.clash import (
    ALCOHOL,
    CONTAINS,
    DAY,
    ENTERPRISES,
    MOST_OF_ONE,
    PIECES,
    PRICE,
    UNITS,
    WAY,
    WEIGHT,
    WITHOUT,
    Change,
    Clash,
    Demand,
    demands_of,
)
from catalog.assembly.clash import value_of as wanted_of
from catalog.assembly.demands import ENTERPRISES as MOST_ENTERPRISES
from catalog.assembly.demands import FAIREST, NEAREST, Demands
from catalog.items.allergens import ALLERGENS
from catalog.items.facts import join_words
from catalog.items.models import ItemVersion
from shop.days import format_day
from shop.i18n import gettext as _
from shop.i18n import language, lazy_gettext, localised, ngettext
from shop.money import format_kr

AIMS: dict[str, Any] = {
    NEAREST: lazy_gettext("Nærmest prisen"),
    MOST_ENTERPRISES: lazy_gettext("Flest virksomheder"),
    FAIREST: lazy_gettext("Mest til dem, der er længst bagud i sæsonen"),
}


def sentences(clash: Clash, demands: Demands, items: Mapping[str, ItemVersion], offered: Collection[str]) -> list[str]:
    """Why there is no basket, and each way that helps.

    `items` are those named in the demands, by slug; `offered` the slugs of those that may be in baskets at all.
    """
    if not clash.demands:
        return [_("Der er ingen varer at vælge mellem: ingen har både et accepteret tilbud og noget tilbage.")]
    if len(clash.demands) == 1:
        first = _("Det kan ikke lade sig gøre: %(demand)s.", demand=_asked(clash.demands[0], demands, items))
    else:
        asked = join_words(_asked(one, demands, items) for one in clash.demands)
        first = _("Det kan ikke gå op sammen: %(demands)s.", demands=asked)
    unoffered = [
        _("«%(item)s» har ikke et accepteret tilbud den dag.", item=_item(demand.of, items))
        for demand in clash.demands
        if demand.kind == CONTAINS and demand.of not in offered
    ]
    return [first, *unoffered, *(_helps(way, items) for way in clash.ways)]


def _helps(way: tuple[Change, ...], items: Mapping[str, ItemVersion]) -> str:
    return _("Det kan lade sig gøre med %(changes)s.", changes=join_words(_changed(one, items) for one in way))


def _asked(demand: Demand, demands: Demands, items: Mapping[str, ItemVersion]) -> str:
    assert demand in demands_of(demands)
    value = wanted_of(demands, demand)
    if demand.kind in _AMOUNTS:
        return _amount(demand.kind, value)
    if demand.kind == ALCOHOL:
        return _("uden alkohol")
    if demand.kind == WITHOUT:
        return _("uden %(allergen)s", allergen=_allergen(demand.of))
    assert demand.kind == CONTAINS, demand
    return _("med «%(item)s»", item=_item(demand.of, items))


def _changed(change: Change, items: Mapping[str, ItemVersion]) -> str:
    kind = change.demand.kind
    if kind in _AMOUNTS:
        return _amount(kind, change.possible)
    if kind == ALCOHOL:
        return _("alkohol i kurven")
    if kind == WITHOUT:
        return _("%(allergen)s i kurven", allergen=_allergen(change.demand.of))
    assert kind == CONTAINS, change
    return _("en kurv uden «%(item)s»", item=_item(change.demand.of, items))


_AMOUNTS = frozenset({PRICE, PIECES, ENTERPRISES, MOST_OF_ONE, WEIGHT, UNITS, DAY, WAY})


def _amount(kind: str, value: int | date | None) -> str:
    if isinstance(value, date):
        return _("levering senest %(day)s", day=format_day(value, language()))
    assert value is not None, kind
    if kind == PRICE:
        return _("en pris på %(price)s uden moms", price=format_kr(value, language()))
    if kind == PIECES:
        return ngettext("%(num)s kurv", "%(num)s kurve", value)
    if kind == ENTERPRISES:
        return ngettext("mindst %(num)s virksomhed", "mindst %(num)s virksomheder", value)
    if kind == MOST_OF_ONE:
        return _("højst %(number)s af hver vare", number=value)
    if kind == WEIGHT:
        return _("en kasse til %(grams)s g", grams=value)
    if kind == UNITS:
        return _("en kasse med plads til %(units)s", units=value)
    return ngettext("%(num)s dag undervejs", "%(num)s dage undervejs", value)


def _allergen(code: str) -> str:
    return str(ALLERGENS[code]).lower()


def _item(slug: str, items: Mapping[str, ItemVersion]) -> str:
    return localised(items[slug], "name") if slug in items else slug
