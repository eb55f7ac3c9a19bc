"""What packing calls its things, in the reader's language."""

from typing import Any

from catalog.stock.change import COUNT, RECEIPT, WRITE_OFF
from orders.models import LOCAL, PARCEL, PICKUP, PRIVATE
from shop.i18n import lazy_gettext as _

BUYER_KINDS: dict[str, Any] = {PRIVATE: _("privat"), "company": _("virksomhed"), "public": _("offentlig")}
WAYS: dict[str, Any] = {PARCEL: _("Pakke"), PICKUP: _("Afhentning"), LOCAL: _("Egen levering")}
MOVES: dict[str, Any] = {
    RECEIPT: _("Modtaget"),
    COUNT: _("Optalt"),
    WRITE_OFF: _("Afskrevet"),
    "reserve": _("Lovet væk"),
    "release": _("Givet fri"),
    "take": _("Pakket"),
    "return": _("Lagt tilbage"),
}
