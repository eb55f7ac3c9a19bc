"""Frozen tables after the last migration: every guard is there on both databases, and every way in is tried."""

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from orders.books.check import check_books
from orders.lock import lock_order
from orders.payments.capture import capture_order
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from shop.days import utc_now
from shop.db import Base, db, transaction
from shop.frozen import FROZEN, guards_of, missing_guards
from shop.journal.record import COMMAND
from tests.orders.bank_world import arrive, remind_owing
from tests.tools.world import fulfil, pay, place_order


@pytest.fixture
def filled(example: Flask) -> Flask:
    """A shop with at least one row in every frozen table."""
    order = place_order()
    pay(order)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    with transaction():
        refund_goodwill(lock_order(order.id), 1_000, Cause("k", "prøve", Bearer()), by=COMMAND, now=utc_now())
    arrive(("x", 1_000))
    remind_owing()
    return example


def _ways_in(table: str) -> dict[str, str]:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    named = ", ".join(columns)
    ways = {
        "update": f"UPDATE {table} SET id = id + 1000000",
        "update of one column": f"UPDATE {table} SET {columns[-1]} = {columns[-1]}",
        "delete": f"DELETE FROM {table}",
    }
    if db.engine.dialect.name == "postgresql":
        return {**ways, "truncate": f"TRUNCATE {table} CASCADE"}
    row = f"SELECT {named} FROM {table} LIMIT 1"
    ways["replace"] = f"REPLACE INTO {table} ({named}) {row}"
    ways["insert or replace"] = f"INSERT OR REPLACE INTO {table} ({named}) {row}"
    for name in FROZEN[table]:
        others = ", ".join("id + 1000000" if one == "id" else one for one in columns)
        ways[f"replace by {name}"] = f"REPLACE INTO {table} ({named}) SELECT {others} FROM {table} LIMIT 1"
    return ways


@pytest.mark.parametrize("table", sorted(FROZEN))
def test_no_way_in(filled: Flask, table: str) -> None:
    before = db.session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all()
    assert before
    db.session.rollback()
    for way, statement in _ways_in(table).items():
        with pytest.raises(DBAPIError, match="frozen"), transaction():
            db.session.execute(text(statement))
        assert db.session.execute(text(f"SELECT * FROM {table} ORDER BY id")).all() == before, way
        db.session.rollback()


def test_every_guard_and_constraint_of_frozen_tables_is_there(filled: Flask) -> None:
    assert missing_guards(db.session.connection()) == []
    seen = inspect(db.engine)
    for table in FROZEN:
        model = Base.metadata.tables[table]
        there = {one["name"] for one in seen.get_check_constraints(table)}
        there |= {one["name"] for one in seen.get_unique_constraints(table)}
        there |= {one["name"] for one in seen.get_foreign_keys(table)}
        there.add(seen.get_pk_constraint(table)["name"])
        assert {str(one.name) for one in model.constraints} <= there, table
        assert {str(one.name) for one in model.indexes} <= {one["name"] for one in seen.get_indexes(table)}, table


def test_a_guard_taken_away_is_found(filled: Flask) -> None:
    guard = guards_of(db.session.connection(), "posting")[0]
    db.session.rollback()
    with transaction():
        on = " ON posting" if db.engine.dialect.name == "postgresql" else ""
        db.session.execute(text(f"DROP TRIGGER {guard}{on}"))
    broken = {one.rule: one.broken for one in check_books().findings if one.broken}
    assert broken == {"guards_are_there": [guard]}


@pytest.mark.parametrize(
    ("damage", "rules"),
    [
        ("UPDATE posting SET ore = ore + 1 WHERE code = 'sale' AND share_id IS NOT NULL", {"hashes_are_right"}),
        ("UPDATE posting SET note = 'x' WHERE id = 1", {"hashes_are_right"}),
        ("DELETE FROM posting WHERE code = 'due'", {"payable_is_its_open_lines"}),
        ("DELETE FROM posting WHERE code = 'receipt'", {"gateway_is_what_was_received", "payment_is_booked"}),
    ],
)
def test_damage_done_behind_the_guards_is_found(filled: Flask, damage: str, rules: set[str]) -> None:
    guard = guards_of(db.session.connection(), "posting")
    db.session.rollback()
    with transaction():
        for name in guard:
            on = " ON posting" if db.engine.dialect.name == "postgresql" else ""
            db.session.execute(text(f"DROP TRIGGER {name}{on}"))
        db.session.execute(text(damage))
    found = {one.rule for one in check_books().findings if one.broken}
    assert rules <= found
    assert "order_is_its_lines" not in found
