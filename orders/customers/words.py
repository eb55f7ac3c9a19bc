"""What accounts' states are called."""

from typing import Any

from shop.i18n import lazy_gettext as _
from shop.people.models import ASKED, GRANTED, NONE, REFUSED

ACTS: dict[str, Any] = {
    "opened": _("oprettet"),
    "invoices_asked": _("bedt om at købe på faktura"),
    "invoices_granted": _("må købe på faktura"),
    "invoices_refused": _("må ikke købe på faktura"),
}
ON_INVOICE: dict[str, Any] = {
    NONE: _("betaler med kort"),
    ASKED: _("vil købe på faktura"),
    GRANTED: _("køber på faktura"),
    REFUSED: _("ikke på faktura"),
}
TONES = {NONE: "done", ASKED: "wait", GRANTED: "go", REFUSED: "stop"}
