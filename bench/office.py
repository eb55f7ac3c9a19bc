"""The office's and the partners' pages in a shop with 50,000 orders: statements and the server's time for each."""

import time
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, String, Table, UniqueConstraint, func, insert, literal, select

from bench.report import Result, say
from bench.servers import run_command
from bench.shops import Shops
from orders.composing.season import keep_figures
from orders.ledger.sums import roll_up
from orders.models import Order
from orders.shares.queries import COUNTED
from shop.app import create_app
from shop.config import read_settings
from shop.days import utc_now
from shop.db import Base, db
from tests.tools.client import PageClient
from tests.tools.statements import counted

ORDERS, WRITTEN = 50_000, 500
MOST_MS, MOST_STATEMENTS = 150.0, 20
COPIED = (
    "order", "order_line", "share", "order_supply", "refund", "refund_line", "refund_share", "document", "payment",
    "posting",
)  # fmt: skip
FAR = 10_000_000  # ids of the copies begin here
TRIES = 5


def office(shops: Shops) -> list[Result]:
    """Every page on SQLite and on PostgreSQL."""
    sqlite = f"sqlite:///{shops.data_dir('office-sqlite') / 'shop.sqlite'}"
    return [
        result
        for name, url in (("SQLite", sqlite), ("PostgreSQL", shops.postgres.create_database("office")))
        for result in _on(name, url, shops.data_dir(f"office-{name.lower()}"))
    ]


def _on(name: str, url: str, folder: Path) -> list[Result]:
    say(f"Writing {ORDERS:,} orders on {name} …")
    run_command(url, folder, "db", "upgrade")
    run_command(url, folder, "demo", "--orders", str(WRITTEN), "--seed", "1")
    app = create_app(read_settings({"DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": "b"}))
    app.test_client_class = PageClient
    with app.app_context():
        _copy(ORDERS // WRITTEN - 1)
        roll_up(now=utc_now())
        keep_figures(now=utc_now())
        found = {path: _measured(_signed_in(app, who), path) for who, path in _pages()}
        db.engine.dispose()
    for path, (took, sent) in sorted(found.items(), key=lambda one: -one[1][0]):
        say(f"{took:7.1f} ms {sent:3d}  {path}")
    mine = {path: figures for path, figures in found.items() if path.startswith("/kontor")}
    slowest = max(mine, key=lambda path: mine[path][0])
    most = max(mine, key=lambda path: mine[path][1])
    partners = max(found.keys() - mine.keys(), key=lambda path: found[path][0])
    return [
        Result(
            f"The slowest of {len(mine)} pages of the office with {ORDERS:,} orders, on {name}",
            f"≤ {MOST_MS:.0f} ms of the server's time",
            f"{mine[slowest][0]:.0f} ms (`{slowest}`), the median {median(ms for ms, _ in mine.values()):.0f} ms",
            mine[slowest][0] <= MOST_MS,
            f"the median of {TRIES} requests in the process, the wall's clock",
        ),
        Result(
            "Their statements",
            f"≤ {MOST_STATEMENTS}",
            f"{mine[most][1]} (`{most}`)",
            mine[most][1] <= MOST_STATEMENTS,
        ),
        Result(
            f"The slowest of the partners' pages, on {name}",
            "",
            f"{found[partners][0]:.0f} ms (`{partners}`)",
            None,
            "an enterprise that is in nearly every order",
        ),
    ]  # fmt: skip


def _signed_in(app: Flask, email: str) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.sign_in(email)


def _measured(client: PageClient, path: str) -> tuple[float, int]:
    """The median time of a page in milliseconds, and its statements. Refuses one that is not there."""
    times, sent = [], 0
    for _ in range(TRIES + 1):
        with counted() as statements:
            began = time.perf_counter()
            answer = Context().run(FlaskClient.open, client, path, buffered=True)  # without the check of the page
            times.append(1000 * (time.perf_counter() - began))
        db.session.rollback()
        sent = len(statements)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return median(times[1:]), sent


def _pages() -> Iterator[tuple[str, str]]:
    """Who opens which page; of orders the newest that was sold."""
    order = db.session.scalars(select(Order.number).where(Order.state.in_(COUNTED)).order_by(Order.id.desc())).first()
    name = db.session.scalar(select(Order.buyer_name).where(Order.number == order))
    day = db.session.scalar(select(func.max(Order.pack_on)))
    db.session.rollback()
    for path in (
        "", "?tilstand=closed", f"/ordrer/{order}", f"/ordrer/{order}/penge", "/boeger", "/breve", "/dokumenter",
        "/fortrydelser", "/henvendelser", "/katalog", "/kurve", "/kurve/den-groenne-kurv", "/kurve/fordeling",
        "/kurve/foreslaa", "/varer", "/lager", "/lager/opvaskeboerste", "/pakning", f"/pakning/{day}",
        f"/pakning/{day}/papirer", "/pakning/levering", "/pakning/pakkenumre", "/penge", "/penge/bank",
        "/penge/rykkere", "/penge/tilgode", "/penge/kortindloeser", "/posteringer", "/salg",
        "/salg?fra=2025-12-01&til=2026-11-30", f"/soeg?sog={order}", f"/soeg?sog={str(name).split()[-1]}",
        "/soeg?sog=findes-slet-ikke", "/indstillinger", "/folk",
    ):  # fmt: skip
        yield "koordinator@example.dk", f"/kontor{path}"
    for path in ("", "/penge", "/varer", "/tilbud", "/levering"):
        yield "blindes-arbejde@example.dk", f"/partner{path}"


def _copy(times: int) -> None:
    """Every sold row so many times more, with ids and numbers of its own."""
    for number in range(1, times + 1):
        for name in COPIED:
            table = Base.metadata.tables[name]
            fields = [_moved(table, column, number) for column in table.columns]
            rows = select(*fields).where(table.c.id < FAR)
            db.session.execute(insert(table).from_select([column.name for column in table.columns], rows))
        db.session.commit()
    db.session.connection().exec_driver_sql("ANALYZE")
    db.session.commit()


def _moved(table: Table, column: Column[Any], number: int) -> Any:
    step = FAR * number
    if column.name == "id" or any(key.column.table.name in COPIED for key in column.foreign_keys):
        return column + step
    if table.name == "document" and column.name == "serial":
        return column + 10_000 * number
    if isinstance(column.type, String) and column.type.length and _alone(table, column):
        return func.substr(column, 1, column.type.length - 5).concat(literal(f"-{number}"))
    return column


def _alone(table: Table, column: Column[Any]) -> bool:
    """Whether a text has to be another in every row."""
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return bool(column.unique) or any(
        column in one.columns.values() and not any(other.foreign_keys for other in one.columns)
        for one in constraints
    )  # fmt: skip
