"""Numbers for payment, and which order a line of the account may be for."""

from datetime import date, timedelta

import pytest
from flask import Flask

from orders.bank.queries import sure_lines
from orders.bank.suggest import AMOUNT, FIK, INVOICE, NAME, NUMBER, ORDER, plain
from orders.documents.issue import issue_invoice
from orders.documents.made import pdf_of
from orders.lock import lock_order
from orders.moves import cancel
from shop.checkdigits import fik_line, payment_id, read_payment_ids
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.journal.record import COMMAND
from shop.settings.change import change_setting
from tests.orders.bank_world import arrive, invoice_no, owing, read
from tests.orders.counter_world import letters, take
from tests.orders.office_room import Office, errors
from tests.orders.paperwork import said_in
from tests.orders.shopper import Shopper
from tests.tools.world import pay, place_order

# --- FIK: the figures of the domain reference, § 7.6 ------------------------------------------------------------------


def test_payment_slips() -> None:
    assert payment_id(20260042) == "000000202600425"
    assert fik_line(20260042, "81234567") == "+71<000000202600425+81234567<"
    assert [payment_id(n)[-2:] for n in (1, 2)] == ["18", "26"]
    assert payment_id(404040000066).endswith("404040000066" + "9")
    for text in ("+71<000000202600425+81234567<", "FI-nr 000000202600425 tak", "0000 0020 2600 425",
                 "71 < 000000202600425", "000000202600425"):  # fmt: skip
        assert read_payment_ids(text) == [20260042], text
    for text in ("000000202600424", "1000000202600425", "00000020260042", "", "000000000000000"):
        assert read_payment_ids(text) == [], text
    for wrong in (0, -1, 10**14):
        with pytest.raises(ValueError, match="payment id"):
            payment_id(wrong)
    for creditor in ("8123456", "812345678", "00000000", "8123456x"):
        with pytest.raises(ValueError, match="creditor"):
            fik_line(1, creditor)


def creditor(number: str) -> None:
    with transaction():
        change_setting("seller.fik_creditor", number, valid_from=date(2025, 1, 1), by=COMMAND, now=utc_now())


def test_the_slip_is_frozen_with_the_invoice(sqlite_example: Flask) -> None:
    plain_one, order, by_card = place_order(), place_order(), place_order()
    day = local_day(utc_now()) + timedelta(days=14)
    with transaction():
        assert "fik" not in issue_invoice(plain_one, now=utc_now(), due_on=day, render=False).data, (
            "none without a number"
        )
    creditor("81234567")
    with transaction():
        document = issue_invoice(order, now=utc_now(), due_on=day, render=False)
        assert "fik" not in issue_invoice(by_card, now=utc_now(), render=False).data, "nor where a card pays"
    creditor("87654321")
    assert document.data["fik"] == fik_line(order.id, "81234567")
    assert document.data["fik"] in said_in(pdf_of(document, apart=False))


def test_the_slip_is_told_to_whoever_transfers(sqlite_example: Flask) -> None:
    creditor("81234567")
    order = take(Office(sqlite_example))
    assert fik_line(order.id, "81234567") in letters()["order_taken"].text
    shown = Shopper(sqlite_example).get(f"/ordre/{order.token}").replace("&lt;", "<")
    assert fik_line(order.id, "81234567") in shown


@pytest.mark.parametrize("typed", ["8123456", "812345678", "abcdefgh", "00000000", "8123456x"])
def test_a_creditor_number_has_eight_digits(sqlite_example: Flask, typed: str) -> None:
    page = Office(sqlite_example).post(
        "/kontor/indstillinger/seller.fik_creditor", 422, value=typed, valid_from=local_day(utc_now()).isoformat()
    )
    assert "otte cifre" in " ".join(errors(page))


# --- What a line may be for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{number}", ORDER), ("Ordre {number}", ORDER), ("ordrenr. {number}", ORDER), ("ORDRE:00{number}", ORDER),
        ("{spaced}", ORDER), ("betaling for {number} tak", ORDER), ("Bestilling {spaced}", ORDER),
        ("{fik}", FIK), ("{id15}", FIK), ("Fakturanr {invoice}", INVOICE), ("{invoice}", INVOICE),
        ("faktura {serial}", INVOICE), ("FAKT. 000{serial}", INVOICE), ("f {serial}", INVOICE), ("F{serial}", INVOICE),
    ],
)  # fmt: skip
def test_what_is_written_finds_the_order(sqlite_example: Flask, text: str, reason: str) -> None:
    order = owing()
    invoice, number = invoice_no(order), order.number
    said = text.format(
        number=number, spaced=f"{number[:2]} {number[2:]}", fik=fik_line(order.id, "81234567"),
        id15=payment_id(order.id), invoice=invoice, serial=invoice.removeprefix("F-"),
    )  # fmt: skip
    (line,) = arrive((said, order.gross_ore))
    found = read(line)
    assert [one.due.order_id for one in found.found] == [order.id]
    assert set(found.found[0].reasons) == {reason, AMOUNT}
    assert found.sure is found.found[0]


@pytest.mark.parametrize("text", ["99999", "faktura 77", "000000000099994", "tak for kurven", "", "2026", "🎁"])
def test_what_is_written_finds_nothing(sqlite_example: Flask, text: str) -> None:
    owing()
    (line,) = arrive((text, 1))
    assert read(line).found == []
    assert read(line).sure is None


@pytest.mark.parametrize(
    "sender", ["Karla Købersen", "KARLA KØBERSEN", "Karla Koebersen", "Købersen, Karla", "Karla  Købersen MobilePay"]
)
def test_a_buyers_name(sqlite_example: Flask, sender: str) -> None:
    order = owing()
    (line,) = arrive(("Overførsel", 12_345), sender=sender)
    (one,) = read(line).found
    assert (one.due.order_id, one.reasons) == (order.id, (NAME,))
    assert read(line).sure is None, "a name alone is never sure"


def test_names_are_compared_plainly() -> None:
    assert plain("Åse Ærø-Sørensen, é") == "aase aeroe soerensen e"


def test_a_line_that_fits_two_invoices_chooses_neither(sqlite_example: Flask) -> None:
    one, two = owing(), owing()
    same, named, both = arrive(
        ("Karla", one.gross_ore),
        ("Karla", one.gross_ore + 1),
        (f"{invoice_no(one)} og {invoice_no(two)}", one.gross_ore + two.gross_ore),
    )
    assert {found.due.order_id for found in read(same).found} == {one.id, two.id}
    assert read(same).sure is None
    assert read(named).found == []
    assert [set(found.reasons) for found in read(both).found] == [{INVOICE}, {INVOICE}]
    assert read(both).sure is None


def test_two_lines_for_one_order_are_not_sure(sqlite_example: Flask) -> None:
    order = owing()
    arrive((order.number, order.gross_ore), (f"Ordre {order.number}", order.gross_ore))
    assert sure_lines(today=local_day(utc_now())) == []


def test_an_order_on_a_card_and_one_that_is_over_are_shown_but_never_sure(sqlite_example: Flask) -> None:
    card, over = place_order(), place_order()
    pay(card)
    with transaction():
        cancel(lock_order(over.id), by=COMMAND, now=utc_now(), why="x")
    for order in (card, over):
        (line,) = arrive((f"Ordre {order.number}", order.gross_ore))
        assert [one.due.order_id for one in read(line).found] == [order.id]
        assert not read(line).found[0].due.is_open
        assert read(line).sure is None


def test_a_number_without_a_word_is_only_a_hint(sqlite_example: Flask) -> None:
    order = owing()
    serial = invoice_no(order).removeprefix("F-")
    (line,) = arrive((f"{serial}", order.gross_ore))
    assert set(read(line).found[0].reasons) == {NUMBER, AMOUNT}
    assert read(line).sure is None
