"""The checkout under bad luck: two clicks, another window, a price that changes, a lost session."""

import dataclasses
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select, update

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.models import Item
from catalog.supply.models import STOCK, Supply
from orders.cart.models import Cart, CartLine
from orders.payments.models import Payment
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.orders.checkout_world import GIFT, orders
from tests.orders.shopper import TYPED, Shopper


def price(slug: str, ore: int) -> None:
    with transaction():
        version = db.session.scalars(select(Basket).where(Basket.slug == slug)).one().current_version_id
        db.session.execute(update(BasketVersion).where(BasketVersion.id == version).values(gross_ore=ore))


def leave(slug: str, pieces: int) -> None:
    """Let there be so many pieces left of an item."""
    with transaction():
        item = db.session.scalars(select(Item.id).where(Item.slug == slug)).one()
        db.session.execute(
            update(Supply).where(Supply.kind == STOCK, Supply.item_id == item).values(taken=Supply.most - pieces)
        )


def test_two_clicks_are_one_order(ready: Shopper) -> None:
    ready.tell()
    form = {**ready.form("/kassen/bestil"), "terms": "1"}
    ready.post("/kassen/bestil", form)
    first = ready.path
    ready.post("/kassen/bestil", form)
    assert ready.path == first
    assert first.startswith("/bank/")
    assert len(orders()) == 1
    assert db.session.scalar(select(func.count()).select_from(Payment)) == 1
    ready.answer_bank()
    ready.post("/kassen/bestil", form)
    assert ready.path.startswith("/ordre/")
    assert len(orders()) == 1


def test_back_after_paying_says_that_it_is_ordered(ready: Shopper) -> None:
    ready.tell()
    ready.order()
    ready.answer_bank()
    for path in ("/kassen/bestil", "/kassen", "/bestilling"):
        ready.get(path)
        assert "Din bestilling er afgivet" in ready.text
        assert f'href="/ordre/{orders()[0].token}"' in ready.page


def test_an_hour_later_the_browser_shows_nobody_the_order(ready: Shopper) -> None:
    ready.tell()
    ready.order()
    with transaction():
        cart = db.session.scalars(select(Cart)).one()
        old = {**cart.checkout["placed"], "at": (utc_now() - timedelta(hours=2)).isoformat()}
        cart.checkout = {"placed": old}
    assert orders()[0].token not in ready.get("/kassen")


def test_a_price_that_changes_before_the_click_is_shown_first(ready: Shopper) -> None:
    ready.tell()
    price("kaffepausen", 31900)
    ready.order()
    assert ready.status == 409
    assert orders() == []
    assert "Prisen på «Kaffepausen» er ændret fra 299,00 kr. til 319,00 kr." in ready.text
    assert "378,00 kr." in ready.text
    ready.order()
    assert orders()[0].gross_ore == 37800


def test_a_price_that_changed_before_the_overview_is_shown_there(ready: Shopper) -> None:
    price("kaffepausen", 31900)
    ready.tell()
    assert "Prisen på «Kaffepausen» er ændret fra 299,00 kr. til 319,00 kr." in ready.text
    ready.order()
    assert ready.path.startswith("/bank/")
    assert orders()[0].gross_ore == 37800


def test_dearer_freight_is_never_charged_unseen(ready: Shopper) -> None:
    ready.tell()
    with transaction():
        change_setting(
            "freight.parcel",
            [{"max_g": 20000, "gross_ore": 9900}],
            valid_from=local_day(utc_now()),
            by=COMMAND,
            now=utc_now(),
        )
    ready.order()
    assert ready.status == 409
    assert orders() == []
    ready.order()
    assert orders()[0].gross_ore == 29900 + 9900


def test_a_forged_total_is_not_believed(ready: Shopper) -> None:
    ready.tell()
    line = db.session.scalars(select(CartLine.id)).one()
    for forged in ({"seen_ore": "1"}, {"seen": f"{line}:1"}, {"seen_ore": "x", "seen": "x:y z"}, {"shown": "0"}):
        ready.order(**forged)
        assert ready.status == 409
        assert orders() == []


def test_withdrawn_between_cart_and_pay(ready: Shopper) -> None:
    ready.put("fredagskurven")
    ready.tell()
    with transaction():
        db.session.execute(update(Basket).where(Basket.slug == "fredagskurven").values(state="withdrawn"))
    ready.order()
    assert ready.status == 409
    assert "«Fredagskurven» er ikke til salg længere. Der er ikke trukket penge, og resten er gemt." in ready.text
    assert orders() == []
    assert db.session.scalar(select(func.count()).select_from(CartLine)) == 2
    assert "Bestil og betal" not in ready.text


def test_two_buyers_for_the_last_basket(sqlite_example: Flask) -> None:
    first, second = Shopper(sqlite_example), Shopper(sqlite_example)
    for buyer in (first, second):
        buyer.put()
        buyer.tell()
    leave("kaffe-hele-boenner", 1)
    first.order()
    assert first.path.startswith("/bank/")
    second.order()
    assert second.status == 409
    assert "Der er ikke nok tilbage af «Kaffepausen»." in second.text
    assert "«Kaffepausen» er udsolgt." in second.text
    assert len(orders()) == 1
    assert db.session.scalar(select(func.count()).select_from(Payment)) == 1
    second.get("/bestilling")
    assert "Kaffepausen" in second.text


def test_a_day_that_has_become_too_early_is_asked_for_again(ready: Shopper) -> None:
    ready.tell()
    with transaction():
        db.session.execute(update(BasketVersion).values(lead_days=20))
    ready.order()
    assert ready.status == 409
    assert "Så hurtigt kan vi ikke nå det." in ready.text
    assert ready.form("/kassen")["name"] == "Karla Købersen"
    assert orders() == []


def test_changed_in_another_window(ready: Shopper) -> None:
    ready.tell()
    form = {**ready.form("/kassen/bestil"), "terms": "1"}
    ready.tell(**GIFT)
    ready.post("/kassen/bestil", form)
    assert ready.status == 409
    assert "ændret i et andet vindue" in ready.text
    assert "Bent Hansen" in ready.text
    assert orders() == []


def test_a_lost_session_loses_nothing(ready: Shopper) -> None:
    ready.get("/kassen")
    form = {**ready.form("/kassen"), **TYPED}
    ready.client.delete_cookie("indgang")
    ready.post("/kassen", form)
    assert ready.status == 400
    for text in TYPED.values():
        assert text in ready.page
    again = ready.form("/kassen")
    assert {name: again[name] for name in TYPED} == TYPED
    ready.send("/kassen")
    assert ready.path == "/kassen/bestil"
    order = {**ready.form("/kassen/bestil"), "terms": "1"}
    for cookie in ("indgang", "bestilling"):
        ready.client.delete_cookie(cookie)
    ready.post("/kassen/bestil", order)
    assert ready.status == 400
    ready.send("/kassen/bestil")
    assert ready.path.startswith("/bank/")
    assert len(orders()) == 1


def test_what_is_typed_is_there_in_a_new_session(ready: Shopper) -> None:
    ready.tell(postcode="3900")
    ready.client.delete_cookie("indgang")
    ready.get("/kassen")
    form = ready.form("/kassen")
    assert form["line1"] == "Prøvevej 7"
    assert form["postcode"] == "3900"


def test_another_site_cannot_order(ready: Shopper) -> None:
    ready.tell()
    form = {**ready.form("/kassen/bestil"), "terms": "1", "csrf_token": "forged"}
    ready.post("/kassen/bestil", form, origin={"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"})
    assert ready.status == 403
    assert orders() == []


def test_a_shop_that_takes_no_payment_says_so(ready: Shopper, sqlite_example: Flask) -> None:
    ready.tell()
    form = {**ready.form("/kassen/bestil"), "terms": "1"}
    settings = sqlite_example.config["SETTINGS"]
    sqlite_example.config["SETTINGS"] = dataclasses.replace(settings, payments="invoice-only")
    ready.get("/kassen/bestil")
    assert "Vi kan ikke tage imod betaling på nettet lige nu." in ready.text
    ready.post("/kassen/bestil", form)
    assert ready.status == 409
    assert orders() == []
