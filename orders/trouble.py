"""What needs a hand today: letters, settings, jobs that are stuck, reservations that end soon, what buyers report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from orders.after.queries import Waiting, waiting_after
from orders.payments.models import Payment
from orders.payments.queries import owed_by_hand
from orders.queries import ending_reservations
from shop.db import db
from shop.jobs.models import Intention
from shop.mail.queries import letters_in_trouble
from shop.settings.needs import Missing, everything_missing
from shop.settings.read import value

STUCK_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Ending:
    """A reservation on an unsent order, and the last moment it holds."""

    payment: Payment
    until: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class Hands:
    """Everything that waits for a person. `stuck` are jobs by their kind, `letters` letters by their state.

    `owed` are orders with money to be paid back by hand: number and øre.
    """

    letters: dict[str, int]
    missing: list[Missing]
    stuck: dict[str, int]
    stuck_error: str
    ending: Sequence[Ending]
    after: Waiting
    owed: Sequence[tuple[str, int]]

    @property
    def any(self) -> bool:
        return bool(self.letters or self.missing or self.stuck or self.ending or self.after.any or self.owed)


def needs_a_hand(now: datetime) -> Hands:
    """What waits for a person now: six questions."""
    stuck, error = _stuck()
    lives = timedelta(days=int(value("times.authorisation_days")))
    ending = [
        Ending(payment, payment.authorised_at + lives, payment.authorised_at + lives <= now)
        for payment in ending_reservations(now)
        if payment.authorised_at is not None
    ]
    return Hands(
        letters_in_trouble(now), everything_missing(), stuck, error, ending, waiting_after(now), owed_by_hand()
    )


def _stuck() -> tuple[dict[str, int], str]:
    """Jobs that have failed three times or more, counted by kind, and what one of them said.

    Letters are left out: they are counted by their own state.
    """
    rows = db.session.execute(
        select(Intention.kind, func.count(), func.max(Intention.error))
        .where(Intention.done_at.is_(None), Intention.attempts >= STUCK_ATTEMPTS, Intention.kind != "letter")
        .group_by(Intention.kind)
        .order_by(Intention.kind)
    ).all()
    return {kind: count for kind, count, _error in rows}, str(rows[0][2])[:200] if rows else ""
