"""What pages read of the journal."""

from collections.abc import Sequence

from sqlalchemy import select

from shop.db import db
from shop.journal.models import JournalEntry

NEWEST = 100  # so many are shown of one thing


def entries_of(subject: str, subject_id: int, *, most: int = NEWEST) -> Sequence[JournalEntry]:
    """The newest acts on one thing, newest first."""
    return db.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == subject, JournalEntry.subject_id == subject_id)
        .order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
        .limit(most)
    ).all()
