"""Lines of the bank account and the orders they pay: suggested with reasons, booked by a person, undone in the open."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from orders.bank.match import book, book_exactly, leave_over, put_aside, take_back, undo
from orders.bank.models import BankBooking, BankLeft
from orders.bank.queries import find_order_bank
from orders.books.check import check_books
from orders.books.models import BANK, RECEIVABLE, Posting
from orders.books.post import order_balance, received_ore
from orders.ledger.receivables import open_balances
from orders.lock import lock_order
from orders.models import Order
from orders.moves import pack
from orders.payments.models import MoneyIn
from orders.payments.queries import by_hand
from orders.payments.repay import note_repaid, owed_to_buyer
from orders.queries import BoardFilter, office_board
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.orders.bank_world import arrive, booking_of, invoice_no, owing, state_of
from tests.tools.world import fulfil, place_order


def book_it(line_id: int, *parts: tuple[Order, int]) -> bool:
    with transaction():
        return book(line_id, {order.id: ore for order, ore in parts}, by=COMMAND, now=utc_now())


def undo_it(line_id: int, why: str = "en anden Karla") -> bool:
    number = booking_of(line_id).id
    with transaction():
        return undo(number, why=why, by=COMMAND, now=utc_now())


def state_of_order(order: Order) -> str:
    db.session.rollback()
    return db.session.scalars(select(Order.state).where(Order.id == order.id)).one()


# --- Booked by a person -----------------------------------------------------------------------------------------------


def test_an_order_that_waits_for_its_transfer_is_confirmed(example: Flask) -> None:
    order = place_order()
    (line,) = arrive((f"Ordre {order.number}", order.gross_ore))
    assert book_it(line, (order, order.gross_ore))
    assert state_of_order(order) == "confirmed"
    assert state_of(line) == ("booked", 0)
    money = db.session.scalars(select(MoneyIn)).one()
    assert (money.ore, money.order_id, money.note) == (order.gross_ore, order.id, f"Banken, linje {line}")
    assert order_balance(order.id, BANK) == order.gross_ore
    fulfil(order)
    assert order_balance(order.id, RECEIVABLE) == 0
    assert check_books().holds


def test_an_invoice_closes_itself_when_its_line_is_booked(example: Flask) -> None:
    order = owing()
    assert len(open_balances(local_day(utc_now())).receivables) == 1
    (line,) = arrive((invoice_no(order), order.gross_ore))
    assert book_it(line, (order, order.gross_ore))
    assert open_balances(local_day(utc_now())).receivables == []
    assert db.session.scalar(select(func.count()).select_from(Posting).where(Posting.code == "due")) or 0
    assert check_books().holds


def test_too_little_and_the_rest_later(example: Flask) -> None:
    order = place_order()
    first, second = arrive(("del 1", order.gross_ore - 1_200), ("del 2", 1_200))
    book_it(first, (order, order.gross_ore - 1_200))
    assert state_of_order(order) == "placed"
    bank = find_order_bank(order.id)
    assert bank is not None
    assert (bank.standing.due.missing_ore, bank.standing.due.over_ore) == (1_200, 0)
    book_it(second, (order, 1_200))
    assert state_of_order(order) == "confirmed"
    assert check_books().holds


def test_too_much_is_given_back_or_stays(example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("x", order.gross_ore + 5_000))
    book_it(line, (order, order.gross_ore + 5_000))
    assert state_of_order(order) == "confirmed"

    def standing() -> tuple[int, int]:
        db.session.rollback()
        bank = find_order_bank(order.id)
        assert bank is not None
        return bank.standing.to_give_back_ore, bank.standing.left_ore

    assert standing() == (5_000, 0)
    for _click in range(2):
        with transaction():
            leave_over(lock_order(order.id), "k", why="til næste gang", by=COMMAND, now=utc_now())
    assert standing() == (0, 5_000)
    assert db.session.scalars(select(BankLeft.ore)).all() == [5_000]
    with pytest.raises(Refused, match="ikke betalt for meget"), transaction():
        leave_over(lock_order(order.id), "k2", why="igen", by=COMMAND, now=utc_now())
    with transaction():
        note_repaid(lock_order(order.id), 5_000, "b", kind=BANK, by=COMMAND, now=utc_now())
    assert standing() == (0, 0), "given back after all"
    assert check_books().holds


def test_a_line_is_divided_over_orders(example: Flask) -> None:
    one, two = owing(), place_order([("kaffepausen", 1)])
    (line,) = arrive(("samlet", one.gross_ore + two.gross_ore + 700))
    book_it(line, (one, one.gross_ore), (two, two.gross_ore))
    assert state_of(line) == ("part", 700)
    with transaction():
        put_aside(line, why="en gave", by=COMMAND, now=utc_now())
    assert state_of(line) == ("aside", 700)
    with transaction():
        take_back(line, by=COMMAND, now=utc_now())
    assert state_of(line) == ("part", 700)
    assert order_balance(one.id, RECEIVABLE) == 0
    assert state_of_order(two) == "confirmed"
    assert check_books().holds


def test_twice_is_once(example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("x", order.gross_ore))
    assert book_it(line, (order, order.gross_ore))
    assert not book_it(line, (order, order.gross_ore))
    with transaction():
        assert not book_exactly(line, order.id, reasons=(), by=COMMAND, now=utc_now())
    assert received_ore(order.id) == order.gross_ore
    other = place_order()
    with pytest.raises(Refused, match="allerede bogført"):
        book_it(line, (other, order.gross_ore))
    assert undo_it(line)
    number = db.session.scalars(select(BankBooking.id)).one()
    with transaction():
        assert not undo(number, why="igen", by=COMMAND, now=utc_now())
    assert received_ore(order.id) == 0
    assert check_books().holds


@pytest.mark.parametrize("more", [1, 10**11])
def test_never_more_than_the_line_has(sqlite_example: Flask, more: int) -> None:
    order = place_order()
    (line,) = arrive(("x", 10_000))
    with pytest.raises(Refused, match="Der er kun 100,00"):
        book_it(line, (order, 10_000 + more))
    for nothing in (0, -1):
        with pytest.raises(Refused, match="et beløb over 0"):
            book_it(line, (order, nothing))
    with pytest.raises(Refused, match="mindst én ordre"):
        book_it(line)
    assert state_of(line) == ("open", 10_000)
    assert db.session.scalar(select(func.count()).select_from(MoneyIn)) == 0


def test_money_out_is_never_booked(sqlite_example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("husleje", -500))
    assert state_of(line) == ("out", 0)
    with pytest.raises(Refused):
        book_it(line, (order, 500))
    with pytest.raises(Refused), transaction():
        put_aside(line, why="x", by=COMMAND, now=utc_now())
    assert state_of(line) == ("out", 0)


def test_a_million_kroner_is_booked(sqlite_example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("stor", 100_000_000))
    book_it(line, (order, 100_000_000))
    assert owed_to_buyer(order) == 100_000_000 - order.gross_ore
    assert check_books().holds


def test_not_ours_with_a_reason_and_back_again(example: Flask) -> None:
    (line,) = arrive(("Kortfirmaet", 50_000))
    with pytest.raises(Refused, match="hvad det er for penge"), transaction():
        put_aside(line, why="  ", by=COMMAND, now=utc_now())
    for _click in range(2):
        with transaction():
            put_aside(line, why="udbetaling fra kortfirmaet", by=COMMAND, now=utc_now())
    assert state_of(line) == ("aside", 50_000)
    with pytest.raises(Refused, match="ikke vores"):
        book_it(line, (place_order(), 50_000))
    for _click in range(2):
        with transaction():
            take_back(line, by=COMMAND, now=utc_now())
    assert state_of(line) == ("open", 50_000)
    assert check_books().holds


# --- A wrong match ----------------------------------------------------------------------------------------------------


def test_undone_in_the_open_and_booked_on_the_right_one(example: Flask) -> None:
    wrong, right = place_order(), place_order([("kaffepausen", 2)])
    (line,) = arrive(("Karla", right.gross_ore))
    book_it(line, (wrong, right.gross_ore))
    with pytest.raises(Refused, match="hvorfor"):
        undo_it(line, " ")
    undo_it(line)
    assert state_of(line) == ("open", right.gross_ore)
    assert (received_ore(wrong.id), order_balance(wrong.id, BANK)) == (0, 0)
    assert (by_hand(wrong).received_ore, owed_to_buyer(wrong)) == (0, -wrong.gross_ore)
    codes = db.session.scalars(select(Posting.code).where(Posting.order_id == wrong.id).order_by(Posting.id)).all()
    assert codes == ["receipt", "undone"], "nothing is erased"
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "money_unmatched")).one()
    assert (entry.why, entry.subject_id) == ("en anden Karla", wrong.id)
    book_it(line, (right, right.gross_ore))
    assert state_of_order(right) == "confirmed"
    assert check_books().holds


def test_an_order_confirmed_by_anothers_money_is_not_packed(example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("x", order.gross_ore))
    book_it(line, (order, order.gross_ore))
    undo_it(line)
    assert state_of_order(order) == "confirmed"
    with pytest.raises(Refused, match="ikke betalt"), transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    (row,) = office_board(BoardFilter(), local_day(utc_now()), 1).rows
    assert not row.is_paid, "and the board says so"
    book_it(line, (order, order.gross_ore))
    assert db.session.scalar(select(func.count()).select_from(MoneyIn)) == 2, "the same line again is money of its own"
    assert check_books().holds


def test_shares_that_were_released_stay_released(example: Flask) -> None:
    order = owing()
    (line,) = arrive(("x", order.gross_ore))
    book_it(line, (order, order.gross_ore))
    undo_it(line)
    assert order_balance(order.id, RECEIVABLE) == order.gross_ore
    assert check_books().holds
    book_it(line, (order, order.gross_ore))
    assert order_balance(order.id, RECEIVABLE) == 0
    assert check_books().holds


def test_money_that_has_been_given_back_is_not_moved(example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("x", order.gross_ore + 100))
    book_it(line, (order, order.gross_ore + 100))
    with transaction():
        note_repaid(lock_order(order.id), 100, "b", kind=BANK, by=COMMAND, now=utc_now())
    with pytest.raises(Refused, match="givet tilbage"):
        undo_it(line)
    assert state_of(line) == ("booked", 0)
    assert check_books().holds


def test_the_books_see_a_line_that_does_not_add_up(example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("x", order.gross_ore))
    book_it(line, (order, order.gross_ore))
    with transaction():
        db.session.execute(update(BankBooking).values(ore=1, undone_at=None))
    broken = {one.rule for one in check_books().findings if one.broken}
    assert broken == {"bank_lines_are_divided"}


def test_the_buyer_is_told_as_of_any_transfer(sqlite_example: Flask) -> None:
    order = place_order()
    (line,) = arrive(("x", order.gross_ore))
    book_it(line, (order, order.gross_ore))
    kinds = db.session.scalars(select(Letter.kind)).all()
    assert kinds.count("order_confirmation") == 1
