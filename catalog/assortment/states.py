"""The states of a proposal, and the only writer of them."""

from datetime import datetime

from catalog.assortment.models import APPROVED, ASKED, DECLINED, DRAFT, SENT, Proposal
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By
from shop.states import Machine, NotAllowed

PROPOSAL = Machine(
    "proposal",
    DRAFT,
    {
        DRAFT: {"edit": DRAFT, "send": SENT},
        SENT: {"take_back": DRAFT, "approve": APPROVED, "ask": ASKED, "decline": DECLINED},
        ASKED: {"edit": ASKED, "send": SENT},
        DECLINED: {"edit": DRAFT},
        APPROVED: {},
    },
)
NAMES = {
    DRAFT: _("kladde"),
    SENT: _("venter på godkendelse"),
    ASKED: _("skal rettes"),
    DECLINED: _("afvist"),
    APPROVED: _("godkendt"),
}
TONES = {DRAFT: "wait", SENT: "wait", ASKED: "stop", DECLINED: "stop", APPROVED: "done"}
_JUDGED = (APPROVED, ASKED, DECLINED)


def check_move(proposal: Proposal, verb: str) -> str:
    """The state a verb leads to; Refused with a sentence when the proposal is not there (any more)."""
    try:
        return PROPOSAL.next(proposal.state, verb)
    except NotAllowed:
        raise Refused(
            _("Det kan ikke gøres nu: «%(name)s» er %(state)s.", name=_name(proposal), state=NAMES[proposal.state])
        ) from None


def move(proposal: Proposal, verb: str, *, by: By, now: datetime) -> None:
    """Move a proposal to its next state, and note when and by whom. Refuses a move the table does not have."""
    proposal.state = check_move(proposal, verb)
    if proposal.state == SENT:
        proposal.sent_at = now
    if proposal.state in _JUDGED and verb != "edit":
        proposal.decided_at, proposal.decided_by = now, by.by_name[:200]


def _name(proposal: Proposal) -> str:
    return proposal.version.name_da
