"""Alembic's environment: our own metadata, batch mode on SQLite, one runner at a time on PostgreSQL."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from shop.db import Base, db
from shop.tables import load_tables

load_tables()
ONE_RUNNER = 7_204_311  # any number, the same everywhere: the advisory lock of "somebody is migrating"


def _raw(connection: Connection) -> Any:
    """The driver's own connection: the pragma works only outside a transaction."""
    return connection.connection.driver_connection


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_RUNNER})
            connection.commit()
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # A batch makes a table anew and drops the old one, which others point at; looked after below instead.
            _raw(connection).execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite and (lost := connection.execute(text("PRAGMA foreign_key_check")).all()):
                raise RuntimeError(f"rows point at what is not there: {lost[:5]}")
        connection.commit()
        if is_sqlite:
            _raw(connection).execute("PRAGMA foreign_keys = ON")
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_RUNNER})
            connection.commit()


assert current_app, "migrations run inside the shop: faelleskurven db upgrade"
run()
