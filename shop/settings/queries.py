"""What the settings page reads: every setting as it holds today, what is coming, and what it was before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from shop.db import db
from shop.journal.models import JournalEntry
from shop.settings.definitions import BY_KEY, DEFINITIONS, GROUPS, Definition
from shop.settings.models import Setting


@dataclass(slots=True)
class Held:
    """One setting: the row that holds today (none: the built-in value), and the rows of days to come."""

    definition: Definition
    row: Setting | None = None
    coming: list[Setting] = field(default_factory=list)

    @property
    def value(self) -> Any:
        return self.row.value if self.row is not None else self.definition.default

    @property
    def is_missing(self) -> bool:
        return self.definition.needed and not self.value


def overview(today: date) -> dict[str, list[Held]]:
    """Every setting by its group, in the order of the definitions: one question."""
    held = {definition.key: Held(definition) for definition in DEFINITIONS}
    for row in db.session.scalars(select(Setting).order_by(Setting.valid_from, Setting.no)):
        if row.key in held:
            _sort_in(held[row.key], row, today)
    return {group: [one for one in held.values() if one.definition.group == group] for group in GROUPS}


def _sort_in(one: Held, row: Setting, today: date) -> None:
    if row.valid_from <= today:
        one.row = row
    elif one.coming and one.coming[-1].valid_from == row.valid_from:
        one.coming[-1] = row  # the same day has been corrected
    else:
        one.coming.append(row)


def held_setting(key: str, today: date) -> Held:
    """One setting as it holds today, with what is coming."""
    one = Held(BY_KEY[key])
    for row in reversed(rows_of(key)):
        _sort_in(one, row, today)
    return one


def rows_of(key: str) -> Sequence[Setting]:
    """Every row of a setting, newest first."""
    return db.session.scalars(
        select(Setting).where(Setting.key == key).order_by(Setting.valid_from.desc(), Setting.no.desc())
    ).all()


def reasons_of(rows: Sequence[Setting]) -> dict[int, str]:
    """Why each row was made, by the row's id, as the journal has it."""
    entries = db.session.execute(
        select(JournalEntry.subject_id, JournalEntry.why).where(
            JournalEntry.subject == "setting", JournalEntry.subject_id.in_([row.id for row in rows])
        )
    )
    return {row[0]: row[1] for row in entries}
