"""The states of a report and of a parcel that follows the first, and the only writers of them."""

from datetime import datetime

from orders.after.models import AGAIN, DAMAGED, LOST, MISSING, REPLACEMENT, WRONG, Parcel, Report
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.states import Machine, NotAllowed

RECEIVED, REPLACED, REFUNDED, DECLINED = "received", "replaced", "refunded", "declined"
PLANNED, PACKED, SENT, BACK, DROPPED = "planned", "packed", "sent", "back", "dropped"

REPORT = Machine(
    "report",
    RECEIVED,
    {
        RECEIVED: {"replace": REPLACED, "refund": REFUNDED, "decline": DECLINED},
        REPLACED: {},
        REFUNDED: {},
        DECLINED: {},
    },
)
# The row of an order's first parcel begins at `back`: on its way it is the order's own.
PARCEL = Machine(
    "parcel",
    PLANNED,
    {
        PLANNED: {"pack": PACKED, "drop": DROPPED},
        PACKED: {"send": SENT},
        SENT: {"come_back": BACK},
        BACK: {"choose": PLANNED, "drop": DROPPED},
        DROPPED: {},
    },
)
REPORT_NAMES = {
    RECEIVED: _("venter på svar"),
    REPLACED: _("ny pakke"),
    REFUNDED: _("penge tilbage"),
    DECLINED: _("afvist"),
}
REPORT_TONES = {RECEIVED: "wait", REPLACED: "done", REFUNDED: "done", DECLINED: "stop"}
PARCEL_NAMES = {
    PLANNED: _("skal pakkes"),
    PACKED: _("pakket"),
    SENT: _("sendt"),
    BACK: _("kommet tilbage"),
    DROPPED: _("opgivet"),
}
PARCEL_TONES = {PLANNED: "wait", PACKED: "go", SENT: "done", BACK: "wait", DROPPED: "stop"}
KIND_NAMES = {
    DAMAGED: _("Noget er gået i stykker"),
    MISSING: _("Noget mangler"),
    WRONG: _("Noget er forkert"),
    LOST: _("Pakken er ikke kommet"),
}
PARCEL_KINDS = {REPLACEMENT: _("Ny pakke"), AGAIN: _("Sendt igen")}
_MOMENTS = {PACKED: "packed_at", SENT: "sent_at", BACK: "back_at", DROPPED: "dropped_at"}


def check_report(report: Report, verb: str) -> str:
    """The state an answer leads to; Refused when the report has been answered."""
    try:
        return REPORT.next(report.state, verb)
    except NotAllowed:
        raise Refused(_("Henvendelsen er allerede besvaret: %(state)s.", state=REPORT_NAMES[report.state])) from None


def move_report(report: Report, verb: str, *, now: datetime) -> None:
    """Answer a report. Refuses a second answer."""
    report.state = check_report(report, verb)
    report.answered_at = now


def check_parcel(parcel: Parcel, verb: str) -> str:
    """The state a verb leads to; Refused with a sentence when the parcel is not there."""
    try:
        return PARCEL.next(parcel.state, verb)
    except NotAllowed:
        raise Refused(_("Det kan ikke gøres nu: pakken er %(state)s.", state=PARCEL_NAMES[parcel.state])) from None


def move_parcel(parcel: Parcel, verb: str, *, now: datetime) -> None:
    """Move a parcel to its next state and note the moment. Refuses a move the table does not have."""
    parcel.state = check_parcel(parcel, verb)
    if parcel.state in _MOMENTS:
        setattr(parcel, _MOMENTS[parcel.state], now)
