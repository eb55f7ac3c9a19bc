"""Move the version of the public pages."""

from sqlalchemy import update

from shop.db import db
from shop.web.models import PageVersion


def move_page_version() -> None:
    """Call in the transaction that changes something shown: a text, a price, a picture, an availability step."""
    moved = db.session.execute(update(PageVersion).values(version=PageVersion.version + 1))
    if not getattr(moved, "rowcount", 0):
        db.session.add(PageVersion(id=1, version=1))
        db.session.flush()
