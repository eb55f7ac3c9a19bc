"""What the moves of many orders are called."""

from typing import Any

from orders.bulk.models import CANCEL, CLOSE, CONFIRM, PACK, SEND
from shop.i18n import lazy_gettext as _
from shop.i18n import ngettext

# The word in the address, and the move.
WORDS = {"bekraeft": CONFIRM, "pakket": PACK, "sendt": SEND, "afslut": CLOSE, "annuller": CANCEL}
NAMES: dict[str, Any] = {
    CONFIRM: _("Bekræft"),
    PACK: _("Pakket"),
    SEND: _("Sendt"),
    CLOSE: _("Afslut"),
    CANCEL: _("Annuller"),
}
FOLLOWS: dict[str, Any] = {
    CONFIRM: _("Ordrerne kan pakkes. Køberne får ikke brev."),
    PACK: _("Varerne tages af hylderne, dem med kortest holdbarhed først."),
    SEND: _("Hver køber får et brev og sin faktura, og pengene trækkes."),
    CLOSE: _("Der er ikke mere at gøre ved dem."),
    CANCEL: _("Varerne bliver frie igen, reservationerne på kortene slippes, og hver køber får et brev."),
}


def asked(verb: str, count: int) -> str:
    """The move of so many orders, as it stands on its button."""
    if verb == CONFIRM:
        return ngettext("Bekræft %(num)s ordre", "Bekræft %(num)s ordrer", count)
    if verb == PACK:
        return ngettext("Notér %(num)s ordre som pakket", "Notér %(num)s ordrer som pakket", count)
    if verb == SEND:
        return ngettext("Notér %(num)s ordre som sendt", "Notér %(num)s ordrer som sendt", count)
    if verb == CLOSE:
        return ngettext("Afslut %(num)s ordre", "Afslut %(num)s ordrer", count)
    assert verb == CANCEL, verb
    return ngettext("Annuller %(num)s ordre", "Annuller %(num)s ordrer", count)


def done(verb: str, count: int) -> str:
    """What has become of so many orders."""
    if verb == CONFIRM:
        return ngettext("%(num)s ordre er bekræftet.", "%(num)s ordrer er bekræftet.", count)
    if verb == PACK:
        return ngettext("%(num)s ordre er pakket.", "%(num)s ordrer er pakket.", count)
    if verb == SEND:
        return ngettext("%(num)s ordre er sendt.", "%(num)s ordrer er sendt.", count)
    if verb == CLOSE:
        return ngettext("%(num)s ordre er afsluttet.", "%(num)s ordrer er afsluttet.", count)
    assert verb == CANCEL, verb
    return ngettext("%(num)s ordre er annulleret.", "%(num)s ordrer er annulleret.", count)
