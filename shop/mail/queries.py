"""What the office reads of letters."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from shop.db import db
from shop.listing import Paged, contains, paged
from shop.mail.models import BOUNCED, FAILED, WAITING, Letter

LONG_WAIT = timedelta(minutes=10)
TROUBLE, ALL = "trouble", "all"
# Letters about signing in hold a link that lets its reader in as somebody else.
PERSONAL = ("person", "invitation")


def in_trouble(now: datetime) -> ColumnElement[bool]:
    """Failed, bounced, or waiting for more than ten minutes."""
    waits = and_(Letter.state == WAITING, Letter.posted_at < now - LONG_WAIT)
    return or_(Letter.state.in_((FAILED, BOUNCED)), waits)


def office_letters(which: str, search: str, now: datetime, side: int) -> Paged[Letter]:
    """A page of letters, newest first: those in trouble, or all of them; by address or subject when searched for."""
    query = select(Letter).order_by(Letter.posted_at.desc(), Letter.id.desc())
    if which != ALL:
        query = query.where(in_trouble(now))
    if search:
        query = query.where(contains(search, Letter.to_address, Letter.subject))
    return paged(query, side)


def letters_in_trouble(now: datetime) -> dict[str, int]:
    """How many letters have failed, bounced or waited too long, by state."""
    rows = db.session.execute(select(Letter.state, func.count()).where(in_trouble(now)).group_by(Letter.state))
    return {row[0]: row[1] for row in rows}


def letters_about(subject: str, subject_id: int) -> Sequence[Letter]:
    """Every letter about one thing, newest first."""
    return db.session.scalars(
        select(Letter).where(Letter.about == subject, Letter.about_id == subject_id).order_by(Letter.id.desc())
    ).all()


def is_personal(letter: Letter) -> bool:
    """Whether the letter holds a link that lets its reader sign in as the one it is for."""
    return letter.about in PERSONAL


def can_be_mended(letter: Letter, now: datetime) -> bool:
    """Whether it may be sent again: it has not arrived, and is not under way just now."""
    if letter.state == WAITING:
        return letter.posted_at <= now - LONG_WAIT
    return letter.state in (FAILED, BOUNCED)
