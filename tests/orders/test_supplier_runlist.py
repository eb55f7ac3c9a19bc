"""The run list: recipients only for whoever drives, only in its window, and every look in the journal."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from orders.delivery.runlist import look
from orders.lock import lock_order
from orders.models import Order
from orders.moves import close, pack, send
from shop.days import day_starts, utc_now
from shop.db import db, transaction
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER
from shop.people.models import Person
from shop.settings.read import value
from tests.orders.supplier_world import CARD, FOODIES, RANGERS, SECRETS, enterprise, seen, shares_of, visit
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order


def packed(**more: Any) -> Order:
    order = place_order([("den-groenne-kurv", 2)], [("moerk-chokolade", 3)], delivery="local", **more)
    pay(order)
    with transaction():
        pack(lock_order(order.id), by=BUYER, now=utc_now())
    return order


def looks() -> list[JournalEntry]:
    return list(db.session.scalars(select(JournalEntry).where(JournalEntry.act == "looked").order_by(JournalEntry.id)))


def test_it_says_who_where_and_how_many_and_no_more(example: Flask) -> None:
    order = packed(card_text=CARD, **SECRETS)
    page = seen(example, RANGERS, f"/partner/koersel?dag={order.wanted_on.isoformat()}")
    assert page.tables["run-list"] == [
        [
            "Quirina ModtagersenAtt. Afdeling Syv",
            "Gemmestræde 912. th.8200 Aarhus N",
            "27182818",
            "3",
            order.number,
            "pakket",
        ]
    ]
    for hidden in ("Zebulon", "31415926", "zebulon", "kun til dig", " kr."):
        assert hidden not in page.text
    assert page.text.count("Quirina") == 1


def test_only_whoever_drives_has_one(example: Flask) -> None:
    order = packed(**SECRETS)
    day = order.wanted_on.isoformat()
    assert visit(example, FOODIES, f"/partner/koersel?dag={day}").status_code == 404
    assert "/partner/koersel" not in seen(example, FOODIES, "/partner").links
    assert "/partner/koersel" in seen(example, RANGERS, "/partner").links
    assert not looks()


def test_another_carriers_stops_are_not_on_it(example: Flask) -> None:
    order = packed(**SECRETS)
    with transaction():
        db.session.execute(update(Order).where(Order.id == order.id).values(carrier_id=enterprise("social-foodies").id))
    day = order.wanted_on.isoformat()
    assert "run-list" not in seen(example, RANGERS, f"/partner/koersel?dag={day}").tables
    assert "run-list" in seen(example, FOODIES, f"/partner/koersel?dag={day}").tables


def test_it_begins_with_packing_and_ends_with_the_orders_close(example: Flask) -> None:
    order = place_order(delivery="local", **SECRETS)
    day = f"/partner/koersel?dag={order.wanted_on.isoformat()}"
    now = utc_now()
    assert "Quirina" not in seen(example, RANGERS, day).text
    pay(order)
    assert "Quirina" not in seen(example, RANGERS, day).text
    with transaction():
        pack(lock_order(order.id), by=BUYER, now=now)
    assert "Quirina" in seen(example, RANGERS, day).text
    other = order.wanted_on + timedelta(days=1)
    assert "Quirina" not in seen(example, RANGERS, f"/partner/koersel?dag={other.isoformat()}").text
    with transaction():
        send(lock_order(order.id), by=BUYER, now=now)
    assert "Quirina" in seen(example, RANGERS, day).text
    with transaction():
        close(lock_order(order.id), by=BUYER, now=now)
    assert "Quirina" not in seen(example, RANGERS, day).text


@pytest.mark.usefixtures("example")
def test_it_is_closed_the_set_days_after_delivery() -> None:
    order = packed(**SECRETS)
    person = db.session.scalars(select(Person).where(Person.email == RANGERS)).one()
    mine, kept = enterprise("skejby-rangers").id, timedelta(days=int(value("times.recipient_days")))
    for later, count in ((kept, 1), (kept + timedelta(days=1), 0)):
        moment = day_starts(order.wanted_on + later) + timedelta(hours=12)
        with transaction():
            assert len(look(mine, order.wanted_on, by=person, now=moment)) == count


def test_every_look_is_in_the_journal(example: Flask) -> None:
    order = packed(**SECRETS)
    seen(example, RANGERS, f"/partner/koersel?dag={order.wanted_on.isoformat()}")
    seen(example, RANGERS, "/partner/koersel?dag=1.2.2026")
    person = db.session.scalars(select(Person).where(Person.email == RANGERS)).one()
    entries = looks()
    assert [entry.details for entry in entries] == [
        {"day": order.wanted_on.isoformat(), "orders": 1},
        {"day": "2026-02-01", "orders": 0},
    ]
    for entry in entries:
        assert (entry.by_id, entry.by_name) == (person.id, person.by_name)
        assert (entry.subject, entry.subject_id) == ("run_list", enterprise("skejby-rangers").id)


def test_an_erased_recipient_leaves_the_order_and_breaks_nothing(sqlite_example: Flask) -> None:
    order = packed(**SECRETS)
    with transaction():
        db.session.execute(update(Order).where(Order.id == order.id).values(recipient={}))
    page = seen(sqlite_example, RANGERS, f"/partner/koersel?dag={order.wanted_on.isoformat()}")
    assert page.tables["run-list"][0][4] == order.number
    assert "ikke oplyst" in page.text


def test_a_day_that_cannot_be_read_is_said(sqlite_example: Flask) -> None:
    packed(**SECRETS)
    page = seen(sqlite_example, RANGERS, "/partner/koersel?dag=i+morgen")
    assert "Skriv en dag, for eksempel 1.12.2026." in page.text


def test_it_takes_as_many_questions_however_many_stops(sqlite_example: Flask) -> None:
    order = packed(**SECRETS)
    address = f"/partner/koersel?dag={order.wanted_on.isoformat()}"
    with counted() as few:
        visit(sqlite_example, RANGERS, address)
    for _ in range(4):
        packed(**SECRETS)
    with counted() as many:
        assert len(seen(sqlite_example, RANGERS, address).tables["run-list"]) == 5
    assert len(many) == len(few) <= 20


def test_the_carriers_share_is_earned_when_it_is_sent(sqlite_example: Flask) -> None:
    order = place_order(delivery="local", **SECRETS)
    pay(order)
    fulfil(order)
    row = seen(sqlite_example, RANGERS, "/partner").tables["share-lines"][0]
    assert row[6:] == ["39,00 kr.", "optjent, ordren er sendt"]
    assert shares_of("skejby-rangers")[0].ore == 3900
