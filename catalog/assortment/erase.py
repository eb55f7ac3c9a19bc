"""Remove photos that no item shows (sent with a form that was never saved, or replaced), and sheets not taken in."""

import time
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import delete, select

from catalog.assortment.models import WAITING, Photo, Proposal
from catalog.items.models import ItemVersion
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.queue import every
from shop.journal.record import CLOCK, record

SIX_HOURS = 6 * 3600
LEFT_OVER = timedelta(days=2)  # whoever sent it may still be mending the rest of the form


@every(SIX_HOURS)
def erase_photos() -> None:
    """Forget photos that nothing points at, and remove the files that nothing names."""
    with transaction():
        now = utc_now()
        used = select(Proposal.photo_id).where(Proposal.photo_id.is_not(None))
        old = db.session.scalars(
            select(Photo.id).where(Photo.made_at < now - LEFT_OVER, Photo.id.not_in(used), Photo.state != WAITING)
        ).all()
        if old:
            db.session.execute(delete(Photo).where(Photo.id.in_(old)))
            record("erased", "item_photos", 0, by=CLOCK, now=now, count=len(old))
    data_dir = Path(current_app.config["SETTINGS"].data_dir)
    _sweep(data_dir / "item-photos")
    for path in (data_dir / "item-sheets").glob("*.xlsx"):
        _remove_old(path)


def _sweep(folder: Path) -> None:
    shown = set(db.session.scalars(select(ItemVersion.photo).where(ItemVersion.photo != "").distinct()))
    shown |= set(db.session.scalars(select(Photo.digest).where(Photo.digest != "")))
    unread = db.session.execute(select(Photo.enterprise_id, Photo.raw).where(Photo.state == WAITING))
    waiting = {f"{enterprise_id}-{raw}" for enterprise_id, raw in unread}
    for path in folder.glob("*/*"):
        named = path.name in waiting if path.parent.name == "raw" else path.name.split("-")[0] in shown
        if not named:
            _remove_old(path)


def _remove_old(path: Path) -> None:
    if path.stat().st_mtime < time.time() - LEFT_OVER.total_seconds():
        path.unlink(missing_ok=True)
