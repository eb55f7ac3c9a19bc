"""The pages and letters of a withdrawal: two steps, the law's words, no oracle, and nothing typed is lost."""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from orders.models import Order
from orders.withdrawal.deadlines import last_day
from orders.withdrawal.erase import erase_strangers
from orders.withdrawal.models import Withdrawal
from shop.days import format_day, format_moment, utc_now
from shop.db import db, transaction
from shop.mail.models import Letter
from shop.web.limits import limiter
from tests.orders.office_room import Office, errors, words
from tests.orders.shopper import Shopper
from tests.orders.test_withdrawal import get, sent_order, work
from tests.tools.statements import counted
from tests.tools.world import pay, place_order

WORDS = {"number": "9999", "scope": "alt", "said": "", "name": "Ane", "email": "ane@example.com"}


@pytest.fixture
def shopper(sqlite_example: Flask) -> Iterator[Shopper]:
    limiter.reset()
    yield Shopper(sqlite_example)
    limiter.reset()


def newest() -> Withdrawal:
    db.session.rollback()
    return get(db.session.scalars(select(func.max(Withdrawal.id))).one())


def say(shopper: Shopper, **more: str | None) -> str:
    """Both steps of the open form."""
    shopper.get("/fortryd")
    shopper.send("/fortryd", **{**WORDS, **more})
    return shopper.send("/fortryd") if shopper.status == 200 else shopper.page


# --- The law's words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("prefix", "label"), [("", "Fortryd aftalen her"), ("/en", "Withdraw from contract here")])
def test_it_is_found_where_the_law_wants_it(shopper: Shopper, prefix: str, label: str) -> None:
    order = sent_order()
    for path in ("/", "/kurve", "/kassen", f"/ordre/{order.token}"):
        shopper.get(prefix + path)
        assert f'<a href="{prefix}/fortryd">{label}</a>' in shopper.page, path
    assert f'<a href="{prefix}/ordre/{order.token}/fortryd">{label}</a>' in shopper.page


@pytest.mark.parametrize(("prefix", "label"), [("", "Bekræft fortrydelse"), ("/en", "Confirm withdrawal")])
def test_the_second_step_has_the_laws_button(shopper: Shopper, prefix: str, label: str) -> None:
    order = sent_order()
    for path, typed in (("/fortryd", WORDS), (f"/ordre/{order.token}/fortryd", {})):
        shopper.get(prefix + path)
        shopper.post(prefix + path, {**shopper.form(prefix + path), **typed})
        buttons = re.findall(r'<button class="button primary"[^>]*>(.*?)</button>', shopper.page, re.S)
        assert buttons == [label]


def test_nothing_is_received_before_the_second_step(shopper: Shopper) -> None:
    shopper.get("/fortryd")
    shopper.send("/fortryd", **WORDS)
    assert db.session.scalar(select(func.count()).select_from(Withdrawal)) == 0


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_receipt_has_everything_with_its_moment(shopper: Shopper, language: str) -> None:
    prefix = "/en" if language == "en" else ""
    order = sent_order()
    path = f"{prefix}/ordre/{order.token}/fortryd"
    shopper.get(path)
    shopper.send(path, email="ny@example.com", name="Karla K.")
    shopper.send(path)
    one = newest()
    moment = format_moment(one.received_at, language)
    for said in (order.number, "Karla K.", "ny@example.com", moment, "2 × "):
        assert said in shopper.text
    work()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "withdrawal_receipt")).one()
    assert letter.to_address == "ny@example.com"
    for said in (order.number, "Karla K.", moment, "2 × ", shopper.path):
        assert said in letter.text
        assert said in letter.html


# --- What is typed ---------------------------------------------------------------------------------------------------

LONG = "x" * 5_000


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": " \x00 "}, "number"),
        ({"number": LONG}, "number"),
        ({"name": ""}, "name"),
        ({"name": LONG}, "name"),
        ({"email": "ingen"}, "email"),
        ({"email": "a@b" + LONG}, "email"),
        ({"email": "a@example.com\r\nBcc: b@example.com"}, "email"),
        ({"scope": "del"}, "said"),
        ({"scope": "del", "said": " \x00\n "}, "said"),
        ({"said": LONG}, "said"),
    ],
)
def test_what_is_mistyped_is_said_beside_its_field(shopper: Shopper, typed: dict[str, str], field: str) -> None:
    shopper.get("/fortryd")
    shopper.send("/fortryd", **{**WORDS, **typed})
    assert shopper.status == 422
    assert f'id="{field}-error"' in shopper.page
    kept = shopper.form("/fortryd")
    for name in {"number", "name", "email"} - {field}:
        assert kept[name] == WORDS[name], "nothing typed is lost"


@pytest.mark.parametrize(
    "odd", ["🎁", "<script>alert(1)</script>", "'; DROP TABLE withdrawal; --", "æøå", "100 % {x} %s"]
)
def test_anything_can_be_said(shopper: Shopper, odd: str) -> None:
    say(shopper, number=odd, name=odd, scope="del", said=odd)
    assert shopper.status == 200
    assert "<script>alert" not in shopper.page
    work()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "withdrawal_receipt")).one()
    assert letter.state == "sent"
    assert "<script>alert" not in letter.html


@pytest.mark.parametrize("odd", ["3", "-1", "1,5", "x", "", "99999999999999999999", "\x00"])
def test_pieces_are_whole_and_there(shopper: Shopper, odd: str) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    (field,) = [name for name in shopper.form(path) if name.startswith("antal_")]
    shopper.send(path, **{field: odd}, name="Karla K.")
    assert shopper.status == 422
    assert f'id="{field}-error"' in shopper.page
    assert shopper.form(path)["name"] == "Karla K."


def test_nothing_chosen_is_said(shopper: Shopper) -> None:
    order = sent_order()
    path = f"/ordre/{order.token}/fortryd"
    shopper.get(path)
    (field,) = [name for name in shopper.form(path) if name.startswith("antal_")]
    shopper.send(path, **{field: "0"})
    assert shopper.status == 422
    assert "Vælg mindst én ting, der fortrydes." in shopper.text


def test_strange_lines_and_a_bare_post_are_no_fault(shopper: Shopper) -> None:
    order, other = sent_order(), sent_order()
    path = f"/ordre/{order.token}/fortryd"
    for data in ({}, {"bekraeft": "1"}, {"antal_999": "1", "bekraeft": "1", "name": "x", "email": "x@example.com"}):
        shopper.post(path, data)
        assert shopper.status == 422
        shopper.post("/fortryd", data)
        assert shopper.status == 422
    shopper.get(path)
    typed = {**shopper.form(path), "bekraeft": "1", "noegle": "../x", f"antal_{other.lines[0].id}": "1"}
    shopper.post(path, typed)
    assert shopper.status == 200
    assert set(newest().picks) == {line.id for line in order.lines if line.kind != "freight"}


def test_going_back_keeps_what_was_typed(shopper: Shopper) -> None:
    shopper.get("/fortryd")
    shopper.send("/fortryd", **{**WORDS, "scope": "del", "said": "kun kaffen"})
    hidden = shopper.form("/fortryd")
    shopper.post("/fortryd", {**{name: text for name, text in hidden.items() if name != "bekraeft"}, "ret": "1"})
    assert shopper.status == 200
    assert "kun kaffen" in shopper.page
    assert shopper.form("/fortryd")["number"] == "9999"


def test_another_sites_form_is_turned_away(shopper: Shopper) -> None:
    order = sent_order()
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    for path in ("/fortryd", f"/ordre/{order.token}/fortryd"):
        shopper.post(path, {**WORDS, "bekraeft": "1"}, origin=cross)
        assert shopper.status == 403


# --- No oracle -------------------------------------------------------------------------------------------------------


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


# --- What the buyer is told ------------------------------------------------------------------------------------------


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


# --- The office ------------------------------------------------------------------------------------------------------


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
