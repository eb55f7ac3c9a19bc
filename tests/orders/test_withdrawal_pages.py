"""The pages and letters of a withdrawal: two steps, the law's words, no oracle, and nothing typed is lost."""

import re

import pytest
from sqlalchemy import func, select

from orders.withdrawal.models import Withdrawal
from shop.days import format_moment
from shop.db import db
from shop.mail.models import Letter
from tests.orders.shopper import Shopper
from tests.orders.withdrawal_pages_world import WORDS, newest, say
from tests.orders.withdrawal_world import sent_order, work

# --- The law's words --------------------------------------------------------------------------------------------------


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


# --- What is typed ----------------------------------------------------------------------------------------------------


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
