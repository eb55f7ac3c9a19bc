"""Erase letters whose day has come: each says itself how long it is kept. The journal keeps how many."""

from sqlalchemy import delete, select

from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.journal.record import CLOCK, record
from shop.mail.models import Letter

AT_ONCE = 500
SIX_HOURS = 6 * 3600


@every(SIX_HOURS)
def erase_letters() -> None:
    """Erase every letter kept long enough, sent or not, some at a time, so that no lock is held long."""
    while True:
        with transaction():
            now = utc_now()
            old = select(Letter.id).where(Letter.keep_until < local_day(now)).order_by(Letter.id).limit(AT_ONCE)
            ids = db.session.scalars(old).all()
            if ids:
                db.session.execute(delete(Letter).where(Letter.id.in_(ids)))
                record("erased", "letters", 0, by=CLOCK, now=now, count=len(ids))
        if len(ids) < AT_ONCE:
            return
