"""Erase who paid what for what, when the books need it no longer (bogføringsloven; times.accounting_years).

Day, amount and the line's key stay. Files that nobody told the columns of go after a day.
"""

from datetime import date

from sqlalchemy import or_, select, update

from orders.bank.models import BankLine
from orders.bank.take_in import DRAFT_LIVES, drop_drafts
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.journal.record import CLOCK, record
from shop.settings.read import value

AT_ONCE = 500
SIX_HOURS = 6 * 3600


@every(SIX_HOURS)
def erase_bank_lines() -> None:
    """Empty the texts of lines so many years after the end of their calendar year, some at a time."""
    with transaction():
        drop_drafts(utc_now() - DRAFT_LIVES)
    while True:
        with transaction():
            now = utc_now()
            before = date(local_day(now).year - int(value("times.accounting_years")), 1, 1)
            said = or_(BankLine.text != "", BankLine.sender != "", BankLine.reference != "")
            old = db.session.scalars(select(BankLine.id).where(BankLine.booked_on < before, said).limit(AT_ONCE)).all()
            if old:
                db.session.execute(
                    update(BankLine).where(BankLine.id.in_(old)).values(text="", sender="", reference="")
                )
                record("erased", "bank_lines", 0, by=CLOCK, now=now, count=len(old))
        if len(old) < AT_ONCE:
            return
