"""The sums that are kept: the money's pages say the same with them as without, to the øre."""

from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from orders.books.check import check_books
from orders.books.models import Posting
from orders.ledger.margins import baskets, months
from orders.ledger.models import CostDay, OpenBalance, PostingDay
from orders.ledger.receivables import open_balances
from orders.ledger.sums import begin_anew, roll_up
from shop.cli import books
from shop.days import local_day, utc_now
from shop.db import db, transaction
from tests.orders.money_world import sold, take_pieces

LATER = timedelta(hours=2)


def told() -> tuple[Any, ...]:
    """Everything the pages say of the money."""
    today = local_day(utc_now())
    first, last = date(2001, 1, 1), today + timedelta(days=3)
    open_now = open_balances(today)
    return (
        months(first, last),
        sorted(baskets(first, last), key=lambda one: (one.kind, one.name_da)),
        months(today, today),
        [(one.order.id, one.ore, one.days) for one in open_now.receivables],
        [(one.order.id, one.ore, one.by_hand_ore) for one in open_now.owed],
    )


def test_pages_say_the_same_with_kept_sums(example: Flask) -> None:
    first = sold()
    take_pieces(first, 1)
    unpaid = sold(paid=False)
    before = told()
    assert before[0][0].margin.sold_ore > 0
    assert before[3] == [(unpaid.id, unpaid.gross_ore, 0)]

    count = db.session.scalar(select(func.count()).select_from(Posting))
    db.session.rollback()
    assert roll_up(now=utc_now()) == 0, "what is younger than an hour may still be joined by another transaction"
    assert roll_up(now=utc_now() + LATER) == count
    assert roll_up(now=utc_now() + LATER) == 0
    assert db.session.scalar(select(func.count()).select_from(PostingDay))
    assert db.session.scalars(select(OpenBalance.order_id)).all() == [first.id, unpaid.id]
    assert told() == before

    take_pieces(sold(), 1)  # on top of what is kept
    with_more = told()
    assert with_more != before
    db.session.rollback()
    roll_up(now=utc_now() + LATER)
    assert told() == with_more
    with transaction():
        begin_anew()
    assert told() == with_more
    assert check_books().holds


def test_an_order_that_was_even_when_kept_is_found_when_it_owes_again(example: Flask) -> None:
    order = sold()
    db.session.rollback()
    roll_up(now=utc_now() + LATER)
    assert db.session.scalars(select(OpenBalance)).all() == []
    take_pieces(order, 1)
    assert [one.order.id for one in open_balances(local_day(utc_now())).owed] in ([], [order.id])
    with_it = told()
    db.session.rollback()
    roll_up(now=utc_now() + LATER)
    assert told() == with_it


def test_the_check_of_the_books_finds_a_kept_sum_that_is_wrong(example: Flask) -> None:
    sold()
    db.session.rollback()
    roll_up(now=utc_now() + LATER)
    for table in (PostingDay, CostDay):
        if not db.session.scalar(select(func.count()).select_from(table)):
            continue
        with transaction():
            db.session.execute(update(table).values(ore=table.ore + 1))
        assert [one.rule for one in check_books().findings if one.broken] == ["kept_sums_are_right"]
        with transaction():
            begin_anew()
        roll_up(now=utc_now() + LATER)
        assert check_books().holds


def test_the_command_makes_the_sums_anew(sqlite_example: Flask) -> None:
    sold()
    db.session.rollback()
    roll_up(now=utc_now() + LATER)
    done = sqlite_example.test_cli_runner().invoke(books, ["sums", "--anew"])
    assert done.exit_code == 0, done.output
    assert done.stderr == "0 posteringer er lagt sammen. · 0 postings added up.\n"  # they are younger than an hour
    assert not db.session.scalar(select(func.count()).select_from(PostingDay))
