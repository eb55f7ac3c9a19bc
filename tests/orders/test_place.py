"""Placing an order: what is written, what is refused, on both databases."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.baskets.models import Basket
from catalog.supply.models import STOCK, Supply
from orders.checkout.place import PriceChanged, lock_cart, place
from orders.lock import lock_order
from orders.models import Order, OrderLine, Share
from orders.moves import cancel
from orders.payments.pay import start_payment
from orders.queries_cli import order_as_json
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from tests.tools.statements import counted
from tests.tools.world import details_for, fulfil, make_cart, pay, place_order


def _on_hand(item_id: int) -> tuple[int, int]:
    row = db.session.execute(
        select(Supply.most, Supply.taken).where(Supply.kind == STOCK, Supply.item_id == item_id)
    ).one()
    return row.most, row.taken


def test_every_share_and_the_vat_add_up_to_what_is_paid(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 3), ("fredagskurven", 1)], [("opvaskeboerste", 2)])
    found = order_as_json(order.number)
    assert found is not None
    assert found["gross_ore"] == sum(line["gross_ore"] for line in found["lines"])
    assert found["gross_ore"] == sum(
        line["vat_ore"] + sum(share["ore"] for share in line["shares"]) for line in found["lines"]
    )
    for line in found["lines"]:
        assert line["net_ore"] == sum(share["ore"] for share in line["shares"])
        assert all(share["ore"] >= 0 for share in line["shares"] if share["kind"] != "pot")
        assert {share["kind"] for share in line["shares"]} <= {"component", "service", "delivery", "pot"}
    assert [line["kind"] for line in found["lines"]] == ["basket", "basket", "item", "freight"]


def test_agreed_shares_are_the_agreed_prices(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 4)])
    line = order.lines[0]
    assert line.basket_version is not None
    agreed = [part.agreed_ore * part.quantity * 4 for part in line.basket_version.components]
    assert [share.ore for share in line.shares[:-1]] == agreed
    assert line.shares[-1].ore == line.net_ore - sum(agreed)


def test_own_delivery_pays_the_partner_who_drives(example: Flask) -> None:
    order = place_order(delivery="local")
    kinds = {share.kind: share for share in order.lines[-1].shares}
    assert kinds["delivery"].ore == 3900
    assert kinds["delivery"].enterprise is not None
    assert kinds["delivery"].enterprise.slug == "skejby-rangers"
    assert kinds["pot"].ore == 5520 - 3900


def test_a_cart_becomes_one_order_and_is_emptied(example: Flask) -> None:
    with transaction():
        cart = make_cart()
        key, details = cart.key, details_for(cart)
        place(lock_cart(cart.id), details, by=BUYER, now=utc_now())
    assert db.session.scalar(select(func.count()).select_from(Order).where(Order.cart_key == key)) == 1
    with pytest.raises(Refused), transaction():
        place(lock_cart(cart.id), details, by=BUYER, now=utc_now())


def test_another_price_than_the_one_seen_is_never_charged(example: Flask) -> None:
    with transaction():
        cart = make_cart()
        details = details_for(cart)
        cart_id = cart.id
    with pytest.raises(PriceChanged), transaction():
        cart = lock_cart(cart_id)
        cart.lines[0].seen_ore -= 100
        place(cart, details, by=BUYER, now=utc_now())
    with pytest.raises(PriceChanged), transaction():
        cart = lock_cart(cart_id)
        place(cart, details_for(cart, seen_ore=details.seen_ore + 1), by=BUYER, now=utc_now())
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_the_same_jar_in_two_baskets_and_alone_counts_once(example: Flask) -> None:
    with transaction():
        cart = make_cart([(slug, 1) for slug in ("kaffepausen", "den-store-kurv", "et-lille-tak")])
        versions = [line.basket.current for line in cart.lines if line.basket]
        sets = [
            {part.item_id for part in version.components if part.kind == "component"} for version in versions if version
        ]
        shared = sorted(sets[0] & sets[2])
        assert shared, "the example baskets share an item"
        row = db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == shared[0])).one()
        row.most = row.taken + 1
        cart_id = cart.id
    with pytest.raises(Refused, match="ikke nok"), transaction():
        cart = lock_cart(cart_id)
        place(cart, details_for(cart), by=BUYER, now=utc_now())
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0
    assert len(lock_cart(cart_id).lines) == 3


def test_cancelling_gives_everything_back(example: Flask) -> None:
    query = select(Supply.id, Supply.most, Supply.taken).where(Supply.kind != "week").order_by(Supply.id)
    before = db.session.execute(query).all()
    order = place_order([("den-store-kurv", 2)])
    pay(order)
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")
    assert db.session.execute(query).all() == before


def test_packing_takes_the_goods_off_the_shelf(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 1)])
    component = order.lines[0].shares[0]
    assert component.item_version is not None
    most, taken = _on_hand(component.item_version.item_id)
    pay(order)
    fulfil(order)
    assert _on_hand(component.item_version.item_id) == (most - component.pieces, taken - component.pieces)


def test_a_basket_withdrawn_meanwhile_is_named(example: Flask) -> None:
    with transaction():
        cart = make_cart()
        details, cart_id = details_for(cart), cart.id
        db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one().state = "withdrawn"
    with pytest.raises(Refused, match="grønne"), transaction():
        place(lock_cart(cart_id), details, by=BUYER, now=utc_now())


def test_an_order_takes_few_statements(example: Flask) -> None:
    with transaction():
        cart = make_cart([("den-store-kurv", 1), ("det-lange-bord", 1)], [("opvaskeboerste", 1)])
        details, cart_id = details_for(cart), cart.id
    with counted() as statements, transaction():
        cart = lock_cart(cart_id)
        order = place(cart, details, by=BUYER, now=utc_now())
        start_payment(order, back_url="/", now=utc_now())
    assert len(statements) <= 33, "\n".join(statement[:60] for statement in statements)


def test_nothing_is_left_of_a_refused_order(example: Flask) -> None:
    with pytest.raises(Refused), transaction():
        cart = make_cart([("den-groenne-kurv", 400)])
        place(lock_cart(cart.id), details_for(cart), by=BUYER, now=utc_now())
    assert db.session.scalar(select(func.count()).select_from(OrderLine)) == 0
    assert db.session.scalar(select(func.count()).select_from(Share)) == 0
    assert db.session.scalar(select(func.sum(Supply.taken))) == 0
