"""Send a reminder: a person has read it and pressed the button."""

from datetime import datetime

from sqlalchemy import select

from orders.books.rules import post_reminder
from orders.models import Order
from orders.reminders.models import Reminder
from orders.reminders.overdue import Overdue, find_overdue
from orders.tell import tell_buyer
from shop.days import local_day
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record


def remind(order: Order, *, level: int, seen_ore: int, by: By, now: datetime) -> Reminder:
    """Send the buyer of a locked order its next reminder, and book what it costs. Sent before: it is that one.

    Refuses what is paid or not overdue, one that comes too early or out of turn, an open complaint, and another amount
    than the person was shown.
    """
    before = db.session.scalar(select(Reminder).where(Reminder.key == _key(order.id, level)))
    if before is not None:
        return before
    today = local_day(now)
    one = find_overdue(order.id, today)
    if one is None:
        raise Refused(_("Ordre %(number)s skylder ikke noget, der er forfaldent.", number=order.number))
    if one.why_not:
        raise Refused(one.why_not)
    if one.level != level or not one.is_ready(today):
        raise Refused(_("Den rykker kan ikke sendes endnu."))
    if one.total_ore != seen_ore:
        raise Refused(_("Beløbet er ændret, siden du så brevet. Læs det igen."))
    row = insert_new(Reminder, **figures(one, by=by, now=now))
    assert row is not None, "the order is locked"
    post_reminder(order.id, f"fee:{row.key}", row.fee_ore, now=now)
    post_reminder(order.id, f"interest:{row.key}", row.interest_ore, now=now)
    record("reminded", "order", order.id, by=by, now=now, level=level, fee_ore=row.fee_ore, ore=row.total_ore)
    tell_buyer(order, "reminder", row.key, now=now, reminder_id=row.id)
    return row


def figures(one: Overdue, *, by: By, now: datetime) -> dict[str, object]:
    """Everything a reminder says."""
    return {
        "key": _key(one.order.id, one.level), "order_id": one.order.id, "level": one.level, "invoice": one.invoice,
        "due_on": one.due_on, "sent_on": local_day(now), "pay_by": one.pay_by, "owed_ore": one.owed_ore,
        "fee_ore": one.fee_ore, "interest_ore": one.interest_ore, "by_name": by.by_name[:200], "at": now,
    }  # fmt: skip


def _key(order_id: int, level: int) -> str:
    return f"{order_id}:{level}"
