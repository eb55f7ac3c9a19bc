"""The checkout under bad input: a sentence beside the field, and nothing typed is lost."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from orders.cart.models import Cart
from orders.checkout.answers import read_day
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.orders.checkout_world import GIFT, orders
from tests.orders.shopper import TYPED, Shopper


def test_every_empty_field_is_told_at_once(ready: Shopper) -> None:
    ready.tell(**dict.fromkeys((*TYPED, "wanted_on"), ""), is_gift="1")
    assert ready.status == 422
    for field in ("name", "email", "phone", "line1", "postcode", "city", "to_name", "to_line1", "to_postcode"):
        assert f'href="#{field}"' in ready.page
        assert f'id="{field}-error"' in ready.page
    assert 'href="#delivery-0"' in ready.page
    assert "Vælg en dag" in ready.text


@pytest.mark.parametrize("typed", ["x" * 10_000, "🎁" * 300, "<script>alert(1)</script>", "a\x00b", "\u202eabc"])
def test_odd_texts_are_answered_and_kept(ready: Shopper, typed: str) -> None:
    fields = ("name", "email", "phone", "line1", "line2", "postcode", "city", "delivery", "wanted_on")
    ready.tell(**dict.fromkeys(fields, typed))
    assert ready.status == 422
    assert "<script>alert" not in ready.page
    shown = typed.replace("\x00", "")
    assert ready.form("/kassen")["name"] == shown
    kept = db.session.scalars(select(Cart.checkout)).one()["typed"]
    assert kept["name"] == shown[:1000]
    ready.get("/kassen")
    assert ready.form("/kassen")["name"] == kept["name"]


@pytest.mark.parametrize(
    "email", ["karla", "karla@", "@example.dk", "a b@example.dk", "karla@localhost", "k@e.dk\nBcc: x@e.dk"]
)
def test_an_email_nobody_can_be_written_at(ready: Shopper, email: str) -> None:
    ready.tell(email=email)
    assert ready.status == 422
    assert "Den e-mail kan vi ikke skrive til." in ready.text


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
def test_where_we_do_not_deliver_is_said(ready: Shopper, postcode: str, said: str) -> None:
    ready.tell(**{**GIFT, "to_postcode": postcode})
    assert ready.status == 422
    assert said in ready.text
    assert 'id="to_postcode-error"' in ready.page
    assert ready.form("/kassen")["to_name"] == "Bent Hansen"


def test_a_missing_house_number_is_asked_for_once(ready: Shopper) -> None:
    ready.tell(line1="Anholtvej")
    assert ready.status == 422
    assert "Mangler der et husnummer?" in ready.text
    ready.send("/kassen")
    assert ready.path == "/kassen/bestil"
    ready.tell(line1="Tunøvej")
    assert "Mangler der et husnummer?" in ready.text


def test_days_that_cannot_be_met(ready: Shopper) -> None:
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
        ready.tell(wanted_on=typed)
        assert ready.status == 422, typed
        assert said in ready.text, typed
        assert 'id="wanted_on-error"' in ready.page


def test_a_closing_day_of_the_shop(ready: Shopper) -> None:
    ready.get("/kassen")
    first = ready.form("/kassen")["wanted_on"]
    with transaction():
        change_setting("delivery.closed", [first], valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())
    ready.tell(wanted_on=first)
    assert ready.status == 422
    ready.get("/kassen")
    assert first not in ready.page.split('name="wanted_on"')[0].split('min="')[-1]


@pytest.mark.parametrize("text", ["2026-12-01", "1-12-2026", "01.12.2026", "1/12 2026", " 1. 12. 2026 "])
def test_days_as_people_write_them(text: str) -> None:
    assert read_day(text) == date(2026, 12, 1)


def test_own_delivery_where_nobody_drives(ready: Shopper) -> None:
    ready.tell(**{**GIFT, "to_postcode": "5000", "to_city": "Odense C"}, delivery="local")
    assert ready.status == 422
    assert "Den levering kan vi ikke tilbyde til den adresse." in ready.text
    assert 'href="#delivery-0"' in ready.page
    for forged in ("pickup:findes-ikke", "drone", "pickup", "local:x" * 500):
        ready.tell(delivery=forged, postcode="5000", city="Odense C")
        assert ready.status == 422


def test_too_heavy_for_a_parcel(sqlite_example: Flask) -> None:
    buyer = Shopper(sqlite_example)
    buyer.put("den-store-kurv", quantity="5")
    buyer.get("/kassen")
    assert "for tung til én pakke" in buyer.text
    buyer.tell(delivery="parcel")
    assert buyer.status == 422
    buyer.tell(delivery="pickup:hos-flexvirk")
    assert buyer.path == "/kassen/bestil"


def test_the_terms_must_be_accepted(ready: Shopper) -> None:
    ready.tell()
    ready.order(terms=None)
    assert ready.status == 422
    assert 'id="terms-fejl"' in ready.page
    assert orders() == []


def test_terms_changed_meanwhile_are_read_again(ready: Shopper) -> None:
    ready.tell()
    with transaction():
        change_setting(
            "terms.sections",
            {"title_da": "Nye", "title_en": "New", "sections": []},
            valid_from=local_day(utc_now()),
            by=COMMAND,
            now=utc_now(),
        )
    ready.order()
    assert ready.status == 422
    assert "Handelsbetingelserne er ændret" in ready.text
    assert orders() == []
    assert 'name="terms" value="1" required checked' not in ready.page
    ready.order()
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
