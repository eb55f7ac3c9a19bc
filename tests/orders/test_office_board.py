"""The office's front page: the most pressing first, found by state, day and words, and what needs a hand."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from orders.models import Order
from orders.payments.models import Payment
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.mail.models import FAILED, Letter
from tests.orders.office_room import SUPPLIER, Office, words
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order


def _pack_on(order: Order, days: int) -> None:
    with transaction():
        day = local_day(utc_now()) + timedelta(days=days)
        db.session.execute(update(Order).where(Order.id == order.id).values(pack_on=day))


def _places(page: str, *orders: Order) -> list[int]:
    table = page[page.index('id="orders"') :]
    return [table.find(f">{order.number}</a>") for order in orders]


def test_what_is_overdue_comes_first_and_what_is_sent_after_what_waits(example: Flask) -> None:
    later, late, sent, today = (place_order() for _number in range(4))
    for order, days in ((later, 5), (late, -2), (sent, -9), (today, 0)):
        pay(order)
        _pack_on(order, days)
    fulfil(sent)
    page = Office(example).get("/kontor")
    assert _places(page, late, today, later, sent) == sorted(_places(page, late, today, later, sent))
    assert min(_places(page, late, today, later, sent)) > 0
    assert "Forsinket:" in page


def test_an_unpaid_order_says_that_it_is_not_packed(sqlite_example: Flask) -> None:
    place_order()
    assert "Ikke betalt: pakkes ikke" in Office(sqlite_example).get("/kontor")
    paid = place_order()
    pay(paid)
    page = words(Office(sqlite_example).get("/kontor?tilstand=confirmed"))
    assert paid.number in page
    assert "Ikke betalt" not in page


NARROWED: tuple[tuple[str, set[str]], ...] = (
    ("tilstand=placed", {"placed"}),
    ("tilstand=confirmed", {"paid", "late"}),
    ("tilstand=sent", {"sent"}),
    ("tilstand=all", {"placed", "paid", "late", "sent"}),
    ("dag=forsinket", {"late"}),
    ("sog=karla", {"placed", "paid", "late", "sent"}),
    ("sog=KARLA%40example", {"placed", "paid", "late", "sent"}),
    ("sog=findes%20ikke", set()),
    ("sog=%F0%9F%8E%81", set()),
    ("sog=%25", set()),
    ("sog=%00", {"placed", "paid", "late", "sent"}),
    ("dag=pludder&tilstand=vrøvl&side=-4", {"placed", "paid", "late", "sent"}),
    ("side=99999999999999999999", {"placed", "paid", "late", "sent"}),
)


def test_the_board_is_narrowed_by_state_day_and_words(example: Flask) -> None:
    orders = {"placed": place_order(), "paid": place_order(), "late": place_order(), "sent": place_order()}
    for name in ("paid", "late", "sent"):
        pay(orders[name])
    _pack_on(orders["late"], -1)
    fulfil(orders["sent"])
    office = Office(example)
    for query, found in NARROWED:
        page = office.get(f"/kontor?{query}")
        assert {name for name, order in orders.items() if f">{order.number}</a>" in page} == found, query


def test_an_order_is_found_by_its_number_and_by_its_day(example: Flask) -> None:
    one, other = place_order(), place_order()
    _pack_on(one, 3)
    _pack_on(other, 4)
    office = Office(example)
    page = office.get(f"/kontor?sog={one.number}")
    assert f">{one.number}</a>" in page
    assert f">{other.number}</a>" not in page
    page = office.get(f"/kontor?dag={other.pack_on.isoformat()}")
    assert f">{other.number}</a>" in page
    assert f">{one.number}</a>" not in page
    page = office.get(f"/kontor?efter=levering&dag={one.wanted_on.isoformat()}")
    assert f">{one.number}</a>" in page


def test_the_days_are_counted_by_state(example: Flask) -> None:
    paid, unpaid, late = place_order(), place_order(), place_order()
    pay(paid)
    for order, days in ((paid, 0), (unpaid, 0), (late, -3)):
        _pack_on(order, days)
    page = Office(example).get("/kontor")
    table = words(page[page.index('id="days"') : page.index('id="ordrer"')])
    assert "Forsinket 1 afventer betaling 0 0 0 1 i alt" in table
    assert "I dag 1 afventer betaling 1 bekræftet 0 0 2 i alt" in table


def test_the_list_is_paged_with_the_whole_count(sqlite_example: Flask) -> None:
    for _number in range(25):
        place_order()
    office = Office(sqlite_example)
    first, second = office.get("/kontor"), office.get("/kontor?side=2")
    assert "1–24 af 25" in first
    assert "25–25 af 25" in second
    assert "Side 2 af 2" in second
    assert office.get("/kontor?side=77").count("25–25 af 25") == 1


def test_nothing_waits_in_a_shop_that_is_set_up(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    assert "Intet venter på dig." in office.get("/kontor")


def test_what_needs_a_hand_stands_first(example: Flask) -> None:
    order = place_order()
    pay(order)
    now = utc_now()
    with transaction():
        db.session.execute(update(Letter).values(state=FAILED, error="no such host"))
        db.session.execute(update(Payment).values(authorised_at=now - timedelta(days=5)))
        db.session.add(
            Intention(
                kind="capture", key="stuck", payload={}, posted_at=now, due_at=now, attempts=3, error="<b>nej</b>"
            )
        )
    page = Office(example).get("/kontor")
    said = words(page)
    assert "1 brev er ikke kommet frem." in said
    assert "Reservationen på kortet udløber" in said
    assert f"Se ordre {order.number}" in said
    assert "At trække en betaling er ikke lykkedes" in said
    assert "&lt;b&gt;nej&lt;/b&gt;" in page
    with transaction():
        db.session.execute(update(Payment).values(authorised_at=now - timedelta(days=7)))
    assert "Reservationen på kortet er udløbet" in Office(example).get("/kontor")


def test_a_fresh_reservation_is_not_in_the_way(sqlite_example: Flask) -> None:
    pay(place_order())
    assert "Reservationen" not in Office(sqlite_example).get("/kontor")


def test_the_board_asks_as_often_for_many_orders_as_for_few(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    place_order()
    office.get("/kontor")
    with counted() as few:
        office.get("/kontor")
    for _number in range(8):
        pay(place_order())
    with counted() as many:
        office.get("/kontor")
    assert len(many) == len(few) <= 20


@pytest.mark.parametrize(
    "path",
    [
        "/kontor",
        "/kontor/ordrer/1001",
        "/kontor/katalog",
        "/kontor/katalog/varer",
        "/kontor/katalog/virksomheder",
        "/kontor/katalog/kurve/den-groenne-kurv",
        "/kontor/breve",
        "/kontor/breve/1",
        "/kontor/indstillinger",
        "/kontor/indstillinger/seller.cvr",
        "/kontor/indstillinger/moms",
        "/kontor/stil",
    ],
)
def test_the_office_is_for_coordinators_alone(sqlite_example: Flask, path: str) -> None:
    place_order()
    Office(sqlite_example, SUPPLIER).get(path, 403)
    with sqlite_example.app_context():
        answer = sqlite_example.test_client().get(path)
    assert answer.status_code == 302
    assert "/log-ind" in answer.headers["Location"]
