"""What the moves of many orders are called."""

from typing import Any

from orders.bulk.models import CANCEL, CLOSE, CONFIRM, PACK, SEND
from shop.i18n import lazy_gettext as _

# The word in the address, and the move.
WORDS = {"bekraeft": CONFIRM, "pakket": PACK, "sendt": SEND, "afslut": CLOSE, "annuller": CANCEL}
# On the button that begins it.
NAMES: dict[str, Any] = {
    CONFIRM: _("Bekræft"),
    PACK: _("Pakket"),
    SEND: _("Sendt"),
    CLOSE: _("Afslut"),
    CANCEL: _("Annuller"),
}
# What becomes of an order.
BECOMES: dict[str, Any] = {
    CONFIRM: _("bliver bekræftet"),
    PACK: _("bliver pakket; varerne tages af hylden"),
    SEND: _("bliver sendt; køberen får brev og faktura, og pengene trækkes"),
    CLOSE: _("bliver afsluttet"),
    CANCEL: _("bliver annulleret; køberen får brev, og reservationen på kortet slippes"),
}
TITLES: dict[str, Any] = {
    CONFIRM: _("Bekræft ordrer"),
    PACK: _("Ordrer er pakket"),
    SEND: _("Ordrer er sendt"),
    CLOSE: _("Afslut ordrer"),
    CANCEL: _("Annuller ordrer"),
}
