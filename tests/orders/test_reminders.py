"""Reminders: who gets one and when, what it costs and by which rule, what the letter says, and what the books hold."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from orders.after.report import report_problem
from orders.bank.dues import find_due
from orders.bank.match import book
from orders.books.check import check_books
from orders.books.models import EARNED, POT, RECEIVABLE, Posting
from orders.books.post import order_balance, share_balances
from orders.books.rules import post_write_off
from orders.documents.models import Document
from orders.ledger.margins import months
from orders.lock import lock_order
from orders.models import Order
from orders.payments.queries import by_hand
from orders.payments.repay import owed_to_buyer
from orders.reminders.models import Reminder
from orders.reminders.overdue import Overdue, find_overdue, interest, overdue
from orders.reminders.send import remind
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.settings.change import change_setting
from shop.settings.definitions import BY_KEY
from tests.orders.bank_world import arrive, owing, remind_owing
from tests.orders.office_room import Office, errors, words
from tests.tools.world import fulfil, pay, place_order, work

PATH = "/kontor/penge/rykkere"


def later(days: int) -> datetime:
    return utc_now() + timedelta(days=days)


def day(days: int) -> date:
    return local_day(later(days))


def set_to(key: str, value: int, since: date = date(2025, 1, 1)) -> None:
    with transaction():
        change_setting(key, value, valid_from=since, by=COMMAND, now=utc_now())


def one_of(order: Order, days: int) -> Overdue:
    found = find_overdue(order.id, day(days))
    assert found is not None
    return found


def send(order: Order, days: int, **more: int) -> Reminder:
    with time_machine.travel(later(days), tick=False), transaction():
        one = find_overdue(order.id, local_day(utc_now()))
        seen = {"level": one.level if one else 1, "seen_ore": one.total_ore if one else 0, **more}
        return remind(lock_order(order.id), by=COMMAND, now=utc_now(), **seen)


def reminded() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Reminder)) or 0)


# --- Who, and when ---------------------------------------------------------------------------------------------------


def test_one_is_overdue_the_day_after_the_last_day(sqlite_example: Flask) -> None:
    order = owing()
    invoice = db.session.scalars(select(Document)).one()
    first = one_of(order, 60)
    assert first.due_on >= invoice.issued_on + timedelta(days=int(BY_KEY["reminders.payment_days"].default))
    days = (first.due_on - local_day(utc_now())).days
    assert find_overdue(order.id, day(days)) is None
    assert one_of(order, days + 1).days == 1
    assert not one_of(order, days + 4).is_ready(day(days + 4)), "a few days for bank and post"
    assert one_of(order, days + 5).is_ready(day(days + 5))


def test_nobody_who_owes_nothing(sqlite_example: Flask) -> None:
    card, unsent = place_order(), place_order()
    pay(card)
    fulfil(card)  # its card is about to be charged
    paid = owing()
    (line,) = arrive(("x", paid.gross_ore))
    with transaction():
        book(line, {paid.id: paid.gross_ore}, by=COMMAND, now=utc_now())
    assert unsent.state == "placed"
    assert overdue(day(60)) == []
    with pytest.raises(Refused, match="ikke noget, der er forfaldent"):
        send(paid, 60)
    assert reminded() == 0


def test_not_while_the_buyer_waits_for_our_answer(sqlite_example: Flask) -> None:
    order = owing()
    with transaction():
        report_problem(lock_order(order.id), kind="lost", said="?", photo="", key="1", now=utc_now())
    assert "meldt" in str(one_of(order, 60).why_not)
    with pytest.raises(Refused, match="Svar først"):
        send(order, 60)


def test_nobody_without_an_address_to_write_to(sqlite_example: Flask) -> None:
    order = owing()
    with transaction():
        db.session.execute(update(Order).values(buyer_email=""))
    with pytest.raises(Refused, match="Ring i stedet"):
        send(order, 60)
    assert reminded() == 0


def test_three_of_them_each_once_and_never_too_close(example: Flask) -> None:
    order = owing()
    first = send(order, 30)
    assert (first.level, first.fee_ore, first.interest_ore) == (1, 0, 0)
    assert send(order, 30, level=1).id == first.id, "a second click is the same letter"
    with pytest.raises(Refused, match="ikke sendes endnu"):
        send(order, 43)
    assert send(order, 44).level == 2
    assert send(order, 58).level == 3
    assert one_of(order, 90).level == 0
    with pytest.raises(Refused, match="ikke sendes endnu"):
        send(order, 90, level=4)
    assert reminded() == 3
    assert check_books().holds


def test_what_was_shown_is_what_is_sent(sqlite_example: Flask) -> None:
    order = owing()
    with pytest.raises(Refused, match="Læs det igen"):
        send(order, 30, seen_ore=order.gross_ore - 1)
    with pytest.raises(Refused, match="ikke sendes endnu"):
        send(order, 30, level=2)
    assert reminded() == 0


# --- Fee and interest ------------------------------------------------------------------------------------------------


def test_nothing_is_added_until_it_is_set(example: Flask) -> None:
    order = owing()
    for days in (30, 44, 58):
        assert send(order, days).total_ore == order.gross_ore
    assert order_balance(order.id, RECEIVABLE) == order.gross_ore
    assert db.session.scalar(select(func.count()).select_from(Posting).where(Posting.code == "reminder")) == 0


def test_the_law_is_the_limit_of_what_can_be_set(sqlite_example: Flask) -> None:
    """Renteloven § 9 b: 100 kr., three at most, ten days between; here the first costs nothing."""
    fee, between = BY_KEY["reminders.fee_ore"], BY_KEY["reminders.between_days"]
    assert (fee.default, fee.most, between.least) == (0, 10_000, 10)
    assert "§ 9 b" in fee.source
    assert BY_KEY["reminders.interest_bp"].default == 0
    page = Office(sqlite_example).post(
        "/kontor/indstillinger/reminders.fee_ore", 422, value="100,01", valid_from=local_day(utc_now()).isoformat()
    )
    assert "100,00" in " ".join(errors(page))


def test_a_fee_is_a_posting_and_is_paid_first(example: Flask) -> None:
    set_to("reminders.fee_ore", 10_000)
    order = owing()
    send(order, 30)
    second = send(order, 44)
    assert second.fee_ore == 10_000
    posting = db.session.scalars(select(Posting).where(Posting.code == "reminder")).one()
    assert (posting.ore, posting.reference) == (10_000, f"reminder:fee:{second.key}")
    assert order_balance(order.id, RECEIVABLE) == order.gross_ore + 10_000
    assert order_balance(order.id, POT) < 0, "the pot's: credits are below zero"
    assert by_hand(order).missing_ore == order.gross_ore + 10_000 == find_due(order.id).left_ore
    assert owed_to_buyer(order) < 0
    margin = months(date(2026, 1, 1), date(2099, 1, 1))
    assert sum(one.margin.sold_ore for one in margin) == order.net_ore, "a fee is no turnover"
    (line,) = arrive((order.number, order.gross_ore + 10_000))
    with transaction():
        book(line, {order.id: order.gross_ore + 10_000}, by=COMMAND, now=utc_now())
    assert (order_balance(order.id, RECEIVABLE), by_hand(order).over_ore, owed_to_buyer(order)) == (0, 0, 0)
    assert check_books().holds


def test_a_fee_the_buyer_does_not_pay_can_be_given_up(example: Flask) -> None:
    set_to("reminders.fee_ore", 10_000)
    order = owing()
    send(order, 30)
    send(order, 44)
    (line,) = arrive((order.number, order.gross_ore))
    with transaction():
        book(line, {order.id: order.gross_ore}, by=COMMAND, now=utc_now())
    assert find_due(order.id).missing_ore == 10_000
    assert share_balances(order.id, EARNED).values()
    assert not any(share_balances(order.id, EARNED).values()), "no supplier waits for a fee"
    assert check_books().holds
    with transaction():
        post_write_off(lock_order(order.id), why="kulance", by=COMMAND, now=utc_now())
    assert find_due(order.id).missing_ore == 0
    assert overdue(day(90)) == []
    assert check_books().holds


def test_public_bodies_pay_no_fee(sqlite_example: Flask) -> None:
    set_to("reminders.fee_ore", 10_000)
    order = owing()
    with transaction():
        db.session.execute(update(Order).values(buyer_kind="public"))
    send(order, 30)
    assert send(order, 44).fee_ore == 0


def test_interest_by_each_days_rate(sqlite_example: Flask) -> None:
    """10,000 kr. for 365 days at 10 % is 1,000 kr.; half of them at half the rate is so much less."""
    since = date(2025, 6, 1)
    set_to("reminders.interest_bp", 1_000)
    assert interest(1_000_000, since, since + timedelta(days=365)) == 100_000
    assert interest(1_000_000, since, since + timedelta(days=1)) == 274
    assert interest(1_000_000, since, since) == 0
    assert interest(1_000_000, since, since - timedelta(days=9)) == 0
    set_to("reminders.interest_bp", 0, since + timedelta(days=101))
    assert interest(1_000_000, since, since + timedelta(days=365)) == 27_397


def test_interest_runs_from_thirty_days_after_the_invoice_and_each_day_once(example: Flask) -> None:
    set_to("reminders.interest_bp", 1_000)
    set_to("reminders.fee_ore", 5_000)
    order = owing([("den-groenne-kurv", 4)])
    issued = db.session.scalars(select(Document.issued_on)).one()
    send(order, 30)
    second = send(order, 44)
    assert second.interest_ore == interest(order.gross_ore, issued + timedelta(days=30), second.sent_on) > 0
    third = send(order, 60)
    assert third.interest_ore == interest(order.gross_ore, second.sent_on, third.sent_on), "not of fees or interest"
    assert order_balance(order.id, RECEIVABLE) == third.total_ore
    assert check_books().holds


# --- The letter, and the office --------------------------------------------------------------------------------------


def letters() -> list[Letter]:
    work(timedelta(days=100))
    db.session.rollback()
    return list(db.session.scalars(select(Letter).where(Letter.kind == "reminder").order_by(Letter.id)))


def test_what_the_letters_say(sqlite_example: Flask) -> None:
    set_to("reminders.fee_ore", 10_000)
    set_to("seller.fik_creditor", "81234567")  # type: ignore[arg-type]
    order = owing()
    for days in (30, 44, 58):
        send(order, days)
    first, second, third = (letter.text.replace("\xa0", " ") for letter in letters())
    assert "Måske er den på vej" in first
    assert "Gebyr" not in first
    assert "inkasso" not in first + second
    assert "Gebyr for denne rykker: 100,00 kr." in second
    assert "kan vi sende kravet til inkasso" in third
    for text in (first, second, third):
        assert f"+71<{order.id:014d}" in text
        assert "0440116243" in text
        assert "kan du ikke betale lige nu" in text.replace("\n", " ")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "reminded").limit(1)).one()
    assert entry.subject_id == order.id


def test_in_english_for_an_english_buyer(sqlite_example: Flask) -> None:
    order = owing()
    with transaction():
        db.session.execute(update(Order).values(language="en"))
    remind_owing(order)
    (letter,) = letters()
    assert "Have you forgotten us?" in letter.subject
    assert "Perhaps it is on its way" in letter.text


def test_the_list_the_preview_and_the_button(sqlite_example: Flask) -> None:
    set_to("reminders.fee_ore", 10_000)
    order = owing()
    assert "Ingen er bagud" in Office(sqlite_example).get(PATH)
    with time_machine.travel(later(30), tick=False):
        office = Office(sqlite_example)
        assert "Læs brevet: Venlig påmindelse" in words(office.get(PATH))
        page = office.get(f"{PATH}/{order.number}")
        assert "Måske er den på vej" in page
        assert reminded() == 0, "looking sends nothing"
        for _click in range(2):
            page = office.follow(f"{PATH}/{order.number}", trin="1", set=str(order.gross_ore))
        assert "er på vej" in page
        assert reminded() == 1
        assert "Rykker kan sendes" in words(office.get(PATH))
        assert "Venlig påmindelse" in office.get(f"/kontor/ordrer/{order.number}")
        page = office.post(f"{PATH}/{order.number}", 409, trin="2", set=str(order.gross_ore))
        assert "ikke sendes endnu" in " ".join(errors(page))
        for wrong in ("", "x", "-1", "9" * 30, "١"):
            office.post(f"{PATH}/{order.number}", 409, trin=wrong, set=wrong)
        office.get(f"{PATH}/findes-ikke", 404)
    paid = Office(sqlite_example).get(f"{PATH}/{order.number}")
    assert "skylder ikke noget, der er forfaldent" in paid
