"""The office's money: an order's account, the postings, margin and VAT, what is open, and what is decided about it."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.books.check import check_books
from orders.books.models import (
    BANK,
    CASH,
    DUE,
    EARNED,
    FEES,
    PAYABLE,
    POT,
    RECEIVABLE,
    VAT_OUT,
    WRITTEN_OFF,
    Account,
    Posting,
)
from orders.books.post import At, order_balance
from orders.books.rules import post_correction, post_receipt, post_write_off
from orders.ledger.margins import baskets, months
from orders.ledger.order_money import money_of
from orders.ledger.receivables import open_balances
from orders.ledger.settle import release_shares
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from orders.payments.capture import capture_order
from orders.payments.pay import start_payment
from orders.payments.repay import note_repaid, owed_to_buyer, repay_order
from orders.queries import find_order
from orders.refunds.discount import give_discount
from orders.refunds.give import refund_component, refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import BY_ENTERPRISE, BY_POT, Refund
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.money import format_kr
from shop.people.models import VatStatus
from shop.tax import vat_on_net
from tests.orders.office_room import Office, errors, words
from tests.orders.test_office_refunds import hidden, sold, url
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order

TODAY = local_day(utc_now())
YEAR = (TODAY - timedelta(days=365), TODAY)


def sent_unpaid(**more: Any) -> Order:
    """An order that has been sent while its money has not come: the capture is still to be done."""
    order = place_order(**more)
    pay(order)
    fulfil(order)
    return order


def balance(kind: str) -> int:
    """Credits less debits of all accounts of a kind."""
    found = 0
    for side, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        query = select(func.coalesce(func.sum(Posting.ore), 0)).join(Account, Account.id == side)
        found += sign * int(db.session.scalar(query.where(Account.kind == kind)) or 0)
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def ore(text: str) -> int:
    return int(text.replace(",", ""))


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


# --- Margin and VAT ---------------------------------------------------------------------------------------------------


def mixed_year() -> list[Order]:
    """Orders with a discount, a fee, refunds that the pot bears and that it does not, and a debt given up."""
    one = sold(baskets=[("den-groenne-kurv", 2), ("fredagskurven", 1)], items=[("opvaskeboerste", 1)])
    with transaction():
        locked = lock_order(one.id)
        refund_component(locked, one.lines[0].shares[0].id, 1, Cause("a", "x"), by=COMMAND, now=utc_now())
        refund_goodwill(locked, 3_333, Cause("b", "x", Bearer(BY_POT)), by=COMMAND, now=utc_now())
    two = place_order([("kaffepausen", 1)], delivery="local")
    with transaction():
        give_discount(
            lock_order(two.id), gross_ore=1_234, bearer=Bearer(BY_POT), why="x", key="k", by=COMMAND, now=utc_now()
        )
        start_payment(lock_order(two.id), back_url="/", now=utc_now())
    pay(two)
    fulfil(two)
    with transaction():
        post_correction("c", At(WRITTEN_OFF), At(POT), 77, why="x", by=COMMAND, now=utc_now())
    office = sent_unpaid()
    with transaction():
        post_write_off(lock_order(office.id), why="gik konkurs", by=COMMAND, now=utc_now())
    return [one, two, office]


def test_the_margin_is_the_books_own_figure_by_month_and_by_basket(example: Flask) -> None:
    mixed_year()
    (month,) = months(*YEAR)
    assert month.margin.margin_ore == balance(POT) + balance(FEES) + balance(WRITTEN_OFF)
    assert month.margin.fees_ore == -balance(FEES) > 0
    assert month.margin.written_off_ore == -balance(WRITTEN_OFF) > 0
    borne = db.session.scalars(select(Refund.net_ore).where(Refund.bearer == BY_POT)).one()
    assert (month.margin.borne_ore, month.margin.corrected_ore) == (borne, 77)
    assert month.vat_out_ore == balance(VAT_OUT)
    by_basket = baskets(*YEAR)
    for name in ("sold_ore", "pot_ore", "fees_ore", "written_off_ore", "borne_ore", "corrected_ore", "margin_ore"):
        assert sum(getattr(one.margin, name) for one in by_basket) == getattr(month.margin, name), name
    assert month.margin.sold_ore == balance(POT) - 77 + balance(EARNED) + balance(PAYABLE)
    green = next(one for one in by_basket if one.name_da.startswith("Den grønne"))
    assert green.margin.fees_ore > 0
    assert check_books().holds


def test_the_pages_and_files_say_the_same(example: Flask) -> None:
    mixed_year()
    office = Office(example)
    page = words(office.get("/kontor/penge"))
    (month,) = months(*YEAR)
    for figure in (month.margin.margin_ore, month.vat_out_ore, month.vat_in_ore, month.vat_due_ore):
        assert format_kr(figure) in page
    (row,) = rows_of(office.get("/kontor/penge/maaneder.csv"))
    assert ore(row["Overskud"]) == month.margin.margin_ore
    assert ore(row["Moms at betale, forventet"]) == month.vat_due_ore
    assert (
        sum(ore(one["Overskud"]) for one in rows_of(office.get("/kontor/penge/kurve.csv"))) == month.margin.margin_ore
    )
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert "Intet er bogført i perioden" in office.get(f"/kontor/penge?fra={tomorrow}&til={tomorrow}")


@pytest.mark.parametrize(
    "query", ["fra=x", "til=i+dag", "fra=2026-12-01&til=2026-01-01", "fra=1899-01-01", "til=9999-12-31"]
)
def test_a_mistyped_period_is_said(sqlite_example: Flask, query: str) -> None:
    page = Office(sqlite_example).get(f"/kontor/penge?{query}")
    assert errors(page)


def test_vat_in_follows_each_days_own_status(example: Flask) -> None:
    """A status that changes in the middle of a month counts from its own day, and no day before it."""
    order = sold()
    registered = set(db.session.scalars(select(VatStatus.enterprise_id).where(VatStatus.status == "registered")))
    shares = [share for line in order.lines for share in line.shares]
    maker = next(share.enterprise_id for share in shares if share.enterprise_id in registered)
    mine = sum(share.ore for share in shares if share.enterprise_id == maker)
    whole = months(*YEAR)[0].vat_in_ore
    with transaction():
        change = VatStatus(enterprise_id=maker, status="below_threshold", valid_from=TODAY + timedelta(days=1))
        change.checked_on = TODAY
        db.session.add(change)
    assert months(*YEAR)[0].vat_in_ore == whole
    with transaction():
        db.session.merge(change).valid_from = TODAY
    assert months(*YEAR)[0].vat_in_ore == whole - vat_on_net(mine, 2_500)


def test_the_worked_settlement(example: Flask) -> None:
    """VAT to pay is 25 % of the margin and of the shares without input VAT (domain-denmark § 2.1), to an øre a line."""
    sold(baskets=[("den-groenne-kurv", 4)])
    (month,) = months(*YEAR)
    registered = {
        row.enterprise_id for row in db.session.scalars(select(VatStatus).where(VatStatus.status == "registered"))
    }
    without = sum(
        share.ore
        for order in db.session.scalars(select(Order))
        for line in order.lines
        for share in line.shares
        if share.enterprise_id and share.enterprise_id not in registered
    )
    assert abs(month.vat_due_ore - vat_on_net(month.margin.pot_ore + without, 2_500)) <= len(registered)


# --- Open balances ----------------------------------------------------------------------------------------------------


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
