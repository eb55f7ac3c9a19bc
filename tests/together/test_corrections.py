"""Two coordinators at once correct the books: the same form is one correction, and nobody waits for ever."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from orders.books.check import check_books
from orders.books.models import BANK, POT, Posting
from orders.books.post import At
from orders.books.rules import post_correction
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from tests.together.crowd import together

CROWD = 6


def correction(key: str, debit: str, credit: str) -> Callable[[], None]:
    def post() -> None:
        with transaction():
            post_correction(key, At(debit), At(credit), 100, why="x", by=COMMAND, now=utc_now())

    return post


def written() -> tuple[int, int]:
    """How many postings there are, and how many corrections the journal knows of."""
    db.session.rollback()
    journal = select(func.count()).select_from(JournalEntry).where(JournalEntry.act == "corrected")
    return int(db.session.scalar(select(func.count()).select_from(Posting)) or 0), int(db.session.scalar(journal) or 0)


def test_the_same_form_sent_at_once_is_one_even_on_accounts_nobody_has_used(app: Flask) -> None:
    together(app, [correction("same", BANK, POT)] * CROWD)
    assert written() == (1, 1)
    assert check_books().holds


def test_corrections_both_ways_at_once_do_not_wait_for_each_other_for_ever(app: Flask) -> None:
    with transaction():
        post_correction("first", At(BANK), At(POT), 100, why="x", by=COMMAND, now=utc_now())
    jobs = [correction(f"k{number}", *((BANK, POT) if number % 2 else (POT, BANK))) for number in range(CROWD)]
    together(app, jobs)
    assert written() == (CROWD + 1, CROWD + 1)
    assert check_books().holds
