"""Change a setting: always a new row, always in the journal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from shop.db import db
from shop.journal.record import By, record
from shop.settings.definitions import BY_KEY
from shop.settings.models import Setting


def change_setting(
    key: str, value: Any, *, valid_from: date, by: By, now: datetime, source: str = "", why: str = ""
) -> Setting:
    """Let a setting have a value from a day on. The value is checked by the form; an unknown key is an assertion."""
    assert key in BY_KEY, key
    no = db.session.scalar(
        select(func.coalesce(func.max(Setting.no), 0)).where(Setting.key == key, Setting.valid_from == valid_from)
    )
    row = Setting(
        key=key,
        value=value,
        valid_from=valid_from,
        no=int(no or 0) + 1,
        source=source or BY_KEY[key].source,
        set_at=now,
        set_by=by.by_name,
    )
    db.session.add(row)
    db.session.flush()
    record("changed", "setting", row.id, by=by, now=now, why=why, key=key)
    return row
