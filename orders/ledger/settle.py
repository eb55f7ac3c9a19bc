"""What a coordinator decides about money between the shop and others. The order is locked by the caller."""

from datetime import datetime

from sqlalchemy import select

from orders.books.models import EARNED, Account
from orders.books.post import At, share_balances
from orders.books.rules import post_correction, post_due
from orders.ledger.postings import find_posting
from orders.models import Order
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record


def release_shares(order: Order, *, why: str, by: By, now: datetime) -> int:
    """Make the shares of an order payable though the buyer has not paid all of it; how many øre that was.

    Refuses an order without earned shares, and an empty reason.
    """
    ore = sum(max(0, one) for one in share_balances(order.id, EARNED).values())
    if not ore:
        raise Refused(_("Ordre %(number)s har ingen optjente andele, der venter.", number=order.number))
    if not why.strip():
        raise Refused(_("Skriv, hvorfor andelene frigives."), field="why")
    post_due(order.id, now=now, anyway=True)
    record("released", "order", order.id, by=by, now=now, why=why, ore=ore)
    return ore


def correct(
    key: str, debit: At, credit: At, ore: int, *, why: str, by: By, now: datetime, order: Order | None = None
) -> None:
    """Post a correction; the same key is one. Refuses what `post_correction` refuses."""
    # Two clicks at once would both find nothing: the second waits here for the first.
    db.session.execute(select(Account.id).where(Account.kind == debit.kind).with_for_update()).all()
    if find_posting(f"correction:{key}") is None:
        post_correction(key, debit, credit, ore, why=why, by=by, now=now, order_id=order.id if order else None)
