"""Connections that lie in the pool: one that has died there is replaced unseen."""

import pytest
from flask import Flask
from sqlalchemy import text

from shop import db as database
from shop.db import db, transaction
from tests.tools.client import PageClient

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> :mine"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection is trusted for having been used a moment ago."""
    monkeypatch.setattr(database, "TRUSTED_SECONDS", 0.0)


def _cut_all_but_one() -> None:
    """What a restart of the server does to every connection that is kept."""
    with db.engine.connect() as one:
        mine = one.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        one.execute(text(OTHERS), {"mine": mine})
        one.invalidate()


@pytest.mark.usefixtures("impatient")
def test_a_connection_that_died_in_the_pool_is_replaced_unseen(postgres_example: Flask) -> None:
    visitor = PageClient(postgres_example)
    db.session.remove()
    with db.engine.connect(), db.engine.connect(), db.engine.connect():
        pass  # three lie in the pool from now on
    _cut_all_but_one()
    assert visitor.get("/bestilling").status_code == 200
    with transaction():
        assert db.session.execute(text("SELECT 1")).scalar_one() == 1
