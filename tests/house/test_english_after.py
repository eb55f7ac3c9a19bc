"""What comes after an order, and orders taken at the office, are read in both languages, letters included."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from catalog.baskets.models import Basket
from orders.after.models import Parcel, Report
from orders.after.parcels import goods_of
from orders.buyers import get_whole_order
from orders.delivery.plan import shop_calendar
from orders.lock import lock_order
from orders.models import Order
from orders.moves import pack
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.house.reader import LANGUAGES, OFFICE, Reader, language_of, work
from tests.tools.world import fulfil, pay, place_order

ADDRESS = {"to_name": "Q", "to_line1": "7 7", "to_line2": "", "to_postcode": "5000", "to_city": "Q", "to_phone": ""}


def sent(prefix: str) -> Order:
    order = place_order(language=language_of(prefix), recipient_phone="22334455")
    pay(order)
    fulfil(order)
    return order


def read_letters(reader: Reader) -> None:
    work()
    db.session.rollback()
    assert not failed()
    for letter in db.session.scalars(select(Letter).where(Letter.state == "sent")):
        reader.judge(f"letter {letter.kind}", [letter.subject, *letter.text.split("\n")])


def failed() -> list[str]:
    return list(db.session.scalars(select(Intention.error).where(Intention.error != "")))


def far_day() -> str:
    day, calendar = local_day(utc_now()) + timedelta(days=21), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day.isoformat()


@LANGUAGES
def test_changes_and_cancelling(sqlite_example: Flask, prefix: str) -> None:
    reader = Reader(sqlite_example, prefix)
    order = place_order(language=language_of(prefix), recipient_phone="22334455", card_text="123")
    pay(order)
    path = f"/ordre/{order.token}"
    for typed in ({"to_name": ""}, {"to_line1": "Q"}, {"wanted_on": "x"}, {"to_postcode": "3900"}, ADDRESS, ADDRESS):
        reader.get(f"{path}/ret")
        reader.send(f"{path}/ret", **typed)
    reader.get(f"{path}/annuller")
    for _click in range(2):
        reader.post(f"{path}/annuller", {})
    for part in ("", "/ret", "/annuller", "/problem"):
        reader.get(path + part)
    other = place_order(language=language_of(prefix))
    pay(other)
    with transaction():
        pack(lock_order(other.id), by=COMMAND, now=utc_now())
    for part in ("", "/ret", "/annuller"):
        reader.get(f"/ordre/{other.token}{part}")
        if part:
            reader.post(f"/ordre/{other.token}{part}", {**ADDRESS, "wanted_on": far_day()})
    read_letters(reader)
    reader.done(20)


@LANGUAGES
def test_reports_and_parcels(sqlite_example: Flask, prefix: str) -> None:
    buyer, office = Reader(sqlite_example, prefix), Reader(sqlite_example, prefix, OFFICE)
    order = sent(prefix)
    path = f"/ordre/{order.token}"
    for kind in ("", "damaged", "missing", "lost"):
        buyer.get(f"{path}/problem")
        buyer.send(f"{path}/problem", kind=kind, said="123" if kind else "")
    office.get("/kontor")
    office.get("/kontor/henvendelser")
    good = goods_of(get_whole_order(order.id))[0]
    answers: list[tuple[str, dict[str, str]]] = [
        ("nej", {"why": ""}), ("nej", {"why": "123"}), ("nej", {"why": "123"}),
        ("penge", {"penge-what": "money", "penge-bearer": "pot"}),
        ("penge", {"penge-what": "money", "penge-amount": "5", "penge-bearer": "pot", "penge-said": "123"}),
        ("ny-pakke", {**ADDRESS, "bearer": "pot", "said": "123"}),
        ("ny-pakke", {**ADDRESS, "bearer": "pot", "said": "123", f"stk_{good.share_id}": "1"}),
    ]  # fmt: skip
    first, second, third = db.session.scalars(select(Report.id).order_by(Report.id)).all()
    for number, (word, typed) in zip((first, first, first, second, second, third, third), answers, strict=True):
        office.get(f"/kontor/henvendelser/{number}")
        office.fill(f"/kontor/henvendelser/{number}/{word}", follow=True, **typed)
        office.get(f"/kontor/henvendelser/{number}")
    move_parcels(office, order, buyer, path)
    read_letters(buyer)
    for reader in (buyer, office):
        reader.done(9)


def move_parcels(office: Reader, order: Order, buyer: Reader, path: str) -> None:
    office.get(f"/kontor/ordrer/{order.number}")
    office.fill(f"/kontor/ordrer/{order.number}/retur")
    for part in ("", "/igen"):
        buyer.get(path + part)
    for day in ("x", "2001-01-01", far_day()):
        buyer.get(f"{path}/igen")
        buyer.send(f"{path}/igen", wanted_on=day)
    for number in db.session.scalars(select(Parcel.id)).all():
        for word in ("pakket", "pakket", "sendt"):
            office.get("/kontor/henvendelser")
            office.fill(f"/kontor/pakker/{number}/{word}")
    office.get(f"/kontor/ordrer/{order.number}")
    buyer.get(path)


@LANGUAGES
def test_orders_taken_at_the_office(sqlite_example: Flask, prefix: str) -> None:
    office = Reader(sqlite_example, prefix, OFFICE)
    basket = db.session.scalars(select(Basket).where(Basket.slug == "fredagskurven")).one()
    whole: dict[str, Any] = {
        f"kurv_{basket.id}": "1", "card": "123", "name": "Q", "phone": "22334455", "email": "q@example.dk",
        "line1": "7 7", "postcode": "8000", "city": "Q", "delivery": "parcel", "wanted_on": far_day(),
        "language": language_of(prefix), "way": "transfer",
    }  # fmt: skip
    office.get("/kontor/bestil")
    for typed in (
        {},
        {**whole, "way": "q", "phone": ""},
        {**whole, "postcode": "3900"},
        {**whole, f"kurv_{basket.id}": "x"},
    ):
        office.fill("/kontor/bestil", follow=True, **typed)
    for way in ("transfer", "cash", "link"):
        office.get("/kontor/bestil")
        office.fill("/kontor/bestil", follow=True, **{**whole, "way": way})
        at = office.path.removeprefix(prefix)
        for ticked in ({}, {"age": "18"}):
            office.fill(at, follow=True, **{**office.form(at), **ticked})
        number = office.path.rpartition("/")[2]
        order = db.session.scalars(select(Order).where(Order.number == number)).one()
        office.get(f"/ordre/{order.token}")
        for ore in ("", "1", "10000"):
            office.get(f"/kontor/ordrer/{number}/penge")
            key = office.form(f"/kontor/ordrer/{number}/penge")["key"]
            money = {"kind": "transfer", "ore": ore, "received_on": local_day(utc_now()).isoformat(), "key": key}
            office.fill(f"/kontor/ordrer/{number}/penge", follow=True, **money)
            office.get(f"/ordre/{order.token}")
    read_letters(office)
    office.done(30)
