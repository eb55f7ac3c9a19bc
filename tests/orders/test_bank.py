"""The sandbox bank's page: clearly a play, and as stubborn as a real bank."""

import dataclasses

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.payments.models import PaymentEvent, SandboxPayment
from shop.db import db
from tests.orders.shopper import Shopper


@pytest.fixture
def shopper(sqlite_example: Flask) -> Shopper:
    """A buyer at the bank."""
    buyer = Shopper(sqlite_example)
    buyer.buy()
    assert buyer.path.startswith("/bank/")
    return buyer


def state() -> str:
    db.session.rollback()
    return db.session.scalars(select(SandboxPayment.state)).one()


def test_it_says_that_it_is_no_real_bank(shopper: Shopper) -> None:
    assert "Det her er ikke en rigtig bank. Der bliver ikke trukket penge" in shopper.text
    assert "358,00 kr." in shopper.text
    for choice in ("Betal", "Afvis", "Betal senere", "Gå tilbage uden at betale"):
        assert choice in shopper.text
    assert shopper.headers["X-Robots-Tag"] == "noindex"
    assert 'type="text"' not in shopper.page


@pytest.mark.parametrize("name", ["sb_findes-ikke", "x" * 5_000, "🎁"])
def test_an_unknown_payment_is_no_page(shopper: Shopper, name: str) -> None:
    shopper.get(f"/bank/{name}")
    assert shopper.status == 404


@pytest.mark.parametrize("choice", ["", "andet", "pay", "betal\x00", "x" * 10_000])
def test_an_unknown_choice_changes_nothing(shopper: Shopper, choice: str) -> None:
    shopper.answer_bank(choice)
    assert shopper.status == 400
    assert state() == "started"


def test_two_clicks_pay_once(shopper: Shopper) -> None:
    form = {**shopper.form(shopper.path), "valg": "betal"}
    bank = shopper.path
    for choice in ("betal", "betal", "afvis", "senere"):
        shopper.post(bank, {**form, "valg": choice})
        assert "Din ordre er på plads" in shopper.text
    assert state() == "authorised"
    assert db.session.scalar(select(func.count()).select_from(PaymentEvent)) == 1
    shopper.get(bank)
    assert "Betalingen er afsluttet." in shopper.text
    assert "Tilbage til ordren" in shopper.text


def test_without_a_token_nothing_is_paid(shopper: Shopper) -> None:
    shopper.post(shopper.path, {"valg": "betal"})
    assert shopper.status == 400
    assert state() == "started"


def test_a_shop_without_it_has_no_such_page(shopper: Shopper, sqlite_example: Flask) -> None:
    settings = sqlite_example.config["SETTINGS"]
    form = {**shopper.form(shopper.path), "valg": "betal"}
    sqlite_example.config["SETTINGS"] = dataclasses.replace(settings, payments="invoice-only")
    shopper.get(shopper.path)
    assert shopper.status == 404
    shopper.post(shopper.path, form)
    assert shopper.status == 404
    assert state() == "started"
