"""Alembic's environment: our own metadata, batch mode on SQLite, one runner at a time on PostgreSQL."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from shop.db import Base, db
from shop.tables import load_tables

load_tables()
ONE_RUNNER = 7_204_311  # any number, the same everywhere: the advisory lock of "somebody is migrating"


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_RUNNER})
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ONE_RUNNER})
            connection.commit()


assert current_app, "migrations run inside the shop: faelleskurven db upgrade"
run()
