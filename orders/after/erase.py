"""Erase what buyers have reported, with its photos, and who got the parcels that followed (GDPR art. 5)."""

import time
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from orders.after.models import Parcel, Report
from orders.after.states import DROPPED, SENT
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.journal.record import CLOCK, record
from shop.settings.read import value

AT_ONCE = 200
SIX_HOURS = 6 * 3600
LEFT_OVER = 24 * 3600  # seconds a photo without a report is kept: its sender may still be mending the rest of the form


@every(SIX_HOURS)
def erase_reports() -> None:
    """Erase what was said, shown and answered, the set days after it was reported; the row and its dates stay."""
    before = utc_now() - timedelta(days=int(value("times.report_days")))
    while True:
        with transaction():
            old = db.session.scalars(
                select(Report).where(Report.reported_at < before, Report.erased_at.is_(None)).limit(AT_ONCE)
            ).all()
            now = utc_now()
            for report in old:
                report.said, report.answer, report.photo, report.erased_at = "", "", "", now
            if old:
                record("erased", "reports", 0, by=CLOCK, now=now, count=len(old))
        if len(old) < AT_ONCE:
            break
    sweep_photos()


def sweep_photos() -> None:
    """Remove the photos that no report names any more, or never did."""
    folder = current_app.config["SETTINGS"].data_dir / "photos"
    if not folder.is_dir():
        return
    named = set(db.session.scalars(select(Report.photo).where(Report.photo != "")))
    before = time.time() - LEFT_OVER
    for path in folder.iterdir():
        if path.stem not in named and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


@every(SIX_HOURS)
def erase_parcel_recipients() -> None:
    """Erase who got a parcel that followed the first, the set days after it was sent or given up."""
    before = utc_now() - timedelta(days=int(value("times.recipient_days")))
    while True:
        with transaction():
            old = db.session.scalars(
                select(Parcel)
                .where(
                    Parcel.recipient["name"].as_string().is_not(None),
                    ((Parcel.state == SENT) & (Parcel.sent_at < before))
                    | ((Parcel.state == DROPPED) & (Parcel.dropped_at < before)),
                )
                .limit(AT_ONCE)
                .with_for_update()
            ).all()
            for parcel in old:
                parcel.recipient = {}
            if old:
                record("erased", "parcels", 0, by=CLOCK, now=utc_now(), count=len(old))
        if len(old) < AT_ONCE:
            return
