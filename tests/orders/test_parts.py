"""An order that leaves in several parcels: what each earns, what is still expected, and the money at the end."""

from datetime import timedelta
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from orders import moves
from orders.books.check import check_books
from orders.books.models import DISCOUNT, EARNED, PAYABLE, Account, Posting
from orders.departures.leave import departures_of, still_here
from orders.departures.models import Departure
from orders.documents.models import Document
from orders.lock import lock_order
from orders.models import FREIGHT, Order, Share
from orders.money.amounts import amounts_of
from orders.money.queries import EXPECTED, Selection, sum_up
from orders.payments.capture import capture_before_it_ends
from orders.payments.gateway import CAPTURED
from orders.payments.models import Payment
from orders.reversals.taking import NothingLeft
from orders.states import PART_SENT, SENT
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from shop.mail.models import Letter
from shop.people.models import Enterprise
from tests.orders.money_world import ALL_POLICIES, GREEN, captured, take_pieces
from tests.tools.client import PageClient
from tests.tools.statements import counted
from tests.tools.world import pay, place_order, work


def packed(baskets: list[tuple[str, int]] = GREEN) -> Order:
    order = place_order(baskets)
    pay(order)
    with transaction():
        moves.pack(lock_order(order.id), by=BUYER, now=utc_now())
    return order


def goods(order: Order) -> list[int]:
    return [line.id for line in order.lines if line.kind != FREIGHT]


def leave(order: Order, *pieces: int) -> None:
    with transaction():
        moves.send_part(lock_order(order.id), dict(zip(goods(order), pieces, strict=False)), by=BUYER, now=utc_now())


def send(order: Order) -> None:
    with transaction():
        moves.send(lock_order(order.id), by=BUYER, now=utc_now())


def balances(kind: str) -> dict[int, int]:
    """By enterprise, straight from the postings."""
    db.session.rollback()
    ore = func.sum(Posting.ore)
    held: dict[int, int] = {}
    for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        rows = db.session.execute(
            select(Account.enterprise_id, ore).join(Posting, side == Account.id).where(Account.kind == kind)
            .group_by(Account.enterprise_id)
        )  # fmt: skip
        for owner, sum_ore in rows:
            if owner is not None:
                held[owner] = held.get(owner, 0) + sign * int(sum_ore)
    return held


def holds() -> None:
    db.session.rollback()
    assert [(one.rule, one.broken) for one in check_books().findings if one.broken] == []
    for enterprise in db.session.scalars(select(Enterprise)):
        amounts, sums = amounts_of(enterprise.id), sum_up(enterprise.id, Selection())
        assert amounts.expected_ore == sums.ore(EXPECTED), enterprise.slug
        assert amounts.earned_ore == sums.ore(EARNED), enterprise.slug
        assert amounts.payable_ore == sums.ore(PAYABLE), enterprise.slug


def test_a_parcel_earns_its_part_and_the_last_one_takes_the_rest(example: Flask) -> None:
    order = packed([("den-groenne-kurv", 3)])
    shares = {share.id: share for line in order.lines for share in line.shares if share.enterprise_id}
    whole: dict[int, int] = {}
    for share in shares.values():
        assert share.enterprise_id is not None
        whole[share.enterprise_id] = whole.get(share.enterprise_id, 0) + share.ore
    leave(order, 1)
    holds()
    assert db.session.get_one(Order, order.id).state == PART_SENT
    (line,) = goods(order)
    for share in (one for one in shares.values() if one.line_id == line):
        earned = db.session.scalar(select(Posting.ore).where(Posting.reference == f"sale:{share.id}:1"))
        assert earned is not None
        assert abs(Fraction(share.ore, 3) - earned) < 1, "each within an øre of its third"
    assert db.session.scalars(select(Document)).all() == [], "the invoice waits for the last parcel"
    leave(order, 1)
    holds()
    send(order)
    holds()
    assert balances(EARNED) == whole
    assert [(one.no, sum(row.pieces for row in one.lines)) for one in departures_of(order.id)] == [
        (1, 1),
        (2, 1),
        (3, 2),
    ]
    assert sum(one.gross_ore for one in departures_of(order.id)) == order.gross_ore
    assert db.session.scalars(select(Document.gross_ore)).all() == [order.gross_ore]
    db.session.rollback()
    captured(order)
    assert db.session.scalars(select(Payment.captured_ore)).all() == [order.gross_ore]
    holds()
    assert balances(PAYABLE) == whole


def test_what_cannot_leave_is_refused(example: Flask) -> None:
    order = packed([("den-groenne-kurv", 3)])
    (line,) = goods(order)
    freight = next(one.id for one in order.lines if one.kind == FREIGHT)
    for pieces, words in (
        ({}, "Skriv, hvor mange"), ({line: 0}, "Skriv, hvor mange"), ({line: 4}, "Der er 3 tilbage"),
        ({line: -1}, "Der er 3 tilbage"), ({line: 3}, "Det er det sidste"), ({freight: 1}, "Skriv, hvor mange"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words), transaction():
            moves.send_part(lock_order(order.id), pieces, by=BUYER, now=utc_now())
    leave(order, 2)
    with pytest.raises(Refused, match="Der er 1 tilbage"):
        leave(order, 2)
    with pytest.raises(Refused, match="delvist sendt"), transaction():
        moves.cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="nej")
    unpacked = place_order(GREEN)
    pay(unpacked)
    with pytest.raises(Refused, match="bekræftet"):
        leave(unpacked, 1)
    db.session.rollback()
    assert {one.before for one in still_here(order.id).values()} == {0, 2}


STEP = st.tuples(st.sampled_from(("part", "part", "refund")), st.integers(0, 2), st.integers(1, 2))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=6))
def test_whatever_leaves_and_is_taken_back_the_books_hold(
    sqlite_example: Flask, steps: list[tuple[str, int, int]]
) -> None:
    order = packed(ALL_POLICIES)
    for number, (kind, which, count) in enumerate(steps):
        lines = goods(order)
        try:
            if kind == "part":
                leave(order, *[count if place == which else 0 for place in range(len(lines))])
            else:
                take_pieces(db.session.get_one(Order, order.id), count, key=f"s{number}")
        except (Refused, NothingLeft):  # more than is here, or than is left
            db.session.rollback()
        holds()
    send(order)
    holds()
    db.session.rollback()
    captured(order)
    holds()
    assert not any(balances(EARNED).values())
    discounts = db.session.scalar(select(func.count()).where(Posting.code == DISCOUNT, Posting.order_id == order.id))
    assert discounts == 0


def test_the_buyer_is_told_what_is_in_it_and_what_is_to_come(example: Flask, client: PageClient) -> None:
    order = packed([("den-groenne-kurv", 3), ("det-lange-bord", 1)])
    leave(order, 2)
    db.session.rollback()
    work()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "order_part_sent")).one()
    text = " ".join(letter.text.split())
    assert "Pakke nr. 1 af din ordre er sendt. I den er: 2 × Den grønne kurv" in text
    assert "Det her kommer senere: 1 × Den grønne kurv 1 × Det lange bord" in text
    page = client.get(f"/ordre/{order.token}").get_data(as_text=True)
    assert "En del er sendt" in page
    assert "Sendt i flere pakker" in page


def test_the_office_sends_a_part_by_its_page(example: Flask, client: PageClient) -> None:
    order = packed([("den-groenne-kurv", 3)])
    number, (line,) = order.number, goods(order)
    client.sign_in("koordinator@example.dk")
    path = f"/kontor/ordrer/{number}/send-en-del"
    assert "Send en del" in client.get(f"/kontor/ordrer/{number}").get_data(as_text=True)
    for typed, words in (
        ("4", "Der er 3 tilbage her"),
        ("x", "Skriv et helt tal."),
        ("3", "Det er det sidste"),
        ("", ""),
    ):
        answer = client.post_form(path, {f"l{line}-pieces": typed})
        assert answer.status_code in (409, 422), typed
        assert words in answer.get_data(as_text=True)
    assert client.post_form(path, {f"l{line}-pieces": "1"}).status_code == 303
    with counted() as statements:
        page = client.get(f"/kontor/ordrer/{number}").get_data(as_text=True)
    assert "delvist sendt" in page
    assert "Pakke nr. 1" in page
    assert "Resten er sendt" in page
    assert len(statements) <= 20, [one[-150:] for one in statements]
    assert client.post_form(f"/kontor/ordrer/{number}/sendt", {}, page=f"/kontor/ordrer/{number}").status_code == 303
    assert db.session.get_one(Order, order.id).state == SENT
    db.session.rollback()
    assert "kan sendes, når den er pakket" in client.get(path).get_data(as_text=True)
    holds()


def test_a_reservation_about_to_end_draws_what_has_left_and_asks_for_the_rest(
    example: Flask, client: PageClient
) -> None:
    order = packed([("den-groenne-kurv", 3)])
    leave(order, 1)
    gone = db.session.scalars(select(Departure.gross_ore)).one()
    db.session.rollback()
    capture_before_it_ends()
    work()
    assert db.session.scalars(select(Payment.state)).all() != [CAPTURED], "not before it is about to end"
    with transaction():
        payment = db.session.scalars(select(Payment)).one()
        payment.authorised_at = payment.lapses_at = utc_now() - timedelta(hours=1)
        payment.lapses_at = utc_now() + timedelta(hours=5)
    capture_before_it_ends()
    capture_before_it_ends()
    work()
    db.session.rollback()
    payment = db.session.scalars(select(Payment)).one()
    assert (payment.state, payment.captured_ore) == (CAPTURED, gone)
    assert db.session.scalars(select(Letter.kind).where(Letter.kind == "pay_link")).all() == ["pay_link"]
    holds()
    assert set(balances(PAYABLE).values()) <= {0}, "payable follows the invoice"
    with pytest.raises(Refused, match="ikke betalt"):
        send(order)
    db.session.rollback()
    pressed = client.post(f"/ordre/{order.token}/betal", headers={"Sec-Fetch-Site": "same-origin"})
    assert pressed.status_code == 303, "the buyer follows the link, and pays the rest"
    pay(order)
    send(order)
    db.session.rollback()
    captured(order)
    assert sum(db.session.scalars(select(Payment.captured_ore))) == order.gross_ore
    holds()
    assert db.session.scalar(select(func.sum(Share.ore))) == order.net_ore
