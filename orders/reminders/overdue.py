"""Who has not paid in time, and which reminder comes next: when, and what it may cost (renteloven §§ 3, 5 and 9 b).

The first is friendly and costs nothing. Later ones cost the set fee and interest, both nothing until they are set; at
least ten days between two, and two fees at most. Public bodies pay no fee.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from orders.after.models import Report
from orders.after.states import RECEIVED as REPORTED
from orders.books.models import REMINDER, Posting
from orders.documents.models import INVOICE, Document
from orders.ledger.receivables import Receivable, open_balances
from orders.models import PUBLIC, Order
from orders.payments.gateway import AUTHORISED
from orders.payments.models import Payment
from orders.reminders.models import FRIENDLY, LAST, Reminder
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.states import OPEN as REGRETTED
from shop.days import next_bank_day
from shop.db import db
from shop.i18n import lazy_gettext as _
from shop.money import divide_half_up
from shop.settings.read import value
from shop.tax import FULL_BP

INTEREST_AFTER = timedelta(days=30)
"""Interest runs at the earliest so long after the invoice (renteloven § 3, stk. 2 and 3)."""
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Overdue:
    """One order that is not paid in time, in øre, and its next reminder.

    `level` is 0 when all have been sent. `from_on` is the first day it may be sent; `why_not` is why not at all now.
    """

    order: Order
    invoice: str
    due_on: date
    days: int
    owed_ore: int
    sent: Sequence[Reminder]
    level: int
    from_on: date
    fee_ore: int
    interest_ore: int
    pay_by: date
    why_not: Any

    @property
    def total_ore(self) -> int:
        return self.owed_ore + self.fee_ore + self.interest_ore

    def is_ready(self, today: date) -> bool:
        """Whether the next reminder may be sent."""
        return bool(self.level) and not self.why_not and self.from_on <= today


def overdue(today: date) -> list[Overdue]:
    """Every sent order that is past its day of payment and owes, the longest overdue first. Seven questions and a few.

    An order whose card is about to be charged owes nobody anything yet.
    """
    open_ones = open_balances(today).receivables
    ids = [one.order.id for one in open_ones]
    charged = set(
        db.session.scalars(select(Payment.order_id).where(Payment.order_id.in_(ids), Payment.state == AUTHORISED))
    )
    invoices = {row.order_id: row for row in db.session.scalars(
        select(Document).where(Document.order_id.in_(ids), Document.kind == INVOICE).order_by(Document.id)
    )}  # fmt: skip
    sent, fees, disputed = _sent(ids), _fees(ids), _disputed(ids)
    found = [
        _overdue(one, invoices[one.order.id], sent.get(one.order.id, []), fees.get(one.order.id, 0),
                 disputed.get(one.order.id), today)
        for one in open_ones
        if one.order.id in invoices and one.order.id not in charged
    ]  # fmt: skip
    return sorted((one for one in found if one.days > 0), key=lambda one: (-one.days, one.order.id))


def find_overdue(order_id: int, today: date) -> Overdue | None:
    """How one order stands; None when it is not overdue."""
    return next((one for one in overdue(today) if one.order.id == order_id), None)


def due_on(invoice: Document) -> date:
    """When an invoice is to be paid: the day it says, or the set days after it; the next day the banks are open."""
    said = invoice.data.get("due_on")
    if said:
        return next_bank_day(date.fromisoformat(said))
    days = int(value("reminders.payment_days", on=invoice.issued_on))
    return next_bank_day(invoice.issued_on + timedelta(days=days))


def _overdue(
    one: Receivable, invoice: Document, sent: Sequence[Reminder], fees_ore: int, disputed: Any, today: date
) -> Overdue:
    day, last = due_on(invoice), sent[-1] if sent else None
    between = timedelta(days=int(value("reminders.between_days")))
    level = 0 if last and last.level == LAST else last.level + 1 if last else FRIENDLY
    from_on = last.sent_on + between if last else day + timedelta(days=int(value("reminders.first_days")))
    costs = level > FRIENDLY
    claimed_on = next((row.sent_on for row in reversed(sent) if row.level > FRIENDLY), day)
    since = max(day, invoice.issued_on + INTEREST_AFTER, claimed_on)
    return Overdue(
        one.order, invoice.number, day, (today - day).days, one.ore, sent, level, from_on,
        fee_ore=int(value("reminders.fee_ore")) if costs and one.order.buyer_kind != PUBLIC else 0,
        interest_ore=interest(max(0, one.ore - fees_ore), since, today) if costs else 0,
        pay_by=next_bank_day(today + between),
        why_not=disputed or ("" if one.order.buyer_email else _("Køberen har ingen e-mail. Ring i stedet.")),
    )  # fmt: skip


def interest(principal_ore: int, since: date, today: date) -> int:
    """Simple interest from the day after `since` to today, by each day's rate; a year is 365 days; rounded half up."""
    days = (today - since).days
    rates = sum(int(value("reminders.interest_bp", on=since + timedelta(days=n))) for n in range(1, days + 1))
    return divide_half_up(principal_ore * rates, FULL_BP * YEAR_DAYS)


def _sent(ids: Collection[int]) -> Mapping[int, list[Reminder]]:
    found: dict[int, list[Reminder]] = {}
    for row in db.session.scalars(select(Reminder).where(Reminder.order_id.in_(ids)).order_by(Reminder.level)):
        found.setdefault(row.order_id, []).append(row)
    return found


def _fees(ids: Collection[int]) -> Mapping[int, int]:
    """What earlier reminders cost: no interest is taken of that."""
    found: dict[int, int] = {}
    rows = db.session.execute(
        select(Posting.order_id, Posting.ore).where(Posting.order_id.in_(ids), Posting.code == REMINDER)
    )
    for order_id, ore in rows:
        assert order_id is not None
        found[order_id] = found.get(order_id, 0) + int(ore)
    return found


def _disputed(ids: Collection[int]) -> Mapping[int, Any]:
    """The orders whose buyer waits for an answer of ours: one does not press for money then."""
    regretted = db.session.scalars(
        select(Withdrawal.order_id).where(Withdrawal.order_id.in_(ids), Withdrawal.state.in_(REGRETTED))
    )
    reported = db.session.scalars(select(Report.order_id).where(Report.order_id.in_(ids), Report.state == REPORTED))
    return {
        **dict.fromkeys(reported, _("Køberen har meldt, at noget er galt. Svar først.")),
        **dict.fromkeys((one for one in regretted if one), _("Køberen har fortrudt købet. Gør det færdigt først.")),
    }


def reminders_of(order_id: int) -> Sequence[Reminder]:
    """The reminders sent about an order, oldest first."""
    return db.session.scalars(select(Reminder).where(Reminder.order_id == order_id).order_by(Reminder.level)).all()


def last_reminders(most: int = 24) -> Sequence[Reminder]:
    """The reminders sent last, newest first."""
    return db.session.scalars(
        select(Reminder).options(joinedload(Reminder.order)).order_by(Reminder.id.desc()).limit(most)
    ).all()
