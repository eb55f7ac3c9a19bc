"""Orders whose money the office looks at, and its pages and files as they are read."""

import csv
import io
from typing import Any

from sqlalchemy import func, select

from orders.books.models import (
    Account,
    Posting,
)
from orders.models import Order
from shop.days import local_day, utc_now
from shop.db import db
from tests.tools.world import fulfil, pay, place_order

TODAY = local_day(utc_now())


def balance(kind: str) -> int:
    """Credits less debits of all accounts of a kind."""
    found = 0
    for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        query = select(func.coalesce(func.sum(Posting.ore), 0)).join(Account, Account.id == side)
        found += sign * int(db.session.scalar(query.where(Account.kind == kind)) or 0)
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def ore(text: str) -> int:
    return int(text.replace(",", ""))


def sent_unpaid(**more: Any) -> Order:
    """An order that has been sent while its money has not come: the capture is still to be done."""
    order = place_order(**more)
    pay(order)
    fulfil(order)
    return order
