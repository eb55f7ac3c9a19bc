"""Everything an enterprise says of an item, as one flat table of values by name.

The form, the sheet, the comparison of two versions and the check before sending all speak of these names. Prices in
øre, weights in grams, room in cm³ (ml), shelf life in days, alcohol in per mille by volume.
"""

from datetime import date
from typing import Any

from catalog.assortment.models import Proposal
from catalog.items.facts import NUTRIENTS
from catalog.items.models import DRAFT, Item, ItemVersion
from catalog.items.queries import find_price

Contents = dict[str, Any]

_OF_VERSION = (
    "name_da", "name_en", "text_da", "text_en", "drawing", "accent", "photo_alt_da", "photo_alt_en", "is_food",
    "allergens", "traces", "net_quantity", "net_unit", "abv_permille", "shelf_days", "min_shelf_days",
    "withdrawal_exception", "weight_g", "volume_ml", "work_minutes", "is_packaging",
)  # fmt: skip
_TWO_LANGUAGES = ("food_name", "ingredients", "storage", "instructions", "origin", "warnings", "materials")
_FACTS = (
    *(f"{name}_{code}" for name in _TWO_LANGUAGES for code in ("da", "en")),
    "maker", "maker_address", "maker_contact", "identifier",
)  # fmt: skip
_FACT_FLAGS = ("nutrition_exempt", "no_allergens")
NUTRITION = ("kj", "kcal", *(key for key, _name, _unit in NUTRIENTS))
_OF_PROPOSAL = ("agreed_ore", "sold_alone", "gross_ore", "price_from")
_OF_ITEM = ("kind", "supply")
NAMES = (*_OF_ITEM, *_OF_VERSION, *_FACTS, *_FACT_FLAGS, *NUTRITION, *_OF_PROPOSAL)


def contents_of(item: Item, version: ItemVersion, proposal: Proposal | None, *, today: date) -> Contents:
    """What is said of an item: by a proposal, or by the version sold now with today's price."""
    nutrition = version.facts.get("nutrition") or {}
    declared = proposal is None and version.is_food  # what is sold without allergens has been looked at
    return {
        **{name: getattr(item, name) for name in _OF_ITEM},
        **{name: getattr(version, name) for name in _OF_VERSION},
        **{name: str(version.facts.get(name) or "") for name in _FACTS},
        **{name: bool(version.facts.get(name)) for name in _FACT_FLAGS},
        **({"nutrition_exempt": not nutrition, "no_allergens": not version.allergens} if declared else {}),
        **{name: nutrition.get(name) for name in NUTRITION},
        **_prices(item, proposal, today),
    }


def _prices(item: Item, proposal: Proposal | None, today: date) -> Contents:
    if proposal is not None:
        return {name: getattr(proposal, name) for name in _OF_PROPOSAL}
    price = find_price(item, today)
    gross_ore = price.gross_ore if price and item.sold_alone else None
    agreed_ore = price.agreed_ore if price else None
    return {"agreed_ore": agreed_ore, "sold_alone": item.sold_alone, "gross_ore": gross_ore, "price_from": None}


def write_contents(contents: Contents, item: Item, version: ItemVersion, proposal: Proposal) -> None:
    """Let a proposal and its version say this. What kind of thing it is changes only before it is first approved."""
    if item.state == DRAFT:
        item.kind, item.supply = contents["kind"], contents["supply"]
    for name in _OF_VERSION:
        setattr(version, name, contents[name])
    for name in _OF_PROPOSAL:
        setattr(proposal, name, contents[name])
    version.facts = _facts(contents, version.facts or {})


def _facts(contents: Contents, before: dict[str, Any]) -> dict[str, Any]:
    """The facts that are given; what we know nothing of stays as it was."""
    ours = {*_FACTS, *_FACT_FLAGS, "nutrition"}
    facts = {name: value for name, value in before.items() if name not in ours}
    facts.update({name: contents[name] for name in (*_FACTS, *_FACT_FLAGS) if contents[name]})
    nutrition = {name: contents[name] for name in NUTRITION if contents[name] is not None}
    return {**facts, "nutrition": nutrition} if nutrition else facts
