"""The office's money: an order's account, the postings, margin and VAT, what is open, and what is decided about it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.books.check import check_books
from orders.books.models import (
    EARNED,
    PAYABLE,
    POT,
    Posting,
)
from orders.books.post import order_balance
from orders.ledger.order_money import money_of
from orders.lock import lock_order
from orders.moves import cancel
from orders.payments.capture import capture_order
from orders.queries import find_order
from orders.refunds.discount import give_discount
from orders.refunds.give import refund_component, refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import BY_ENTERPRISE, BY_POT
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from tests.orders.office_money_world import TODAY, balance, ore, rows_of
from tests.orders.office_room import Office, errors, words
from tests.orders.test_office_refunds import hidden, sold, url
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order

# --- One order --------------------------------------------------------------------------------------------------------


def test_an_orders_money_is_expected_and_then_booked(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 2)], delivery="local")
    pay(order)
    office = Office(example)
    page = office.get(url(order))
    assert words(page).count("forventet") == len(money_of(order).pieces)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    page = office.get(url(order))
    table = page[page.index('id="pengene"') : page.index("</table>", page.index('id="pengene"'))]
    assert "forventet" not in table
    account = money_of(order)
    assert sum(piece.now_ore for piece in account.pieces) == order.gross_ore == account.received_ore
    assert account.rest_ore == 0
    for piece in account.pieces:
        link = f"/kontor/posteringer?ordre={order.number}&amp;konto={piece.account}"
        assert link in table.replace("&konto", "&amp;konto")
        booked = rows_of(office.get(f"/kontor/posteringer.csv?ordre={order.number}&konto={piece.account}"))
        assert booked


def test_each_refund_says_who_bore_it(example: Flask) -> None:
    order = sold(baskets=[("den-groenne-kurv", 2)])
    share = order.lines[0].shares[0]
    maker = share.enterprise
    assert maker is not None
    with transaction():
        locked = lock_order(order.id)
        refund_component(locked, share.id, 1, Cause("a", "revnet"), by=COMMAND, now=utc_now())
        bearer = Bearer(BY_ENTERPRISE, maker.id)
        refund_goodwill(locked, 2_000, Cause("b", "sen", bearer, note="I glemte den"), by=COMMAND, now=utc_now())
        refund_goodwill(locked, 1_000, Cause("c", "plaster", Bearer(BY_POT)), by=COMMAND, now=utc_now())
    found = find_order(order.number)
    assert found is not None
    account = money_of(found)
    assert sum(piece.now_ore for piece in account.pieces) == account.now_ore
    mine = next(piece for piece in account.pieces if piece.label == maker.name)
    pot = next(piece for piece in account.pieces if piece.kind == "pot")
    assert (mine.back_ore, mine.charged_ore, pot.charged_ore) == (share.ore // 2, 1_600, 800)
    page = words(Office(example).get(url(order)))
    for text in ("revnet", "sen", "Besked: I glemte den", "én virksomhed", "den fælles pulje", "bærer 16,00 kr."):
        assert text in page


def test_a_discount_is_told_with_its_bearer(sqlite_example: Flask) -> None:
    order = place_order()
    with transaction():
        give_discount(
            lock_order(order.id), gross_ore=1_000, bearer=Bearer(BY_POT), why="stamkunde", key="k", by=COMMAND,
            now=utc_now(),
        )  # fmt: skip
    page = words(Office(sqlite_example).get(url(order)))
    assert "10,00 kr. i rabat, båret af: den fælles pulje. stamkunde" in page
    assert "i rabat. Delt efter" in page


def test_a_cancelled_order_owes_nobody_anything(sqlite_example: Flask) -> None:
    order = place_order()
    with transaction():
        cancel(lock_order(order.id), by=COMMAND, now=utc_now(), why="x")
    found = find_order(order.number)
    assert found is not None
    assert money_of(found).rest_ore == 0


# --- Postings ---------------------------------------------------------------------------------------------------------


def test_postings_are_found_by_order_account_code_and_period(example: Flask) -> None:
    one, other = sold(), sold()
    office = Office(example)
    every = rows_of(office.get("/kontor/posteringer.csv"))
    assert len(every) == db.session.scalar(select(func.count()).select_from(Posting))
    mine = rows_of(office.get(f"/kontor/posteringer.csv?ordre={one.number}"))
    assert {row["Ordrenr."] for row in mine} == {one.number}
    assert len(mine) * 2 == len(every)
    assert {row["Hvad"] for row in rows_of(office.get("/kontor/posteringer.csv?kode=fee"))} == {"gebyr"}
    pot = rows_of(office.get(f"/kontor/posteringer.csv?konto=pot&ordre={other.number}"))
    signed = [ore(row["Beløb"]) * (1 if row["Til konto (kredit)"] == "Den fælles pulje" else -1) for row in pot]
    assert sum(signed) == -order_balance(other.id, POT)
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert rows_of(office.get(f"/kontor/posteringer.csv?fra={tomorrow}")) == []
    assert len(rows_of(office.get(f"/kontor/posteringer.csv?til={TODAY.isoformat()}"))) == len(every)
    owner = one.lines[0].shares[0].enterprise_id
    both = rows_of(office.get(f"/kontor/posteringer.csv?konto=virksomhed-{owner}&ordre={one.number}"))
    apart = [
        row
        for kind in (EARNED, PAYABLE)
        for row in rows_of(office.get(f"/kontor/posteringer.csv?konto={kind}-{owner}&ordre={one.number}"))
    ]
    assert {row["Reference"] for row in both} == {row["Reference"] for row in apart} != set()


@pytest.mark.parametrize(
    "query",
    [
        "ordre=findes-ikke", "ordre=%00", "konto=pludder", "konto=virksomhed-999999", "konto=earned-%F0%9F%8E%81",
        "kode=x", "fra=i+gaar", "fra=2026-12-01&til=2026-01-01", "side=-3", "side=99999", "refusion=x",
        "refusion=9999999999999999999", "ordre=" + "9" * 500, "konto=earned-99999999999999999999",
    ],
)  # fmt: skip
def test_a_mistyped_filter_chooses_nothing_and_breaks_nothing(sqlite_example: Flask, query: str) -> None:
    sold()
    page = Office(sqlite_example).get(f"/kontor/posteringer?{query}")
    assert "<h1>Posteringer</h1>" in page


def test_a_mistyped_filter_gives_no_file(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    office.get("/kontor/posteringer.csv?konto=pludder", 400)
    office.get("/kontor/penge/kurve.csv?fra=pludder", 400)


def test_the_postings_are_paged_and_ask_few_questions(sqlite_example: Flask) -> None:
    sold()
    office = Office(sqlite_example)
    office.get("/kontor/posteringer")
    with counted() as few:
        page = office.get("/kontor/posteringer")
    assert "1–" in words(page)
    for _number in range(3):
        sold()
    with counted() as many:
        page = office.get("/kontor/posteringer?side=2")
    assert "25–" in words(page)
    assert len(many) == len(few) <= 9


def test_a_correction_is_posted_once_and_says_why(example: Flask) -> None:
    order = sold()
    office = Office(example)
    before = balance(POT)
    carried = hidden(office.get("/kontor/posteringer/rettelse"))
    typed = {
        **carried,
        "debit": "written_off",
        "credit": "pot",
        "amount": "12,50",
        "ordre": order.number,
        "why": "fejl",
    }
    office.post("/kontor/posteringer/rettelse", **typed)
    office.post("/kontor/posteringer/rettelse", **typed)
    assert balance(POT) == before + 1_250
    (posting,) = db.session.scalars(select(Posting).where(Posting.code == "correction"))
    assert (posting.note, posting.order_id, posting.ore) == ("fejl", order.id, 1_250)
    acts = select(func.count()).select_from(JournalEntry).where(JournalEntry.act == "corrected")
    assert db.session.scalar(acts) == 1
    assert "12,50 kr." in words(office.get("/kontor/posteringer?kode=correction"))
    assert check_books().holds


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"debit": ""}, "Skriv noget her."),
        ({"credit": "written_off"}, "Vælg en anden konto end den første."),
        ({"credit": "pludder"}, "Vælg en fra listen."),
        ({"amount": "0"}, "Beløbet skal være mellem"),
        ({"amount": "-5"}, "Beløbet skal være mellem"),
        ({"ordre": "findes ikke"}, "Der er ingen ordre med det nummer."),
        ({"why": " "}, "Skriv noget her."),
        ({"why": "x" * 201}, "Det er for langt."),
    ],
)
def test_a_mistyped_correction_is_said_beside_its_field(
    sqlite_example: Flask, typed: dict[str, str], told: str
) -> None:
    office = Office(sqlite_example)
    good = {"debit": "written_off", "credit": "pot", "amount": "1", "ordre": "", "why": "grunden"}
    page = office.post("/kontor/posteringer/rettelse", 422, **{**good, **typed})
    assert told in errors(page)[0]
    assert typed.get("why", "grunden").strip() in page
    assert db.session.scalar(select(func.count()).select_from(Posting)) == 0
