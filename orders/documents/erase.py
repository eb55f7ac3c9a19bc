"""Erase what documents say when the books need them no longer (bogføringsloven; times.accounting_years).

Number, day, totals and the hash of what was said stay; the buyer's name and address go, and the file with them.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from orders.documents.models import Document
from orders.documents.store import path_of
from shop.days import local_day, utc_now
from shop.db import after_commit, db, transaction
from shop.jobs.queue import every
from shop.journal.record import CLOCK, record
from shop.settings.read import value

AT_ONCE = 200
SIX_HOURS = 6 * 3600


@every(SIX_HOURS)
def erase_documents() -> None:
    """Erase documents so many years after the end of their calendar year, some at a time."""
    while True:
        with transaction():
            now = utc_now()
            before = date(local_day(now).year - int(value("times.accounting_years")), 1, 1)
            old = db.session.scalars(
                select(Document)
                .where(Document.issued_on < before, Document.erased_at.is_(None))
                .order_by(Document.id)
                .limit(AT_ONCE)
                .with_for_update()
            ).all()
            files = [document.file for document in old if document.file]
            for document in old:
                document.data, document.file, document.error, document.erased_at = {}, None, "", now
            if old:
                record("erased", "documents", 0, by=CLOCK, now=now, count=len(old))
            _unlink_after(files)
        if len(old) < AT_ONCE:
            return


def _unlink_after(files: Sequence[str]) -> None:
    """Remove the files once the rows no longer name them; one that stays behind by accident is named by nobody."""

    def unlink() -> None:
        for file in files:
            path_of(file).unlink(missing_ok=True)

    after_commit(unlink)
