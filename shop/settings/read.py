"""Read settings as they hold on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.days import local_day, utc_now
from shop.settings.definitions import BY_KEY, DEFINITIONS
from shop.settings.models import Setting
from shop.shown import remember


def _read(session: Session) -> dict[str, list[tuple[date, Any]]]:
    """Every value there is or has been by its key, newest first, each with the day it holds from."""
    held: dict[str, list[tuple[date, Any]]] = {}
    rows = session.execute(
        select(Setting.key, Setting.valid_from, Setting.value).order_by(Setting.valid_from.desc(), Setting.no.desc())
    )
    for key, valid_from, kept in rows:
        held.setdefault(key, []).append((valid_from, kept))
    return held


def value(key: str, *, on: date | None = None) -> Any:
    """The value that holds on a day (today, Europe/Copenhagen, when none is given). Refuses an unknown key.

    Everybody gets the same object: nobody may change it.
    """
    day = on or local_day(utc_now())
    for valid_from, kept in remember("settings", _read).get(key, ()):
        if valid_from <= day:
            return kept
    return BY_KEY[key].default


def written(key: str, *, on: date) -> tuple[date, Any] | None:
    """What somebody has written of a setting that holds on a day, and from when; None while only the default does."""
    return next((row for row in remember("settings", _read).get(key, ()) if row[0] <= on), None)


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
    day = on or local_day(utc_now())
    return remember(("seller", day), lambda _session: _seller(day))


def _seller(day: date) -> Seller:
    names = ("name", "cvr", "vat_no", "address", "postcode", "city", "email", "phone")
    return Seller(**{name: str(value(f"seller.{name}", on=day)) for name in names})
