"""What a page must say of an item before it is bought: food facts, contents, alcohol, withdrawal, safety.

Sources: regulation (EU) 1169/2011 art. 9–14 (food), (EU) 2023/988 art. 19 (other goods), forbrugeraftaleloven § 18.
"""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from catalog.items.allergens import in_order
from catalog.items.models import ItemVersion
from shop.i18n import gettext, language, pick
from shop.i18n import lazy_gettext as _
from shop.money import divide_half_up
from shop.settings.read import value

ALCOHOL_PERMILLE = 12  # above 1.2 % by volume
STRONG_PERMILLE = 60  # above 6 %
LARGE = 1000  # from here grams are written as kg, millilitres as litres
_LARGE_UNITS = {"g": "kg", "ml": "l"}

WITHDRAWAL: dict[str, Any] = {
    "perishable": _("Kan ikke fortrydes, fordi det hurtigt bliver for gammelt"),
    "sealed_hygiene": _("Kan ikke fortrydes, når forseglingen er brudt"),
    "personalised": _("Kan ikke fortrydes, fordi det bliver lavet til dig"),
}

NUTRIENTS: tuple[tuple[str, Any, str], ...] = (
    ("fat", _("Fedt"), "g"),
    ("saturated", _("heraf mættede fedtsyrer"), "g"),
    ("carbohydrate", _("Kulhydrat"), "g"),
    ("sugars", _("heraf sukkerarter"), "g"),
    ("protein", _("Protein"), "g"),
    ("salt", _("Salt"), "g"),
)


def fact(facts: dict[str, Any], name: str) -> str:
    """A fact by its name in the reader's language, Danish where the English is missing; empty when nobody has said."""
    return pick(str(facts.get(f"{name}_da") or ""), str(facts.get(f"{name}_en") or ""))


def emphasised(text: str) -> Markup:
    """A list of ingredients with its allergens, marked **so**, as strong text; everything else is escaped."""
    pieces = text.split("**")
    if len(pieces) % 2 == 0:  # a mark without its pair is shown as it was typed
        pieces[-2:] = ["**".join(pieces[-2:])]
    return Markup("").join(
        Markup("<strong>{}</strong>").format(piece) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces)
    )


def number(amount: float) -> str:
    """A number with as many decimals as it needs, at most two: "4,5", in English "4.5"."""
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return text if language() == "en" else text.replace(".", ",")


def content(quantity: int, unit: str) -> str:
    """A net quantity as it stands on the label: "160 g", "1,2 kg", "330 ml", "1,5 l"; empty when there is none."""
    if not quantity or not unit:
        return ""
    if quantity >= LARGE and unit in _LARGE_UNITS:
        return f"{number(quantity / LARGE)} {_LARGE_UNITS[unit]}"
    return f"{quantity} {unit}"


def unit_price(gross_ore: int, quantity: int, unit: str) -> tuple[int, str] | None:
    """What a kilo or a litre costs, for goods sold alone by weight or volume (directive 98/6/EC); None for others."""
    if not quantity or unit not in _LARGE_UNITS:
        return None
    return divide_half_up(gross_ore * LARGE, quantity), _LARGE_UNITS[unit]


def total_content(goods: Iterable[tuple[ItemVersion, int]]) -> str:
    """The net quantities of (version, pieces) added up per unit: "640 g og 1,5 l"."""
    sums: dict[str, int] = {}
    for version, pieces in goods:
        if version.net_quantity and version.net_unit:
            sums[version.net_unit] = sums.get(version.net_unit, 0) + version.net_quantity * pieces
    return join_words(content(quantity, unit) for unit, quantity in sums.items())


def nutrition(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The nutrition declaration in the law's order, as (name, amount); empty when the food is exempt."""
    declared = facts.get("nutrition") or {}
    if not declared:
        return []
    energy = f"{number(declared['kj'])} kJ / {number(declared['kcal'])} kcal"
    rows = [(str(name), f"{number(declared[key])} {unit}") for key, name, unit in NUTRIENTS if key in declared]
    return [(gettext("Energi"), energy), *rows]


def alcohol(version: ItemVersion) -> str:
    """The alcohol by volume as the label says it, for what has more than 1.2 %; otherwise empty."""
    return f"{number(version.abv_permille / 10)} % vol" if version.abv_permille > ALCOHOL_PERMILLE else ""


def age_limit(versions: Iterable[ItemVersion]) -> int:
    """How old a buyer must be for all of these; 0 when none has alcohol. The ages are settings (1 April 2025)."""
    strongest = max((version.abv_permille for version in versions), default=0)
    if strongest > STRONG_PERMILLE:
        return int(value("limits.age_high"))
    return int(value("limits.age_low")) if strongest > ALCOHOL_PERMILLE else 0


def allergens_of(versions: Iterable[ItemVersion]) -> tuple[list[str], list[str]]:
    """The allergens in these and those there may be traces of besides, as codes in the law's order."""
    held: set[str] = set()
    traces: set[str] = set()
    for version in versions:
        held.update(version.allergens)
        traces.update(version.traces)
    return in_order(held), in_order(traces - held)


def withdrawal_exceptions(versions: Iterable[ItemVersion]) -> list[tuple[str, list[str]]]:
    """What cannot be withdrawn from, as (reason, names), each reason once; said before the purchase."""
    by_reason: dict[str, list[str]] = {}
    for version in versions:
        if version.withdrawal_exception in WITHDRAWAL:
            by_reason.setdefault(version.withdrawal_exception, []).append(pick(version.name_da, version.name_en))
    return [(str(WITHDRAWAL[reason]), names) for reason, names in by_reason.items()]


def join_words(words: Iterable[str]) -> str:
    """A list as it is said: "a, b og c"."""
    *first, last = [*words] or [""]
    return gettext("%(first)s og %(last)s", first=", ".join(first), last=last) if first else last
