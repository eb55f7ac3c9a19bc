"""Do what a sheet says: all of its rows, or none."""

import hashlib
import re
from datetime import datetime
from pathlib import Path

from flask import current_app

from catalog.assortment.drafts import save_draft, start_item
from catalog.assortment.sheet_in import Plan, plan_of
from shop.days import local_day
from shop.errors import Refused
from shop.files import write_whole
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.models import Enterprise

_KEY = re.compile(r"[0-9a-f]{64}")


def keep_sheet(content: bytes, enterprise_id: int) -> str:
    """Keep a sheet between the look at it and the yes to it; its key."""
    key = hashlib.sha256(content).hexdigest()
    write_whole(_path(key, enterprise_id), content)
    return key


def find_sheet(key: str, enterprise_id: int) -> bytes | None:
    """An enterprise's own kept sheet; another's is not there."""
    if not _KEY.fullmatch(key):
        return None
    try:
        return _path(key, enterprise_id).read_bytes()
    except FileNotFoundError:
        return None


def forget_sheet(key: str, enterprise_id: int) -> None:
    """Remove a sheet that has been taken in."""
    _path(key, enterprise_id).unlink(missing_ok=True)


def take_in(content: bytes, enterprise: Enterprise, *, stand: str, by: By, now: datetime) -> Plan:
    """Save every row as a draft. Refuses all of them when one is wrong, or when an item has been changed since."""
    plan = plan_of(content, enterprise.id, today=local_day(now))
    if plan.wrong:
        raise Refused(_("Noget i arket passer ikke mere. Intet er gemt."))
    if plan.stand != stand:
        raise Refused(_("Nogen har gemt ændringer i varerne imens. Se igen, hvad arket ændrer. Intet er gemt endnu."))
    for row in plan.rows:
        if row.item is None:
            start_item(enterprise, row.contents, by=by, now=now)
        else:
            save_draft(row.item, row.contents, edition=row.edition, by=by, now=now)
    record("sheet_taken_in", "enterprise", enterprise.id, by=by, now=now, rows=len(plan.rows))
    return plan


def _path(key: str, enterprise_id: int) -> Path:
    return Path(current_app.config["SETTINGS"].data_dir) / "item-sheets" / f"{enterprise_id}-{key}.xlsx"
