"""Write a row of the journal."""

from datetime import datetime
from typing import Any, Protocol

from shop.db import db
from shop.journal.models import JournalEntry


class By(Protocol):
    """Whoever acts: a person of the house, or a name such as the buyer's or the clock's."""

    @property
    def by_id(self) -> int | None: ...
    @property
    def by_name(self) -> str: ...


class Named:
    """An actor without an account: the buyer, the clock, the bank, the command line."""

    by_id: int | None = None

    def __init__(self, name: str) -> None:
        self.by_name = name


BUYER = Named("køber")
CLOCK = Named("uret")
BANK = Named("banken")
COMMAND = Named("kommandolinjen")


def record(
    act: str, subject: str, subject_id: int, *, by: By, now: datetime, why: str = "", **details: Any
) -> JournalEntry:
    """Add one act to the journal. `act` is a verb in the past tense (`placed`, `packed`), details are plain JSON."""
    entry = JournalEntry(
        at=now,
        by_id=by.by_id,
        by_name=by.by_name[:200],  # an e-mail address may be longer than any name
        act=act,
        subject=subject,
        subject_id=subject_id,
        why=why,
        details=details,
    )
    db.session.add(entry)
    return entry
