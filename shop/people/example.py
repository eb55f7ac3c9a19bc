"""The example shop's sign-ins: nobody in them is a real person."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shop.config import ROOT
from shop.db import db
from shop.people.commands import add_membership, make_person
from shop.people.models import Enterprise

EXAMPLE_PASSWORD = "gavekurv-eksempel"  # noqa: S105 - printed at every start of the example shop


def _rows() -> list[dict[str, Any]]:
    path = ROOT / "catalog" / "example" / "people.toml"
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["person"]
    return rows


def example_people() -> Sequence[tuple[str, str]]:
    """E-mail and roles in words, for the greeting at start."""
    return [
        (row["email"], ", ".join(role.get("enterprise", "koordinator · coordinator") for role in row["roles"]))
        for row in _rows()
    ]


def load_people(*, now: datetime) -> None:
    """Make the example's people, inside the transaction under way; the enterprises are there already."""
    enterprises = {row.slug: row for row in db.session.scalars(select(Enterprise))}
    for row in _rows():
        person = make_person(row["email"], row["name"], EXAMPLE_PASSWORD, now)
        for role in row["roles"]:
            add_membership(person, role["role"], enterprises.get(role.get("enterprise", "")), now)
