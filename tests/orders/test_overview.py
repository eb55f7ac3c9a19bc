"""The office's overview: sales with their tables, and one search over everything."""

from datetime import date, timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from orders.models import Order, OrderLine
from orders.overview.sales import sales_between
from orders.shares.queries import COUNTED
from shop.days import local_day, utc_now
from shop.db import db
from tests.orders.office_room import Office, words
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order


def test_every_krone_stands_in_each_table_once(example: Flask) -> None:
    for baskets, items in (((("den-groenne-kurv", 2),), ()), ((("et-lille-tak", 1),), (("opvaskeboerste", 3),))):
        pay(place_order(baskets, items))
    place_order([("den-groenne-kurv", 5)])  # nobody has paid for it
    today = local_day(utc_now())
    found = sales_between(today - timedelta(days=6), today)
    orders = db.session.scalars(select(Order).where(Order.state.in_(COUNTED))).all()
    assert len(found.days) == 7
    assert found.count == len(orders) == 2
    assert found.gross_ore == sum(one.gross_ore for one in orders) == sum(one.gross_ore for one in found.kinds)
    assert found.net_ore == sum(one.net_ore for one in orders) == sum(one.net_ore for one in found.kinds)
    lines = db.session.scalars(select(OrderLine).join(Order).where(Order.state.in_(COUNTED))).all()
    assert sum(one.gross_ore for one in found.baskets) == sum(one.gross_ore for one in lines if one.kind != "freight")
    assert sorted(one.count for one in found.baskets) == [1, 2, 3]


def test_an_order_at_night_belongs_to_the_danish_day(example: Flask) -> None:
    with time_machine.travel("2026-11-30T23:30:00+00:00", tick=True):
        pay(place_order())
        pages = {day: sales_between(day, day).count for day in (date(2026, 11, 30), date(2026, 12, 1))}
    assert pages == {date(2026, 11, 30): 0, date(2026, 12, 1): 1}


def test_the_page_says_what_is_wrong_with_a_period(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    assert "Intet salg i perioden" in office.get("/kontor/salg")
    order = place_order([("den-groenne-kurv", 1)])
    pay(order)
    page = office.get("/kontor/salg")
    assert "<svg" in page
    assert "Den grønne kurv" in words(page)
    for typed in ("fra=i+går", "fra=1.2.2026&til=1.1.2026", "fra=1.1.2020&til=1.1.2026", "fra=1.1.0001&til=x"):
        assert "error-summary" in office.get(f"/kontor/salg?{typed}", 422)
    for typed in ("fra=1.1.2020", "til=1.1.2020", "fra=1.1.2099", ""):
        office.get(f"/kontor/salg?{typed}")


def test_one_search_finds_each_kind(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    order = place_order()
    pay(order)
    fulfil(order)
    expected = {
        order.number: "/kontor/ordrer/", "Karla": "/kontor/ordrer/", "grønne": "/kontor/kurve/den-groenne-kurv",
        "KOST": "Kost med langt skaft", "blindes": "Blindes Arbejde", "findes-ikke": "Intet fundet",
    }  # fmt: skip
    for text, told in expected.items():
        assert told in office.get(f"/kontor/soeg?sog={text}"), text
    for odd in ("%25", "%00", "'%3B--", "x" * 5000, "_"):
        office.get(f"/kontor/soeg?sog={odd}")


def test_they_ask_little(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    pay(place_order())
    for path in ("/kontor/salg", "/kontor/soeg?sog=a"):
        office.get(path)
        with counted() as sent:
            office.get(path)
        assert len(sent) <= 20, path
