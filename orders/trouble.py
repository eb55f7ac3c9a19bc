"""What needs a hand today: letters, documents, settings, stuck jobs, reservations, regrets, reports and open money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from catalog.assembly.openings import StuckOpening, count_stuck_openings, stuck_openings
from catalog.assortment.queries import PROPOSALS_WAITING
from catalog.stock.queries import SHELVES_SHORT
from orders.after.queries import Waiting as WaitingAfter
from orders.after.queries import count_waiting
from orders.bank.queries import LINES_WAITING
from orders.bulk.queries import UNDER_WAY, Progress, under_way
from orders.customers.queries import ACCOUNTS_ASKING, ORDERS_WAITING
from orders.documents.queries import IN_TROUBLE
from orders.einvoicing.queries import HANDS_WAITING
from orders.ledger.receivables import open_balances
from orders.payments.models import Payment
from orders.payments.story import Waiting as WaitingPayments
from orders.payments.story import waiting_payments
from orders.queries import ending_reservations
from orders.withdrawal.queries import Waiting, waiting_withdrawals
from shop.days import local_day
from shop.db import db
from shop.jobs.models import Intention
from shop.mail.queries import letters_in_trouble
from shop.settings.needs import Missing, everything_missing
from shop.settings.read import value

STUCK_ATTEMPTS = 3
COUNTED = ("letter", "document")


@dataclass(frozen=True, slots=True)
class Ending:
    """A reservation on an unsent order, and the last moment it holds."""

    payment: Payment
    until: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Hands:
    """Everything that waits for a person. `stuck` are jobs by their kind, `letters` letters by their state.

    `owed`: buyers whose money a person must give back; `old_debts`: orders sold long ago and not paid. `bulk` needs no
    hand: it is under way, and found again here.
    """

    letters: dict[str, int]
    documents: int  # with a PDF that could not be made
    missing: list[Missing]
    stuck: dict[str, int]
    stuck_error: str
    ending: Sequence[Ending]
    withdrawals: Waiting
    after: WaitingAfter
    owed: int
    old_debts: int
    payments: WaitingPayments
    bank: int  # lines of the account nobody has looked at
    proposals: int  # items suppliers have sent for approval
    short: int  # shelves from which more is promised than lies there
    on_invoice: int  # orders whose buyers want to pay later
    accounts: int  # organisations that want to
    einvoices: int  # to be brought by hand, or rejected
    openings: Sequence[StuckOpening]  # baskets that should be for sale by now and cannot be
    bulk: Sequence[Progress]

    @property
    def any(self) -> bool:
        papers = self.letters or self.documents or self.withdrawals.count or self.after.any
        return bool(
            papers
            or self.missing
            or self.stuck
            or self.ending
            or self.owed
            or self.old_debts
            or self.bank
            or self.proposals
            or self.short
            or self.on_invoice
            or self.accounts
            or self.einvoices
            or self.openings
            or self.payments.any
        )


def needs_a_hand(now: datetime) -> Hands:
    """What waits for a person now: nine questions, and up to five more of what there is."""
    stuck, error = _stuck()
    lives = timedelta(days=int(value("times.authorisation_days")))
    ending = [
        Ending(payment, until, until <= now)
        for payment in ending_reservations(now)
        if payment.authorised_at is not None
        for until in [payment.lapses_at or payment.authorised_at + lives]
    ]
    balances = open_balances(local_day(now))
    today = local_day(now)
    documents, bank, proposals, short, on_invoice, asking, einvoices, openings, bulk, *after = db.session.execute(
        select(
            IN_TROUBLE, LINES_WAITING, PROPOSALS_WAITING, SHELVES_SHORT, ORDERS_WAITING, ACCOUNTS_ASKING,
            HANDS_WAITING,
            count_stuck_openings(today), UNDER_WAY, *count_waiting(now),
        )
    ).one()  # fmt: skip
    return Hands(
        letters_in_trouble(now),
        documents,
        everything_missing(),
        stuck,
        error,
        ending,
        waiting_withdrawals(now),
        WaitingAfter(*after),
        balances.by_hand,
        balances.old,
        waiting_payments(local_day(now)),
        bank,
        proposals,
        short,
        on_invoice,
        asking,
        einvoices,
        stuck_openings(today) if openings else (),
        under_way() if bulk else (),
    )


def _stuck() -> tuple[dict[str, int], str]:
    """Jobs that have failed three times or more, counted by kind, and what one of them said.

    Letters and documents are left out: they are counted by themselves.
    """
    rows = db.session.execute(
        select(Intention.kind, func.count(), func.max(Intention.error))
        .where(Intention.done_at.is_(None), Intention.attempts >= STUCK_ATTEMPTS, Intention.kind.not_in(COUNTED))
        .group_by(Intention.kind)
        .order_by(Intention.kind)
    ).all()
    return {kind: count for kind, count, _error in rows}, str(rows[0][2])[:200] if rows else ""
