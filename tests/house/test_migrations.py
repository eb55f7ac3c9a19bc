"""Models and migrations say the same on both databases, and the newest migration is the one named in the head file."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, downgrade, upgrade
from sqlalchemy import func, inspect, select

from catalog.baskets.models import Offer
from orders.models import Order
from shop.config import ROOT
from shop.db import Base, db
from tests.tools.world import place_order

MIGRATIONS = str(ROOT / "migrations")


def test_there_is_one_newest_migration_and_it_is_named() -> None:
    script = ScriptDirectory(MIGRATIONS)
    assert script.get_heads() == [Path(MIGRATIONS, "head").read_text(encoding="ascii").strip()]


def test_the_migrated_database_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [change for change in compare_metadata(context, Base.metadata) if not _circular(change)]
    assert found == []


def _circular(change: object) -> bool:
    """The two foreign keys that make a circle (a thing's current version) are made after their tables."""
    return isinstance(change, tuple) and change[0] == "add_fk" and "current_version_id" in str(change[1].name)


def test_every_named_constraint_is_in_the_database(app: Flask) -> None:
    """A batch migration on SQLite drops constraints silently; so each one the models name is looked for."""
    seen = inspect(db.engine)
    missing = []
    for table in Base.metadata.tables.values():
        there = {check["name"] for check in seen.get_check_constraints(table.name)}
        there |= {unique["name"] for unique in seen.get_unique_constraints(table.name)}
        there |= {key["name"] for key in seen.get_foreign_keys(table.name)}
        there.add(seen.get_pk_constraint(table.name)["name"])
        missing += [f"{table.name}: {one.name}" for one in table.constraints if one.name and one.name not in there]
    assert missing == []


def test_down_and_up_again(app: Flask) -> None:
    Migrate(app, db, directory=MIGRATIONS)
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=MIGRATIONS)
    assert "order" in inspect(db.engine).get_table_names()


def test_a_shop_in_use_goes_down_and_up(example: Flask) -> None:
    """A table that others point at is made anew on SQLite: nothing that points at it may be lost or in the way."""
    Migrate(example, db, directory=MIGRATIONS)
    number = place_order().number
    asked = select(func.count()).select_from(Offer)
    offers = db.session.scalar(asked)
    db.session.remove()
    downgrade(directory=MIGRATIONS, revision="0007_bank")
    upgrade(directory=MIGRATIONS)
    assert db.session.scalar(asked) == offers
    assert offers
    assert db.session.scalars(select(Order.number)).all() == [number]
