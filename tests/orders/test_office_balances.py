"""Who owes whom: debts by age, money to give back, and what is given up."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from orders.books.check import check_books
from orders.books.models import (
    BANK,
    CASH,
    DUE,
    EARNED,
    PAYABLE,
    RECEIVABLE,
    WRITTEN_OFF,
    Posting,
)
from orders.books.post import At, order_balance
from orders.books.rules import post_correction, post_receipt, post_write_off
from orders.ledger.order_money import money_of
from orders.ledger.receivables import open_balances
from orders.ledger.settle import release_shares
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from orders.payments.capture import capture_order
from orders.payments.repay import note_repaid, owed_to_buyer, repay_order
from orders.queries import find_order
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Cause
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.money import format_kr
from tests.orders.office_money_world import TODAY, balance, rows_of, sent_unpaid
from tests.orders.office_room import Office, errors, words
from tests.orders.test_office_refunds import hidden, sold, url
from tests.tools.statements import counted
from tests.tools.world import place_order


def test_debts_stand_by_age(example: Flask) -> None:
    orders = [sent_unpaid() for _number in range(4)]
    office = Office(example)
    balances = open_balances(TODAY)
    assert [count for count, _ore in balances.by_age] == [4, 0, 0, 0]
    assert sum(found for _count, found in balances.by_age) == sum(order.gross_ore for order in orders)
    for days, ages in (
        (30, [4, 0, 0, 0]),
        (31, [0, 4, 0, 0]),
        (60, [0, 4, 0, 0]),
        (61, [0, 0, 4, 0]),
        (91, [0, 0, 0, 4]),
    ):
        later = open_balances(TODAY + timedelta(days=days))
        assert [count for count, _ore in later.by_age] == ages
        assert later.old == (4 if days > 30 else 0)
    page = words(office.get("/kontor/penge/tilgode"))
    assert "0–30 dage" in page
    assert "Over 90 dage" in page
    assert format_kr(orders[0].gross_ore) in page
    rows = rows_of(office.get("/kontor/penge/tilgode/debitorer.csv"))
    assert {row["Ordrenr."] for row in rows} == {order.number for order in orders}
    for order in orders:
        capture_order(order.id, now=utc_now())
    assert "Ingen skylder noget." in office.get("/kontor/penge/tilgode")


def paid_by_transfer(into: str = BANK, more: int = 0) -> Order:
    """An order sent and paid into the bank, where no gateway can give anything back."""
    order = sent_unpaid()
    with transaction():
        post_receipt(order.id, f"bank-{order.id}", order.gross_ore + more, into=into, now=utc_now())
    return order


def test_money_owed_is_noted_when_it_has_been_given_back(example: Flask) -> None:
    order = paid_by_transfer()
    with transaction():
        refund_goodwill(lock_order(order.id), 5_000, Cause("a", "x"), by=COMMAND, now=utc_now())
    (owed,) = open_balances(TODAY).owed
    assert (owed.ore, owed.by_hand_ore) == (5_000, 5_000) == (owed_to_buyer(order), 5_000)
    office = Office(example)
    assert "1 køber har penge til gode, som du må give tilbage." in words(office.get("/kontor"))
    page = office.get(url(order, "tilgode"))
    carried: dict[str, Any] = hidden(page)
    assert 'value="50,00"' in page
    address = url(order, "tilgode/tilbagebetalt")
    page = office.post(address, 409, **{**carried, "tilbagebetalt-amount": "51", "tilbagebetalt-how": "bank"})
    assert errors(page) == ["Så meget har køberen ikke til gode."]
    for _click in range(2):
        office.post(address, **{**carried, "tilbagebetalt-amount": "20", "tilbagebetalt-how": "cash"})
    assert owed_to_buyer(order) == 3_000
    carried = hidden(office.get(url(order, "tilgode")))
    office.post(address, **{**carried, "tilbagebetalt-amount": "30", "tilbagebetalt-how": "bank"})
    assert owed_to_buyer(order) == 0
    assert (balance(CASH), open_balances(TODAY).owed) == (2_000, [])
    assert check_books().holds


def test_what_the_bank_gives_back_itself_is_no_work_for_a_person(example: Flask) -> None:
    order = sold()
    with transaction():
        refund_goodwill(lock_order(order.id), 5_000, Cause("a", "x"), by=COMMAND, now=utc_now())
    (owed,) = open_balances(TODAY).owed
    assert (owed.ore, owed.by_hand_ore) == (5_000, 0)
    assert "banken gør det" in Office(example).get("/kontor/penge/tilgode")
    repay_order(order.id, "refund:1", 5_000, now=utc_now())
    assert open_balances(TODAY).owed == []


def test_a_prepaid_order_is_not_owed_and_a_cancelled_one_is(example: Flask) -> None:
    order = place_order()
    with transaction():
        post_receipt(order.id, "bank-1", order.gross_ore, into=BANK, now=utc_now())
    assert open_balances(TODAY).owed == []
    with transaction():
        cancel(lock_order(order.id), by=COMMAND, now=utc_now(), why="x")
    (owed,) = open_balances(TODAY).owed
    assert owed.by_hand_ore == order.gross_ore


def test_a_debt_is_given_up_with_a_reason(example: Flask) -> None:
    order = sent_unpaid()
    office = Office(example)
    page = office.post(url(order, "tilgode/afskriv"), 422, **{"afskriv-why": " "})
    assert errors(page) == ["Skriv noget her."]
    why: dict[str, Any] = {"afskriv-why": "gik konkurs"}
    office.post(url(order, "tilgode/afskriv"), **why)
    assert order_balance(order.id, RECEIVABLE) == 0
    assert balance(WRITTEN_OFF) == -order.gross_ore
    assert db.session.scalars(select(Posting.id).where(Posting.code == DUE)).all()
    page = office.post(url(order, "tilgode/afskriv"), 409, **{"afskriv-why": "igen"})
    assert "Der er ikke noget til gode" in errors(page)[0]
    assert "Afskrevet" in words(office.get(url(order)))


def test_a_debt_given_up_and_paid_after_all_is_no_loss(example: Flask) -> None:
    """Written off, paid, refunded, owed again and written off again: each time only what is still missing is lost."""
    order = sent_unpaid()
    with transaction():
        post_write_off(lock_order(order.id), why="svarer ikke", by=COMMAND, now=utc_now())
    with transaction():
        post_receipt(lock_order(order.id).id, "bank-1", order.gross_ore - 1_000, into=BANK, now=utc_now())
    assert (balance(WRITTEN_OFF), order_balance(order.id, RECEIVABLE)) == (-1_000, 0)
    assert open_balances(TODAY).owed == []
    found = find_order(order.number)
    assert found is not None
    assert (money_of(found).written_off_ore, money_of(found).rest_ore) == (1_000, 0)
    with transaction():
        refund_goodwill(lock_order(order.id), 3_000, Cause("a", "x"), by=COMMAND, now=utc_now())
    assert (balance(WRITTEN_OFF), owed_to_buyer(order)) == (0, 2_000)
    with transaction():
        note_repaid(lock_order(order.id), 2_000, "r", kind=BANK, by=COMMAND, now=utc_now())
        post_correction("c", At(RECEIVABLE), At(BANK), 500, why="x", by=COMMAND, now=utc_now(), order_id=order.id)
    with transaction():
        post_write_off(lock_order(order.id), why="igen", by=COMMAND, now=utc_now())
    assert (balance(WRITTEN_OFF), order_balance(order.id, RECEIVABLE)) == (-500, 0)
    assert check_books().holds


def test_the_shares_of_a_part_paid_order_are_released(example: Flask) -> None:
    order = sent_unpaid()
    with transaction():
        post_receipt(order.id, "bank-1", 1_000, into=BANK, now=utc_now())
    assert balance(PAYABLE) == 0
    earned = balance(EARNED)
    office = Office(example)
    assert f"Frigiv {format_kr(earned)}" in words(office.get(url(order, "tilgode")))
    why: dict[str, Any] = {"frigiv-why": "de venter"}
    office.post(url(order, "tilgode/frigiv"), **why)
    assert (balance(EARNED), balance(PAYABLE)) == (0, earned)
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "released")).one()
    assert (entry.why, entry.details["ore"]) == ("de venter", earned)
    page = office.post(url(order, "tilgode/frigiv"), 409, **{"frigiv-why": "igen"})
    assert "ingen optjente andele" in errors(page)[0]
    assert order_balance(order.id, RECEIVABLE) == order.gross_ore - 1_000
    other = sent_unpaid()
    with pytest.raises(Refused), transaction():
        release_shares(lock_order(other.id), why="  ", by=COMMAND, now=utc_now())


def test_old_debts_stand_on_the_board(sqlite_example: Flask) -> None:
    order = sent_unpaid()
    office = Office(sqlite_example)
    assert "over 30 dage siden" not in office.get("/kontor")
    balances = open_balances(TODAY + timedelta(days=31))
    assert [one.order.number for one in balances.receivables] == [order.number]


def test_the_pages_ask_few_questions_however_many_orders(sqlite_example: Flask) -> None:
    sent_unpaid()
    paid_by_transfer(more=500)
    sold()
    office = Office(sqlite_example)
    counts: dict[str, list[int]] = {}
    for _round in range(2):
        for path in (
            "/kontor/penge",
            "/kontor/penge/tilgode",
            "/kontor/posteringer/rettelse",
            "/kontor/penge/kurve.csv",
        ):
            office.get(path)
            with counted() as asked:
                office.get(path)
            counts.setdefault(path, []).append(len(asked))
        for _number in range(2):
            sent_unpaid()
            paid_by_transfer(more=500)
            sold(baskets=[("fredagskurven", 1), ("kaffepausen", 2)])
    assert all(first == second for first, second in counts.values()), counts
    assert max(first for first, _second in counts.values()) <= 14, counts


def test_an_unknown_order_has_no_account(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    office.get("/kontor/ordrer/9999/tilgode", 404)
    for word in ("afskriv", "frigiv", "tilbagebetalt"):
        office.post(f"/kontor/ordrer/9999/tilgode/{word}", 404, why="x")
    office.get("/kontor/penge/tilgode/andet.csv", 404)
