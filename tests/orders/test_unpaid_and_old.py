"""A buyer who leaves the bank is told once that the order waits; one who pays is not."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from orders.lock import lock_order
from orders.moves import expire
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, due_intentions
from shop.mail.models import Letter
from tests.orders.shopper import Shopper
from tests.tools.client import PageClient
from tests.tools.world import pay, place_order


def _work(minutes: int) -> None:
    later = utc_now() + timedelta(minutes=minutes)
    while due := due_intentions(later):
        for number in due:
            carry_out(number, now=later)


def _ordered(app: Flask) -> int:
    shopper = Shopper(app)
    shopper.put("den-groenne-kurv")
    shopper.tell()
    shopper.order()
    order_id = db.session.scalar(select(func.max(Intention.payload["order_id"].as_integer())))
    return int(order_id or 0)


def _letters() -> list[str]:
    return list(db.session.scalars(select(Letter.kind).order_by(Letter.id)))


def test_who_leaves_is_told_once(example: Flask) -> None:
    _ordered(example)
    _work(2)
    assert _letters() == []
    _work(6)
    assert _letters() == ["order_unpaid"]
    letter = db.session.scalars(select(Letter)).one()
    assert letter.state == "sent", letter.error
    assert "/ordre/" in letter.text
    _work(30)
    assert _letters() == ["order_unpaid"]


@pytest.mark.parametrize("what", ["pays", "is gone"])
def test_who_pays_or_is_gone_is_not(sqlite_example: Flask, what: str) -> None:
    order_id = _ordered(sqlite_example)
    order = lock_order(order_id)
    if what == "pays":
        pay(order)
    else:
        with transaction():
            expire(lock_order(order_id), now=utc_now())
    _work(6)
    assert "order_unpaid" not in _letters()


def test_a_link_that_is_too_old_is_no_page(client: PageClient) -> None:
    order = place_order()
    path, placed_at = f"/ordre/{order.token}", order.placed_at
    assert client.get(path).status_code == 200
    with time_machine.travel(placed_at + timedelta(days=759)):
        assert client.get(path).status_code == 200
    with time_machine.travel(placed_at + timedelta(days=761)):
        assert client.get(path).status_code == 404
        assert client.post(f"{path}/betal", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 404
