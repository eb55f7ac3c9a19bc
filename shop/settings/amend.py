"""Change a setting from the office: never backwards in time, and never twice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from shop.days import local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By
from shop.settings.change import change_setting
from shop.settings.models import Setting
from shop.settings.queries import rows_of
from shop.shown import PageVersion


def amend(key: str, value: Any, *, valid_from: date, source: str, why: str, by: By, now: datetime) -> Setting | None:
    """Let a setting have a value from a day on; None when that is what holds then already (a second click).

    Refuses a day that has passed, unless the setting never had a value: what has been sold was sold by the old one.
    """
    # Every change of a setting moves the page version: its row is the lock that two coordinators meet at.
    db.session.execute(select(PageVersion.id).with_for_update()).all()
    rows = rows_of(key)
    if rows and valid_from < local_day(now):
        raise Refused(_("Vælg i dag eller en senere dag. Det, der har været, bliver stående."), field="valid_from")
    if rows and next((row.value for row in rows if row.valid_from <= valid_from), None) == value:
        return None
    return change_setting(key, value, valid_from=valid_from, by=by, now=now, source=source, why=why)
