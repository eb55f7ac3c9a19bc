"""The example shop's sign-ins: nobody in them is a real person."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shop.config import ROOT
from shop.db import db
from shop.people.commands import add_membership, make_person
from shop.people.models import GRANTED, NONE, Customer, Enterprise, Place

EXAMPLE_PASSWORD = "gavekurv-eksempel"  # noqa: S105 - printed at every start of the example shop


def _rows(table: str) -> list[dict[str, Any]]:
    path = ROOT / "catalog" / "example" / "people.toml"
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))[table]
    return rows


def example_people() -> Sequence[tuple[str, str]]:
    """E-mail and roles in words, for the greeting at start."""
    return [(row["email"], ", ".join(_where(role) for role in row["roles"])) for row in _rows("person")]


def _where(role: dict[str, str]) -> str:
    return role.get("enterprise") or role.get("customer") or "koordinator · coordinator"


def load_people(*, now: datetime) -> None:
    """Make the example's people and customers, in the transaction under way; the enterprises are there already."""
    places: dict[str, Place] = {row.slug: row for row in db.session.scalars(select(Enterprise))}
    for row in _rows("customer"):
        on_invoice = GRANTED if row.get("credit_ore") else NONE
        places[row["name"]] = Customer(**{"credit_ore": 0, "days": 0, **row}, on_invoice=on_invoice, made_at=now)
        db.session.add(places[row["name"]])
    for row in _rows("person"):
        person = make_person(row["email"], row["name"], EXAMPLE_PASSWORD, now)
        for role in row["roles"]:
            add_membership(person, role["role"], places.get(role.get("enterprise") or role.get("customer") or ""), now)
