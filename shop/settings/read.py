"""Read settings as they hold on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from shop.days import local_day, utc_now
from shop.db import db
from shop.settings.definitions import BY_KEY, DEFINITIONS
from shop.settings.models import Setting


def _rows() -> list[Setting]:
    """All rows, newest first; read once a request (the session's life)."""
    cached: list[Setting] | None = db.session.info.get("settings")
    if cached is None:
        cached = list(db.session.scalars(select(Setting).order_by(Setting.valid_from.desc(), Setting.no.desc())))
        for row in cached:
            db.session.expunge(row)
        db.session.info["settings"] = cached
    return cached


def forget_settings() -> None:
    """Read anew at the next question; called when a row has been added."""
    db.session.info.pop("settings", None)


def value(key: str, *, on: date | None = None) -> Any:
    """The value that holds on a day (today, Europe/Copenhagen, when none is given). Refuses an unknown key."""
    day = on or local_day(utc_now())
    for row in _rows():
        if row.key == key and row.valid_from <= day:
            return row.value
    return BY_KEY[key].default


def missing_settings() -> list[str]:
    """The keys that must be given a value before the shop can sell."""
    return [definition.key for definition in DEFINITIONS if definition.needed and not value(definition.key)]


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells: the joint seller's identity as law asks it on every page and document."""

    name: str
    cvr: str
    vat_no: str
    address: str
    postcode: str
    city: str
    email: str
    phone: str


def seller(*, on: date | None = None) -> Seller:
    """The joint seller as it is on a day."""
    names = ("name", "cvr", "vat_no", "address", "postcode", "city", "email", "phone")
    return Seller(**{name: str(value(f"seller.{name}", on=on)) for name in names})
