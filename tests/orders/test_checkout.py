"""The checkout: bad input and bad luck. Whatever happens, nothing typed is lost and nothing is charged unseen."""

from flask import Flask
from sqlalchemy import func, select, update

from catalog.baskets.models import BasketVersion
from orders.cart.models import CartLine
from shop.db import db, transaction
from tests.orders.checkout_world import GIFT, orders
from tests.orders.shopper import TYPED, Shopper
from tests.tools.statements import counted

MOST_STATEMENTS = 23


# --- The way through --------------------------------------------------------------------------------------------------


def test_a_gift_to_a_friend_is_ordered_and_paid(ready: Shopper) -> None:
    ready.tell(**GIFT)
    assert ready.path == "/kassen/bestil"
    assert ready.headers["X-Robots-Tag"] == "noindex"
    for said in ("1 × Kaffepausen", "Bent Hansen", "8200 Aarhus N", "I alt med moms og levering", "358,00 kr."):
        assert said in ready.text
    assert ">Bestil og betal</button>" in ready.page
    ready.order()
    assert ready.path.startswith("/bank/")
    ready.answer_bank("betal")
    assert "Din ordre er på plads" in ready.text
    order = orders()[0]
    assert order.state == "confirmed"
    assert order.is_gift
    assert order.recipient["name"] == "Bent Hansen"
    assert order.buyer_name == "Karla Købersen"
    assert order.buyer_phone == "22334455"
    assert order.gross_ore == 35800
    assert len(order.terms_no) == 12
    assert db.session.scalar(select(func.count()).select_from(CartLine)) == 0


def test_nothing_is_ticked_beforehand(ready: Shopper) -> None:
    ready.tell()
    assert 'id="terms"' in ready.page
    assert "checked" not in ready.page


def test_an_empty_cart_has_nothing_to_pay(sqlite_example: Flask) -> None:
    buyer = Shopper(sqlite_example)
    for path in ("/kassen", "/kassen/bestil"):
        buyer.get(path)
        assert "Der er ikke noget at betale" in buyer.text


def test_the_overview_sends_back_whoever_has_not_answered(ready: Shopper) -> None:
    ready.get("/kassen/bestil")
    ready.follow()
    assert ready.path == "/kassen"


def test_the_overview_tells_what_no_longer_holds(ready: Shopper) -> None:
    ready.tell()
    with transaction():
        db.session.execute(update(BasketVersion).values(lead_days=20))
    ready.get("/kassen/bestil")
    assert ready.status == 409
    assert "Så hurtigt kan vi ikke nå det." in ready.text
    assert ready.form("/kassen")["name"] == "Karla Købersen"


def test_pickup_and_own_delivery(ready: Shopper) -> None:
    ready.tell(delivery="pickup:hos-flexvirk")
    assert "Eksempelvej 8" in ready.text
    assert "299,00 kr." in ready.text
    ready.tell(delivery="local")
    assert "Levering ved Skejby Rangers" in ready.text
    assert "368,00 kr." in ready.text
    ready.order()
    order = orders()[0]
    assert order.delivery == "local"
    assert order.carrier_id is not None


def test_in_english(sqlite_example: Flask) -> None:
    buyer = Shopper(sqlite_example)
    buyer.post("/en/bestilling/laeg", {"basket": "kaffepausen"})
    buyer.get("/en/kassen")
    buyer.send("/en/kassen", **TYPED)
    assert buyer.path == "/en/kassen/bestil"
    buyer.send("/en/kassen/bestil", terms="1")
    assert buyer.path.startswith("/en/bank/")
    buyer.send(buyer.path, valg="betal")
    assert buyer.path.startswith("/en/ordre/")
    assert orders()[0].language == "en"


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_ordering_stays_within_its_statements(example: Flask) -> None:
    buyer = Shopper(example)
    for slug in ("kaffepausen", "den-groenne-kurv", "fredagskurven"):
        buyer.put(slug)
    buyer.tell()
    form = {**buyer.form("/kassen/bestil"), "terms": "1", "age": "16"}
    with counted() as sent:
        buyer.post("/kassen/bestil", form, follow=False)
    assert buyer.status == 303
    components = sum(
        len(line.basket_version.components) for line in orders()[0].lines if line.basket_version is not None
    )
    assert components >= 12
    assert len(sent) <= MOST_STATEMENTS
