"""The office's four money moves: the form, the page that shows what will happen, and the button that does it once."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from orders.books.check import check_books
from orders.lock import lock_order
from orders.models import Order, OrderLine, Share
from orders.payments.capture import capture_order
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Cause
from orders.reversals.models import Refund, RefundShare
from orders.reversals.queries import gross_left
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.money import format_kr
from shop.tax import vat_in_gross
from tests.orders.office_room import SUPPLIER, Office, errors, words
from tests.orders.shopper import attribute
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order

NEEDS = ("rabat", "refunder", "vare", "kulance")


def url(order: Order, need: str = "") -> str:
    return f"/kontor/ordrer/{order.number}" + (f"/{need}" if need else "")


def sold(**more: Any) -> Order:
    """An order that has been sent and paid for."""
    order = place_order(**more)
    pay(order)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    return order


def hidden(page: str) -> dict[str, Any]:
    """What the page's own form carries."""
    found = {}
    for tag in re.findall(r'<input\b[^>]*type="hidden"[^>]*>', page):
        name = attribute(tag[:-1], "name")
        if name and name != "csrf_token":
            found[name] = attribute(tag[:-1], "value") or ""
    return found


def preview(office: Office, order: Order, need: str, status: int = 200, **typed: Any) -> str:
    key = hidden(office.get(url(order, need)))["key"]
    return office.post(url(order, need), status, key=key, trin="vis", **typed)


def do(office: Office, order: Order, need: str, **typed: Any) -> str:
    page = preview(office, order, need, **{"why": "en grund", "bearer": "as_sold", **typed})
    return office.follow(url(order, need), trin="goer", **hidden(page))


def refunds(order: Order) -> list[Refund]:
    db.session.rollback()
    return list(db.session.scalars(select(Refund).where(Refund.order_id == order.id).order_by(Refund.id)))


def share_of(order: Order, position: int = 0) -> Share:
    line = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.position == 1)).one()
    return line.shares[position]


def test_goodwill_is_shown_to_the_ore_and_then_given_once(example: Flask) -> None:
    order = sold()
    office = Office(example)
    page = preview(office, order, "kulance", amount="50", why="brudt pakke", bearer="as_sold", note="undskyld")
    said = words(page)
    assert refunds(order) == []
    assert f"Giv {format_kr(5_000)} tilbage" in said
    assert f"Moms {format_kr(order.vat_ore)} {format_kr(1_000)} {format_kr(order.vat_ore - 1_000)}" in said
    carried = hidden(page)
    office.post(url(order, "kulance"), trin="goer", **carried)
    office.post(url(order, "kulance"), trin="goer", **carried)  # the second click
    (refund,) = refunds(order)
    assert (refund.gross_ore, refund.vat_ore, refund.why, refund.note) == (5_000, 1_000, "brudt pakke", "undskyld")
    query = select(RefundShare.enterprise_id, func.sum(RefundShare.ore)).group_by(RefundShare.enterprise_id)
    taken = {owner: int(ore) for owner, ore in db.session.execute(query)}
    for change in taken.values():
        assert format_kr(change) in said
    assert check_books().holds


def test_a_component_touches_its_enterprise_alone(example: Flask) -> None:
    order = sold(baskets=[("den-groenne-kurv", 3)])
    share = share_of(order)
    office = Office(example)
    do(office, order, "vare", share=str(share.id), pieces="1")
    (row,) = db.session.scalars(select(RefundShare)).all()
    assert (row.share_id, row.pieces, row.ore) == (share.id, 1, share.ore // 3)
    page = preview(office, order, "vare", 409, share=str(share.id), pieces="3", why="x", bearer="as_sold")
    assert errors(page) == ["Så meget er der ikke tilbage at give."]
    assert 'value="3"' in page
    assert "\nx</textarea>" in page


def test_a_whole_order_comes_back_piece_by_piece_with_the_freight(example: Flask) -> None:
    order = sold(baskets=[("den-groenne-kurv", 2)])
    office = Office(example)
    do(office, order, "refunder", pieces_1="1", stock_back="1")
    do(office, order, "refunder", pieces_1="1", pieces_2="1")
    assert [refund.stock_back for refund in refunds(order)] == [True, False]
    assert gross_left(order.id) == 0
    assert check_books().holds
    assert "Der er ikke noget tilbage af ordren." in office.get(url(order, "refunder"))


def test_a_named_bearer_is_charged_and_the_others_keep_theirs(example: Flask) -> None:
    order = sold()
    maker = share_of(order)
    assert maker.enterprise is not None
    office = Office(example)
    page = preview(office, order, "kulance", amount="10,00", why="x", bearer=str(maker.enterprise_id))
    rows = re.findall(r"<tr\b.*?</tr>", page, re.S)
    touched = [words(row) for row in rows if 'class="money strong"' in row]
    assert len(touched) == 1
    assert touched[0].startswith(maker.enterprise.name)
    assert format_kr(800) in touched[0]


def test_before_it_is_sent_nobody_bears_and_less_is_drawn(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 2)])
    pay(order)
    office = Office(example)
    page = preview(office, order, "refunder", pieces_1="1", why="udsolgt", bearer="as_sold")
    after = order.gross_ore - order.lines[0].unit_ore
    assert f"Der trækkes kun {format_kr(after)} på kortet" in words(page)
    office.post(url(order, "refunder"), trin="goer", **hidden(page))
    assert gross_left(order.id) == after
    page = preview(office, order, "refunder", 422, pieces_1="1", why="x", bearer="pot")
    assert errors(page) == ["Vælg en fra listen."]
    page = preview(office, order, "refunder", 409, pieces_1="1", pieces_2="1", why="x", bearer="as_sold")
    assert "Annullér den hele i stedet" in errors(page)[0]


def test_a_discount_in_kroner_or_per_cent(example: Flask) -> None:
    office = Office(example)
    order = place_order()
    whole = order.gross_ore
    page = preview(office, order, "rabat", percent="10", why="stamkunde", bearer="pot")
    rebate = 5 * ((whole * 10 + 250) // 500)
    assert f"Køberen skal betale {format_kr(whole - rebate)} i stedet for {format_kr(whole)}" in words(page)
    carried = hidden(page)
    office.post(url(order, "rabat"), trin="goer", **carried)
    office.post(url(order, "rabat"), trin="goer", **carried)
    db.session.expire_all()
    assert order.gross_ore == whole - rebate
    for typed in ({}, {"amount": "5", "percent": "5"}):
        page = preview(office, order, "rabat", 422, why="x", bearer="pot", **typed)
        assert errors(page)[0].startswith("Skriv rabatten enten")
    do(office, order, "rabat", percent="100", bearer="pot")
    db.session.expire_all()
    assert (order.gross_ore, order.state) == (0, "confirmed")
    assert "Rabat gives, før den er det" in office.get(url(order, "rabat"))


def test_a_pot_that_goes_below_nothing_is_said_in_red_before(example: Flask) -> None:
    order = place_order()
    page = preview(Office(example), order, "rabat", percent="90", why="x", bearer="pot")
    pot = sum(share.ore for line in order.lines for share in line.shares if share.enterprise_id is None)
    rebate = 5 * ((order.gross_ore * 90 + 250) // 500)
    net = rebate - order.vat_ore + vat_in_gross(order.gross_ore - rebate, 2_500)
    assert '<div class="notice error">' in page
    assert f"Den fælles pulje lægger {format_kr(net - pot)} til denne ordre." in words(page)
    assert f'<span class="money minus">{format_kr(pot - net)}</span>' in page


def test_two_people_at_once_are_one(example: Flask) -> None:
    """The second has seen an order that is no longer so: what would happen now is shown, and nothing is done."""
    order = sold()
    one, other = Office(example), Office(example)
    pages = [preview(office, order, "kulance", amount="50", why="x", bearer="as_sold") for office in (one, other)]
    one.post(url(order, "kulance"), trin="goer", **hidden(pages[0]))
    page = other.post(url(order, "kulance"), 409, trin="goer", **hidden(pages[1]))
    assert "Ordren er ændret, siden du så" in page
    assert len(refunds(order)) == 1
    other.post(url(order, "kulance"), trin="goer", **hidden(page))  # seen, and meant
    assert len(refunds(order)) == 2


BAD: tuple[tuple[str, dict[str, str], int], ...] = (
    ("kulance", {"amount": ""}, 422),
    ("kulance", {"amount": "0"}, 422),
    ("kulance", {"amount": "-50"}, 422),
    ("kulance", {"amount": "halvtreds"}, 422),
    ("kulance", {"amount": "99999"}, 409),
    ("kulance", {"amount": "1e9"}, 422),
    ("kulance", {"amount": "50", "why": ""}, 422),
    ("kulance", {"amount": "50", "why": "x" * 501}, 422),
    ("kulance", {"amount": "50", "bearer": "🎁"}, 422),
    ("kulance", {"amount": "50", "bearer": "999999"}, 422),
    ("refunder", {}, 409),
    ("refunder", {"pieces_1": "0"}, 409),
    ("refunder", {"pieces_1": "2"}, 422),
    ("refunder", {"pieces_1": "en"}, 422),
    ("refunder", {"pieces_1": "\x00"}, 409),
    ("vare", {"share": "", "pieces": "1"}, 422),
    ("vare", {"share": "999999", "pieces": "1"}, 422),
    ("vare", {"share": "abc", "pieces": "99999999999999"}, 422),
    ("rabat", {"percent": "101"}, 422),
    ("rabat", {"percent": "ti"}, 422),
    ("rabat", {"percent": "0"}, 422),
)


@pytest.mark.parametrize(("need", "typed", "status"), BAD)
def test_what_is_mistyped_is_said_beside_its_field_and_nothing_is_lost(
    sqlite_example: Flask, need: str, typed: dict[str, str], status: int
) -> None:
    order = place_order() if need == "rabat" else sold()
    page = preview(Office(sqlite_example), order, need, status, **{"why": "grunden", "bearer": "as_sold", **typed})
    assert errors(page)
    assert "grunden" in page or "why" in typed
    for text in typed.values():
        assert text.strip("\x00") in page or text in ("🎁", "999999", "abc", "")
    assert refunds(order) == []


def test_to_mend_it_keeps_everything_typed(sqlite_example: Flask) -> None:
    order = sold()
    office = Office(sqlite_example)
    page = preview(office, order, "kulance", amount="10,5", why="a\nb <b>", note="🎁", bearer="pot")
    carried = hidden(page)
    page = office.post(url(order, "kulance"), 200, trin="ret", **carried)
    assert "10,5" in page
    assert "a\nb &lt;b&gt;</textarea>" in page
    assert "🎁" in page
    assert hidden(page)["key"] == carried["key"]


@pytest.mark.parametrize("need", NEEDS)
def test_who_may_and_what_is_not_there(sqlite_example: Flask, need: str) -> None:
    order = place_order()
    assert Office(sqlite_example, SUPPLIER).get(url(order, need), 403)
    office = Office(sqlite_example)
    office.get(f"/kontor/ordrer/9999/{need}", 404)
    office.post(f"/kontor/ordrer/9999/{need}", 404, trin="goer")
    with transaction():
        db.session.execute(update(Order).values(state="cancelled"))
    assert "er annulleret" in office.get(url(order, need))
    page = office.post(url(order, need), 409 if need != "x" else 0, key="k", why="x", bearer="as_sold", amount="5",
                       pieces="1", pieces_1="1", share=str(share_of(order).id), trin="vis")  # fmt: skip
    assert refunds(order) == []
    assert page


@pytest.mark.parametrize("need", NEEDS)
def test_the_pages_ask_the_same_number_of_questions(sqlite_example: Flask, need: str) -> None:
    few = sold() if need != "rabat" else place_order()
    many = place_order([("den-groenne-kurv", 1), ("fredagskurven", 1)], [("opvaskeboerste", 2)])
    office = Office(sqlite_example)
    office.get(url(few, need))
    with counted() as first:
        office.get(url(few, need))
    with counted() as second:
        office.get(url(many, need))
    assert len(second) == len(first) <= 14


def test_a_refund_by_somebody_else_meanwhile_shows(example: Flask) -> None:
    order = sold()
    office = Office(example)
    page = preview(office, order, "refunder", pieces_1="1", why="x", bearer="as_sold")
    with transaction():
        refund_goodwill(lock_order(order.id), 100, Cause("other", "x"), by=COMMAND, now=utc_now())
    office.post(url(order, "refunder"), 409, trin="goer", **hidden(page))
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 1
