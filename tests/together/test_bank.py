"""Two people at once at the bank account: each line is read once, booked once, and never on two orders."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from orders.bank.match import book, put_aside, undo
from orders.bank.models import BankBooking, BankLine
from orders.bank.take_in import layout_of, take_in
from orders.books.check import check_books
from orders.books.post import received_ore
from orders.lock import lock_order
from orders.payments.models import MoneyIn
from orders.reminders.models import Reminder
from orders.reminders.overdue import find_overdue
from orders.reminders.send import remind
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.orders.bank_world import arrive, bank_file, booking_of, owing, state_of
from tests.together.crowd import together
from tests.tools.world import place_order

CROWD = 5


def count(table: type) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def booking(line: int, order_id: int, ore: int) -> Callable[[], bool]:
    def job() -> bool:
        with transaction():
            return book(line, {order_id: ore}, by=COMMAND, now=utc_now())

    return job


def test_the_same_file_at_once_is_read_once(example: Flask) -> None:
    raw = bank_file(*((f"linje {number}", number) for number in range(1, 400)))

    def job() -> int:
        layout = layout_of(raw)
        with transaction():
            return take_in(raw, layout, name="x", by=COMMAND, now=utc_now())[1]

    answers = together(example, [job] * CROWD)
    assert sum(answer for answer in answers if isinstance(answer, int)) == 399
    assert count(BankLine) == 399
    assert check_books().holds


def test_a_line_clicked_by_many_is_booked_once(example: Flask) -> None:
    order = place_order()
    order_id, ore = order.id, order.gross_ore
    (line,) = arrive(("x", ore))
    answers = together(example, [booking(line, order_id, ore)] * CROWD)
    assert sorted(map(str, answers)) == ["False"] * (CROWD - 1) + ["True"]
    assert (count(MoneyIn), received_ore(order_id)) == (1, ore)
    assert check_books().holds


def test_two_people_who_choose_differently(example: Flask) -> None:
    orders = [place_order() for _ in range(CROWD)]
    ids, ore = [order.id for order in orders], orders[0].gross_ore
    (line,) = arrive(("x", ore))

    def aside() -> bool:
        with transaction():
            put_aside(line, why="ikke vores", by=COMMAND, now=utc_now())
        return False

    answers = together(example, [*(booking(line, order_id, ore) for order_id in ids), aside])
    assert sum(answer is True for answer in answers) <= 1
    assert sum(isinstance(answer, Refused) for answer in answers) >= CROWD - 1
    assert count(MoneyIn) == sum(answer is True for answer in answers)
    assert check_books().holds


def test_undone_by_two_is_undone_once(example: Flask) -> None:
    order = place_order()
    order_id, ore = order.id, order.gross_ore
    (line,) = arrive(("x", ore))
    booking(line, order_id, ore)()
    number = booking_of(line).id

    def job() -> bool:
        with transaction():
            return undo(number, why="x", by=COMMAND, now=utc_now())

    answers = together(example, [job] * CROWD)
    assert answers.count(True) == 1
    assert (received_ore(order_id), state_of(line)) == (0, ("open", ore))
    assert count(BankBooking) == 1
    assert check_books().holds


def test_a_reminder_sent_by_many_is_sent_once(example: Flask) -> None:
    order_id = owing().id
    later = utc_now().replace(year=utc_now().year + 1)
    one = find_overdue(order_id, local_day(later))
    assert one is not None
    seen = one.total_ore

    def job() -> int:
        with transaction():
            return remind(lock_order(order_id), level=1, seen_ore=seen, by=COMMAND, now=later).id

    assert len(set(map(str, together(example, [job] * CROWD)))) == 1
    assert count(Reminder) == 1
    assert check_books().holds
