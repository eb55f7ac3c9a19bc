"""The checkout: bad input and bad luck. Whatever happens, nothing typed is lost and nothing is charged unseen."""

import dataclasses
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.models import Item
from catalog.supply.models import STOCK, Supply
from orders.cart.models import Cart, CartLine
from orders.checkout.answers import read_day
from orders.models import Order
from orders.payments.models import Payment
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.orders.shopper import TYPED, Shopper
from tests.tools.statements import counted

GIFT = {
    "is_gift": "1",
    "to_name": "Bent Hansen",
    "to_line1": "Havnevej 3",
    "to_postcode": "8200",
    "to_city": "Aarhus N",
}
MOST_STATEMENTS = 23


@pytest.fixture
def shopper(sqlite_example: Flask) -> Shopper:
    """A buyer with one basket."""
    buyer = Shopper(sqlite_example)
    buyer.put()
    return buyer


def orders() -> list[Order]:
    db.session.rollback()
    return list(db.session.scalars(select(Order).order_by(Order.id)))


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


# --- The way through ----------------------------------------------------------------------------------------------


def test_a_gift_to_a_friend_is_ordered_and_paid(shopper: Shopper) -> None:
    shopper.tell(**GIFT)
    assert shopper.path == "/kassen/bestil"
    assert shopper.headers["X-Robots-Tag"] == "noindex"
    for said in ("1 × Kaffepausen", "Bent Hansen", "8200 Aarhus N", "I alt med moms og levering", "358,00 kr."):
        assert said in shopper.text
    assert ">Bestil og betal</button>" in shopper.page
    shopper.order()
    assert shopper.path.startswith("/bank/")
    shopper.answer_bank("betal")
    assert "Din ordre er på plads" in shopper.text
    order = orders()[0]
    assert order.state == "confirmed"
    assert order.is_gift
    assert order.recipient["name"] == "Bent Hansen"
    assert order.buyer_name == "Karla Købersen"
    assert order.buyer_phone == "22334455"
    assert order.gross_ore == 35800
    assert len(order.terms_no) == 12
    assert db.session.scalar(select(func.count()).select_from(CartLine)) == 0


def test_nothing_is_ticked_beforehand(shopper: Shopper) -> None:
    shopper.tell()
    assert 'id="terms"' in shopper.page
    assert "checked" not in shopper.page


def test_an_empty_cart_has_nothing_to_pay(sqlite_example: Flask) -> None:
    buyer = Shopper(sqlite_example)
    for path in ("/kassen", "/kassen/bestil"):
        buyer.get(path)
        assert "Der er ikke noget at betale" in buyer.text


def test_the_overview_sends_back_whoever_has_not_answered(shopper: Shopper) -> None:
    shopper.get("/kassen/bestil")
    shopper.follow()
    assert shopper.path == "/kassen"


def test_the_overview_tells_what_no_longer_holds(shopper: Shopper) -> None:
    shopper.tell()
    with transaction():
        db.session.execute(update(BasketVersion).values(lead_days=20))
    shopper.get("/kassen/bestil")
    assert shopper.status == 409
    assert "Så hurtigt kan vi ikke nå det." in shopper.text
    assert shopper.form("/kassen")["name"] == "Karla Købersen"


def test_pickup_and_own_delivery(shopper: Shopper) -> None:
    shopper.tell(delivery="pickup:hos-flexvirk")
    assert "Eksempelvej 8" in shopper.text
    assert "299,00 kr." in shopper.text
    shopper.tell(delivery="local")
    assert "Levering ved Skejby Rangers" in shopper.text
    assert "368,00 kr." in shopper.text
    shopper.order()
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


# --- Bad input ----------------------------------------------------------------------------------------------------


def test_every_empty_field_is_told_at_once(shopper: Shopper) -> None:
    shopper.tell(**dict.fromkeys((*TYPED, "wanted_on"), ""), is_gift="1")
    assert shopper.status == 422
    for field in ("name", "email", "phone", "line1", "postcode", "city", "to_name", "to_line1", "to_postcode"):
        assert f'href="#{field}"' in shopper.page
        assert f'id="{field}-error"' in shopper.page
    assert 'href="#delivery-0"' in shopper.page
    assert "Vælg en dag" in shopper.text


@pytest.mark.parametrize("typed", ["x" * 10_000, "🎁" * 300, "<script>alert(1)</script>", "a\x00b", "\u202eabc"])
def test_odd_texts_are_answered_and_kept(shopper: Shopper, typed: str) -> None:
    fields = ("name", "email", "phone", "line1", "line2", "postcode", "city", "delivery", "wanted_on")
    shopper.tell(**dict.fromkeys(fields, typed))
    assert shopper.status == 422
    assert "<script>alert" not in shopper.page
    shown = typed.replace("\x00", "")
    assert shopper.form("/kassen")["name"] == shown
    kept = db.session.scalars(select(Cart.checkout)).one()["typed"]
    assert kept["name"] == shown[:1000]
    shopper.get("/kassen")
    assert shopper.form("/kassen")["name"] == kept["name"]


@pytest.mark.parametrize(
    "email", ["karla", "karla@", "@example.dk", "a b@example.dk", "karla@localhost", "k@e.dk\nBcc: x@e.dk"]
)
def test_an_email_nobody_can_be_written_at(shopper: Shopper, email: str) -> None:
    shopper.tell(email=email)
    assert shopper.status == 422
    assert "Den e-mail kan vi ikke skrive til." in shopper.text


@pytest.mark.parametrize(
    ("postcode", "said"),
    [
        ("3900", "Vi leverer ikke til Grønland."),
        ("GL-3905", "Vi leverer ikke til Grønland."),
        ("100", "Vi leverer ikke til Færøerne."),
        ("FO-100", "Vi leverer ikke til Færøerne."),
        ("0000", "Det postnummer findes ikke i Danmark."),
        ("80000", "Et dansk postnummer har fire tal"),
    ],
)
def test_where_we_do_not_deliver_is_said(shopper: Shopper, postcode: str, said: str) -> None:
    shopper.tell(**{**GIFT, "to_postcode": postcode})
    assert shopper.status == 422
    assert said in shopper.text
    assert 'id="to_postcode-error"' in shopper.page
    assert shopper.form("/kassen")["to_name"] == "Bent Hansen"


def test_a_missing_house_number_is_asked_for_once(shopper: Shopper) -> None:
    shopper.tell(line1="Anholtvej")
    assert shopper.status == 422
    assert "Mangler der et husnummer?" in shopper.text
    shopper.send("/kassen")
    assert shopper.path == "/kassen/bestil"
    shopper.tell(line1="Tunøvej")
    assert "Mangler der et husnummer?" in shopper.text


def test_days_that_cannot_be_met(shopper: Shopper) -> None:
    today = local_day(utc_now())
    sunday = today + timedelta(days=6 - today.weekday() + 14)
    far = today + timedelta(days=200)
    cases = {
        (today - timedelta(days=1)).isoformat(): "Så hurtigt kan vi ikke nå det.",
        today.isoformat(): "Så hurtigt kan vi ikke nå det.",
        sunday.isoformat(): "Den dag leverer vi ikke.",
        far.isoformat(): "Så langt frem kan vi ikke love noget.",
        "31-02-2027": "Vælg en dag",
        "i morgen": "Vælg en dag",
        "0001-01-01": "Så hurtigt kan vi ikke nå det.",
        "9999-12-31": "Så langt frem kan vi ikke love noget.",
    }
    for typed, said in cases.items():
        shopper.tell(wanted_on=typed)
        assert shopper.status == 422, typed
        assert said in shopper.text, typed
        assert 'id="wanted_on-error"' in shopper.page


def test_a_closing_day_of_the_shop(shopper: Shopper) -> None:
    shopper.get("/kassen")
    first = shopper.form("/kassen")["wanted_on"]
    with transaction():
        change_setting("delivery.closed", [first], valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())
    shopper.tell(wanted_on=first)
    assert shopper.status == 422
    shopper.get("/kassen")
    assert first not in shopper.page.split('name="wanted_on"')[0].split('min="')[-1]


@pytest.mark.parametrize("text", ["2026-12-01", "1-12-2026", "01.12.2026", "1/12 2026", " 1. 12. 2026 "])
def test_days_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 12, 1)


def test_own_delivery_where_nobody_drives(shopper: Shopper) -> None:
    shopper.tell(**{**GIFT, "to_postcode": "5000", "to_city": "Odense C"}, delivery="local")
    assert shopper.status == 422
    assert "Den levering kan vi ikke tilbyde til den adresse." in shopper.text
    assert 'href="#delivery-0"' in shopper.page
    for forged in ("pickup:findes-ikke", "drone", "pickup", "local:x" * 500):
        shopper.tell(delivery=forged, postcode="5000", city="Odense C")
        assert shopper.status == 422


def test_too_heavy_for_a_parcel(sqlite_example: Flask) -> None:
    buyer = Shopper(sqlite_example)
    buyer.put("den-store-kurv", quantity="5")
    buyer.get("/kassen")
    assert "for tung til én pakke" in buyer.text
    buyer.tell(delivery="parcel")
    assert buyer.status == 422
    buyer.tell(delivery="pickup:hos-flexvirk")
    assert buyer.path == "/kassen/bestil"


def test_the_terms_must_be_accepted(shopper: Shopper) -> None:
    shopper.tell()
    shopper.order(terms=None)
    assert shopper.status == 422
    assert 'id="terms-fejl"' in shopper.page
    assert orders() == []


def test_terms_changed_meanwhile_are_read_again(shopper: Shopper) -> None:
    shopper.tell()
    with transaction():
        change_setting(
            "terms.sections",
            {"title_da": "Nye", "title_en": "New", "sections": []},
            valid_from=local_day(utc_now()),
            by=COMMAND,
            now=utc_now(),
        )
    shopper.order()
    assert shopper.status == 422
    assert "Handelsbetingelserne er ændret" in shopper.text
    assert orders() == []
    assert 'name="terms" value="1" required checked' not in shopper.page
    shopper.order()
    assert len(orders()) == 1


def test_alcohol_asks_for_the_age(sqlite_example: Flask) -> None:
    buyer = Shopper(sqlite_example)
    buyer.put("fredagskurven")
    buyer.tell()
    assert "Jeg er fyldt 16 år." in buyer.text
    buyer.order(age=None)
    assert buyer.status == 422
    assert 'id="age-fejl"' in buyer.page
    assert "checked" in buyer.page.split('id="terms"')[1].split(">")[0]
    buyer.order(age="15")
    assert buyer.status == 422
    assert orders() == []
    buyer.order(age="16")
    assert orders()[0].age_confirmed == 16


# --- Bad luck -----------------------------------------------------------------------------------------------------


def test_two_clicks_are_one_order(shopper: Shopper) -> None:
    shopper.tell()
    form = {**shopper.form("/kassen/bestil"), "terms": "1"}
    shopper.post("/kassen/bestil", form)
    first = shopper.path
    shopper.post("/kassen/bestil", form)
    assert shopper.path == first
    assert first.startswith("/bank/")
    assert len(orders()) == 1
    assert db.session.scalar(select(func.count()).select_from(Payment)) == 1
    shopper.answer_bank()
    shopper.post("/kassen/bestil", form)
    assert shopper.path.startswith("/ordre/")
    assert len(orders()) == 1


def test_back_after_paying_says_that_it_is_ordered(shopper: Shopper) -> None:
    shopper.tell()
    shopper.order()
    shopper.answer_bank()
    for path in ("/kassen/bestil", "/kassen", "/bestilling"):
        shopper.get(path)
        assert "Din bestilling er afgivet" in shopper.text
        assert f'href="/ordre/{orders()[0].token}"' in shopper.page


def test_an_hour_later_the_browser_shows_nobody_the_order(shopper: Shopper) -> None:
    shopper.tell()
    shopper.order()
    with transaction():
        cart = db.session.scalars(select(Cart)).one()
        old = {**cart.checkout["placed"], "at": (utc_now() - timedelta(hours=2)).isoformat()}
        cart.checkout = {"placed": old}
    assert orders()[0].token not in shopper.get("/kassen")


def test_a_price_that_changes_before_the_click_is_shown_first(shopper: Shopper) -> None:
    shopper.tell()
    price("kaffepausen", 31900)
    shopper.order()
    assert shopper.status == 409
    assert orders() == []
    assert "Prisen på «Kaffepausen» er ændret fra 299,00 kr. til 319,00 kr." in shopper.text
    assert "378,00 kr." in shopper.text
    shopper.order()
    assert orders()[0].gross_ore == 37800


def test_a_price_that_changed_before_the_overview_is_shown_there(shopper: Shopper) -> None:
    price("kaffepausen", 31900)
    shopper.tell()
    assert "Prisen på «Kaffepausen» er ændret fra 299,00 kr. til 319,00 kr." in shopper.text
    shopper.order()
    assert shopper.path.startswith("/bank/")
    assert orders()[0].gross_ore == 37800


def test_dearer_freight_is_never_charged_unseen(shopper: Shopper) -> None:
    shopper.tell()
    with transaction():
        change_setting(
            "freight.parcel",
            [{"max_g": 20000, "gross_ore": 9900}],
            valid_from=local_day(utc_now()),
            by=COMMAND,
            now=utc_now(),
        )
    shopper.order()
    assert shopper.status == 409
    assert orders() == []
    shopper.order()
    assert orders()[0].gross_ore == 29900 + 9900


def test_a_forged_total_is_not_believed(shopper: Shopper) -> None:
    shopper.tell()
    line = db.session.scalars(select(CartLine.id)).one()
    for forged in ({"seen_ore": "1"}, {"seen": f"{line}:1"}, {"seen_ore": "x", "seen": "x:y z"}, {"shown": "0"}):
        shopper.order(**forged)
        assert shopper.status == 409
        assert orders() == []


def test_withdrawn_between_cart_and_pay(shopper: Shopper) -> None:
    shopper.put("fredagskurven")
    shopper.tell()
    with transaction():
        db.session.execute(update(Basket).where(Basket.slug == "fredagskurven").values(state="withdrawn"))
    shopper.order()
    assert shopper.status == 409
    assert "«Fredagskurven» er ikke til salg længere. Der er ikke trukket penge, og resten er gemt." in shopper.text
    assert orders() == []
    assert db.session.scalar(select(func.count()).select_from(CartLine)) == 2
    assert "Bestil og betal" not in shopper.text


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


def test_a_day_that_has_become_too_early_is_asked_for_again(shopper: Shopper) -> None:
    shopper.tell()
    with transaction():
        db.session.execute(update(BasketVersion).values(lead_days=20))
    shopper.order()
    assert shopper.status == 409
    assert "Så hurtigt kan vi ikke nå det." in shopper.text
    assert shopper.form("/kassen")["name"] == "Karla Købersen"
    assert orders() == []


def test_changed_in_another_window(shopper: Shopper) -> None:
    shopper.tell()
    form = {**shopper.form("/kassen/bestil"), "terms": "1"}
    shopper.tell(**GIFT)
    shopper.post("/kassen/bestil", form)
    assert shopper.status == 409
    assert "ændret i et andet vindue" in shopper.text
    assert "Bent Hansen" in shopper.text
    assert orders() == []


def test_a_lost_session_loses_nothing(shopper: Shopper) -> None:
    shopper.get("/kassen")
    form = {**shopper.form("/kassen"), **TYPED}
    shopper.client.delete_cookie("indgang")
    shopper.post("/kassen", form)
    assert shopper.status == 400
    for text in TYPED.values():
        assert text in shopper.page
    again = shopper.form("/kassen")
    assert {name: again[name] for name in TYPED} == TYPED
    shopper.send("/kassen")
    assert shopper.path == "/kassen/bestil"
    order = {**shopper.form("/kassen/bestil"), "terms": "1"}
    for cookie in ("indgang", "bestilling"):
        shopper.client.delete_cookie(cookie)
    shopper.post("/kassen/bestil", order)
    assert shopper.status == 400
    shopper.send("/kassen/bestil")
    assert shopper.path.startswith("/bank/")
    assert len(orders()) == 1


def test_what_is_typed_is_there_in_a_new_session(shopper: Shopper) -> None:
    shopper.tell(postcode="3900")
    shopper.client.delete_cookie("indgang")
    shopper.get("/kassen")
    form = shopper.form("/kassen")
    assert form["line1"] == "Prøvevej 7"
    assert form["postcode"] == "3900"


def test_another_site_cannot_order(shopper: Shopper) -> None:
    shopper.tell()
    form = {**shopper.form("/kassen/bestil"), "terms": "1", "csrf_token": "forged"}
    shopper.post("/kassen/bestil", form, origin={"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"})
    assert shopper.status == 403
    assert orders() == []


def test_a_shop_that_takes_no_payment_says_so(shopper: Shopper, sqlite_example: Flask) -> None:
    shopper.tell()
    form = {**shopper.form("/kassen/bestil"), "terms": "1"}
    settings = sqlite_example.config["SETTINGS"]
    sqlite_example.config["SETTINGS"] = dataclasses.replace(settings, payments="invoice-only")
    shopper.get("/kassen/bestil")
    assert "Vi kan ikke tage imod betaling på nettet lige nu." in shopper.text
    shopper.post("/kassen/bestil", form)
    assert shopper.status == 409
    assert orders() == []


# --- Numbers ------------------------------------------------------------------------------------------------------


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
