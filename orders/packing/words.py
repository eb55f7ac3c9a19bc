"""What packing calls its things, in the reader's language."""

from typing import Any

from catalog.stock.change import COUNT, RECEIPT, WRITE_OFF
from orders.models import LOCAL, PARCEL, PICKUP, PRIVATE
from orders.packing.difference import GONE, MORE, NEW, Change
from orders.packing.plan import NOT_BROUGHT, SHORT, UNPAID
from shop.i18n import lazy_gettext as _

BUYER_KINDS: dict[str, Any] = {PRIVATE: _("privat"), "company": _("virksomhed"), "public": _("offentlig")}
WAYS: dict[str, Any] = {PARCEL: _("Pakke"), PICKUP: _("Afhentning"), LOCAL: _("Egen levering")}
WHY: dict[str, Any] = {
    UNPAID: _("ikke betalt"),
    SHORT: _("der mangler varer på lageret"),
    NOT_BROUGHT: _("leverandøren har bragt for lidt"),
}
MOVES: dict[str, Any] = {
    RECEIPT: _("Modtaget"),
    COUNT: _("Optalt"),
    WRITE_OFF: _("Afskrevet"),
    "reserve": _("Lovet væk"),
    "release": _("Givet fri"),
    "take": _("Pakket"),
    "return": _("Lagt tilbage"),
}


def change(one: Change) -> str:
    """A change in words, the same for the eye and the ear: "+12", "ny", "udgår"; nothing when it is the same."""
    if one.kind == NEW:
        return str(_("ny"))
    if one.kind == GONE:
        return str(_("udgår"))
    return f"{one.by:+d}".replace("-", "−") if one.by else ""


def change_told(one: Change) -> str:
    """The same in a whole sentence."""
    if one.kind == NEW:
        return str(_("Ny siden den seneste liste"))
    if one.kind == GONE:
        return str(_("Skal ikke leveres mere"))
    if one.kind == MORE:
        return str(_("%(count)s flere end på den seneste liste", count=one.by))
    return str(_("%(count)s færre end på den seneste liste", count=-one.by)) if one.by else ""
