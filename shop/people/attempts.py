"""Failed sign-ins, counted per account in the database, so that all processes count together.

An account that nobody has is counted like any other: whoever guesses learns nothing about who has one.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from shop.db import db
from shop.people.models import SignInAttempt

MOST_FAILURES = 10
WINDOW = timedelta(minutes=15)


def _account(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def too_many_failures(email: str, now: datetime) -> bool:
    """Whether the account has failed so often within the last quarter of an hour that it has to wait."""
    failures = db.session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.account == _account(email), SignInAttempt.at > now - WINDOW)
    )
    return int(failures or 0) >= MOST_FAILURES


def note_failure(email: str, now: datetime) -> None:
    """Count a wrong password or code; what is too old to count is forgotten on the way."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - WINDOW))
    db.session.add(SignInAttempt(account=_account(email), at=now))
    db.session.flush()


def forget_failures(email: str) -> None:
    """Start from nothing: the person has signed in, or has been helped."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.account == _account(email)))
