"""What is missing before a draft can be sent: a sentence for each field, and for what does not fit together.

Food: regulation (EU) 1169/2011 art. 9–14; other goods: (EU) 2023/988 art. 19.
"""

from datetime import datetime
from typing import Any

from catalog.assortment.contents import NUTRITION, Contents
from catalog.assortment.emphasis import marked_allergens
from catalog.assortment.models import REFUSED, Proposal
from catalog.baskets.publish import check_alone
from catalog.items.allergens import names_of
from catalog.items.facts import ALCOHOL_PERMILLE, join_words
from catalog.items.models import GOODS
from catalog.items.queries import rates_on
from shop.days import local_day
from shop.errors import Refused
from shop.forms import MISSING
from shop.i18n import lazy_gettext as _

Missing = dict[str, Any]


def missing_before_sending(contents: Contents, proposal: Proposal, *, now: datetime) -> Missing:
    """The fields that are not right yet, by name; empty when the draft can be sent."""
    missing: Missing = {name: MISSING for name in _needed(contents) if not contents[name]}
    missing |= _price(contents, proposal, now)
    missing |= _photo(proposal)
    if contents["kind"] == GOODS:
        missing |= _food(contents) if contents["is_food"] else _goods(contents)
    return missing


def _needed(contents: Contents) -> tuple[str, ...]:
    always = ("name_da", "text_da")
    if contents["kind"] != GOODS:
        return always
    size = (*always, "weight_g", "volume_ml")
    if contents["is_food"]:
        return (*size, "ingredients_da", "storage_da", "net_quantity", "net_unit", "shelf_days")
    return (*size, "materials_da")


def _price(contents: Contents, proposal: Proposal, now: datetime) -> Missing:
    if contents["agreed_ore"] is None:
        return {"agreed_ore": MISSING}
    if not contents["sold_alone"]:
        return {}
    if contents["kind"] != GOODS:
        return {"sold_alone": _("En ydelse kan ikke lægges i bestillingen alene.")}
    if contents["gross_ore"] is None:
        return {"gross_ore": MISSING}
    rate_bp = rates_on(local_day(now))[proposal.version.vat_category]
    try:
        check_alone(contents["agreed_ore"], contents["gross_ore"], rate_bp)
    except Refused as refused:
        return {"gross_ore": refused.sentence}
    return {}


def _photo(proposal: Proposal) -> Missing:
    photo = proposal.sent_photo
    if photo is not None and photo.state == REFUSED:
        return {"photo": _("Billedet kunne ikke bruges. Vælg et andet, eller fjern det.")}
    if (photo or proposal.version.photo) and not proposal.version.photo_alt_da:
        return {"photo_alt_da": _("Skriv, hvad man ser på billedet, til dem, der ikke kan se det.")}
    return {}


def _food(contents: Contents) -> Missing:
    missing: Missing = {}
    if not contents["allergens"] and not contents["no_allergens"]:
        missing["allergens"] = _("Sæt kryds ved dem, der er i, eller sig, at der ikke er nogen.")
    if contents["allergens"] and contents["no_allergens"]:
        missing["no_allergens"] = _("Der er sat kryds ved allergener ovenfor. Fjern det ene eller det andet.")
    left_out = [code for code in marked_allergens(contents["ingredients_da"]) if code not in contents["allergens"]]
    if left_out:
        missing["ingredients_da"] = _(
            "Her er fremhævet noget, der ikke er krydset af som allergen: %(names)s.",
            names=join_words(names_of(left_out)),
        )
    if contents["shelf_days"] and contents["min_shelf_days"] > contents["shelf_days"]:
        missing["min_shelf_days"] = _("Den kan ikke have mere tilbage, end den holder.")
    has_alcohol = contents["abv_permille"] > ALCOHOL_PERMILLE
    if not contents["nutrition_exempt"] and not has_alcohol:
        missing.update({name: MISSING for name in NUTRITION if contents[name] is None})
    return missing


def _goods(contents: Contents) -> Missing:
    """A maker other than the enterprise is named with both addresses (art. 19 a)."""
    if not contents["maker"]:
        return {}
    return {name: MISSING for name in ("maker_address", "maker_contact") if not contents[name]}
