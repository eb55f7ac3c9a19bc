"""What a withdrawal tells its buyer and the office, and what it tells nobody else."""

import re
import secrets
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from orders.models import Order
from orders.withdrawal.deadlines import last_day
from orders.withdrawal.erase import erase_strangers
from orders.withdrawal.models import Withdrawal
from shop.days import format_day, format_moment, utc_now
from shop.db import db, transaction
from shop.mail.models import Letter
from tests.orders.office_room import Office, errors, words
from tests.orders.shopper import Shopper
from tests.orders.withdrawal_pages_world import WORDS, newest, say
from tests.orders.withdrawal_world import sent_order, work
from tests.tools.statements import counted
from tests.tools.world import pay, place_order

# --- No oracle --------------------------------------------------------------------------------------------------------


def test_a_stranger_learns_nothing(shopper: Shopper) -> None:
    """The same page, statements and letters for an order that is there, one that is not, and another's address."""
    order = sent_order()
    seen = []
    for number, email in (
        (order.number, order.buyer_email),
        (order.number, "x@example.com"),
        ("9999", "x@example.com"),
    ):
        shopper.get("/fortryd")
        shopper.send("/fortryd", **{**WORDS, "number": number, "email": email})
        with counted() as asked:
            page = shopper.post("/fortryd", shopper.form("/fortryd"), follow=False)
        del page
        shopper.follow()
        before = _plain(shopper, number, email)
        work()
        shopper.get(shopper.path)
        assert _plain(shopper, number, email) == before, "when the worker has looked, the page is the same"
        seen.append((before, [statement.partition(" WHERE")[0] for statement in asked]))
    assert seen[0] == seen[1] == seen[2]
    to_others = db.session.scalars(
        select(Letter).where(Letter.kind == "withdrawal_receipt", Letter.to_address == "x@example.com")
    ).all()
    texts = {re.sub(r"\S*/kvittering/\S+", "", letter.text.replace(order.number, "9999")) for letter in to_others}
    assert len(to_others) == 2
    assert len(texts) == 1


def _plain(shopper: Shopper, number: str, email: str) -> str:
    text = shopper.text.replace(number, "9999").replace(email, "x@example.com")
    return re.sub(r"kl\. \d\d\.\d\d", "kl.", text)


@pytest.mark.parametrize("token", ["findes-ikke", "x" * 5_000, "%00", "..%2f..", "🎁"])
def test_forged_links_are_no_pages(shopper: Shopper, token: str) -> None:
    for path in (f"/ordre/{token}/fortryd", f"/fortryd/kvittering/{token}"):
        shopper.get(path)
        assert shopper.status == 404
    shopper.post(f"/ordre/{token}/fortryd", {"bekraeft": "1"})
    assert shopper.status == 404


def test_the_receipt_is_kept_by_nobody(shopper: Shopper) -> None:
    say(shopper)
    assert shopper.headers["Cache-Control"] == "no-store"
    assert shopper.headers["X-Robots-Tag"] == "noindex"


# --- What the buyer is told -------------------------------------------------------------------------------------------


def test_what_is_promised_is_what_was_paid(shopper: Shopper) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    shopper.send(path)
    whole = f"{order.gross_ore // 100},{order.gross_ore % 100:02}"
    assert f"I alt med moms {whole}" in shopper.text
    shopper.send(path)
    assert f"Du får {whole} kr. igen senest" in shopper.text.replace("\xa0", " ")


def test_exceptions_are_said_before_and_after(shopper: Shopper) -> None:
    order = sent_order((("soendagskurven", 1),))
    path = f"/ordre/{order.token}/fortryd"
    said = "Kan ikke fortrydes og bliver ikke betalt tilbage: Honningkage."
    for step in (shopper.get, shopper.send, shopper.send):
        step(path)
        assert said in shopper.text
        assert "Bliver kun betalt tilbage, hvis forseglingen er hel:" in shopper.text
    work()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "withdrawal_receipt")).one()
    assert said in letter.text


def test_unsent_it_says_that_it_is_cancelled(shopper: Shopper) -> None:
    order = place_order()
    pay(order)
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    assert "Vi har ikke sendt noget endnu." in shopper.text
    shopper.send(path)
    shopper.send(path)
    assert "Intet var sendt, så ordren er annulleret." in shopper.text
    shopper.get(path)
    assert "Ordren er annulleret eller udløbet" in shopper.text


def test_twice_says_the_first_time(shopper: Shopper) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    old_page = {**shopper.form(path), "bekraeft": "1", "noegle": secrets.token_hex(16)}
    shopper.send(path)
    shopper.send(path)
    with transaction():
        db.session.execute(update(Withdrawal).values(received_at=utc_now() - timedelta(hours=5)))
    first = newest()
    shopper.post(path, old_page)
    assert newest().id == first.id
    shopper.get(path)
    assert format_moment(first.received_at, "da") in shopper.text
    assert "Der er ikke mere at fortryde" in shopper.text


def test_the_orders_page_says_how_long_and_what_was_withdrawn(shopper: Shopper) -> None:
    order = sent_order()
    shopper.get(f"/ordre/{order.token}")
    last = last_day(order)
    assert last is not None
    assert f"Du kan fortryde til og med {format_day(last, 'da')}." in shopper.text
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    shopper.send(path)
    shopper.send(path)
    shopper.get(f"/ordre/{order.token}")
    assert f"Du fortrød {format_moment(newest().received_at, 'da')}. Nu: modtaget." in shopper.text


def test_too_late_says_so_and_is_sent_all_the_same(shopper: Shopper) -> None:
    order = sent_order()
    with transaction():
        long_ago = utc_now() - timedelta(days=40)
        db.session.execute(update(Order).values(placed_at=long_ago, sent_at=long_ago, wanted_on=long_ago.date()))
    path = f"/ordre/{order.token}/fortryd"
    for step in (shopper.get, shopper.send, shopper.send):
        step(path)
        assert "Fristen for at fortryde er gået." in shopper.text
        assert "kr. igen" not in shopper.text
    assert newest().in_time is False


def test_few_questions_however_long_the_order_is(shopper: Shopper) -> None:
    counts = []
    for baskets in ((("den-groenne-kurv", 1),), (("den-groenne-kurv", 1), ("kaffepausen", 2), ("soendagskurven", 1))):
        order = sent_order(baskets)
        shopper.get(f"/ordre/{order.token}/fortryd")
        with counted() as asked:
            shopper.get(f"/ordre/{order.token}/fortryd")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 13, counts


# --- The office -------------------------------------------------------------------------------------------------------


def test_the_board_says_what_waits(sqlite_example: Flask, shopper: Shopper) -> None:
    office = Office(sqlite_example)
    assert "fortrydelse venter" not in words(office.get("/kontor"))
    say(shopper)
    work()
    assert "1 fortrydelse venter på dig. Ukendt ordre: 1." in words(office.get("/kontor"))
    page = words(office.get("/kontor/fortrydelser"))
    assert "9999" in page
    assert "ukendt ordre" in page
    assert "Her er ingen fortrydelser" in words(office.get("/kontor/fortrydelser?vis=alle&sog=zzz"))


def test_an_unknown_one_is_found_by_a_person(sqlite_example: Flask, shopper: Shopper) -> None:
    order = sent_order()
    say(shopper, scope="del", said="den ene")
    work()
    office = Office(sqlite_example)
    at = f"/kontor/fortrydelser/{newest().id}"
    assert "Der er ingen ordre med det nummer." in words(office.get(at))
    assert order.buyer_name in words(office.get(f"{at}?ordre={order.number}"))
    (line,) = [line for line in order.lines if line.kind != "freight"]
    for typed in ({}, {"number": "9999"}, {"number": order.number}, {"number": order.number, f"antal_{line.id}": "7"}):
        office.post(f"{at}/find", 422, **typed)
    done = office.follow(f"{at}/find", number=order.number, **{f"antal_{line.id}": "1"})
    assert f"Fortrydelsen hører nu til ordre {order.number}." in words(done)
    assert newest().picks == {line.id: 1}


def test_bad_figures_at_the_goods_are_said(sqlite_example: Flask, shopper: Shopper) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    shopper.send(path)
    shopper.send(path)
    office = Office(sqlite_example)
    at = f"/kontor/fortrydelser/{newest().id}"
    for amount, why, status in (("x", "", 422), ("-5", "", 422), ("50", "", 409), ("99999", "brugt", 409)):
        page = office.post(f"{at}/varer", status, reduction_ore=amount, reduction_why=why)
        assert errors(page), amount
        assert f'value="{amount}"' in page, "what was typed is there still"
    office.post(f"{at}/annuller", 409)
    office.post(f"{at}/afvis", 422, why=" ")
    office.follow(f"{at}/varer", reduction_ore="50", reduction_why="Kurven er brugt.")
    assert "Kurven er brugt." in words(office.get(at))
    office.follow(f"{at}/betal")
    office.post(f"{at}/betal", 409)
    assert newest().state == "refunded"


def test_an_office_page_of_nothing_is_no_page(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    for number in ("999", "2147483647"):
        office.get(f"/kontor/fortrydelser/{number}", 404)
        for word in ("find", "varer", "betal", "annuller", "afvis"):
            office.post(f"/kontor/fortrydelser/{number}/{word}", 404, why="x", number="1001")


def test_strangers_are_forgotten_in_the_end(sqlite_example: Flask, shopper: Shopper) -> None:
    say(shopper)
    work()
    known = sent_order()
    say(shopper, number=known.number, email=known.buyer_email)
    work()
    with transaction():
        db.session.execute(update(Withdrawal).values(state="declined", ended_at=utc_now() - timedelta(days=800)))
    erase_strangers()
    stranger, buyer = db.session.scalars(select(Withdrawal).order_by(Withdrawal.id)).all()
    assert (stranger.name, stranger.email, stranger.typed_number) == ("", "", "")
    assert buyer.email == known.buyer_email
    texts = db.session.scalars(select(Letter.text).where(Letter.kind == "withdrawal_receipt").order_by(Letter.id)).all()
    assert [bool(text) for text in texts] == [False, True]


def test_the_orders_own_page_in_the_office_says_it_first(sqlite_example: Flask, shopper: Shopper) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    shopper.send(path)
    shopper.send(path)
    page = Office(sqlite_example).get(f"/kontor/ordrer/{order.number}")
    assert f'href="/kontor/fortrydelser/{newest().id}"' in page
    assert f"Køberen fortrød {format_moment(newest().received_at, 'da')}. Nu: modtaget." in words(page)
