"""The books: a million postings checked, and random lives of orders against a pure model."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from bench.report import Result, say
from bench.servers import run_command
from bench.shops import Shops
from orders.books.check import check_books
from orders.books.models import Posting
from orders.books.post import hash_of
from orders.documents.models import Document, NumberSeries
from orders.models import Order, OrderLine, Share
from orders.payments.models import Payment
from shop.app import create_app
from shop.config import ROOT, read_settings
from shop.db import db

POSTINGS = 1_000_000
MOST_SECONDS, MOST_GROWTH, MOST_GROWN_MB = 60.0, 2.2, 60.0
PURE, DATABASE = 10_000, 1_000
FAR = 1_000_000  # ids of the copies begin here; only the size of the books counts


def books(shops: Shops) -> list[Result]:
    """Check a million postings on PostgreSQL, then two million."""
    url = shops.postgres.create_database("books")
    run_command(url, shops.data_dir("own"), "db", "upgrade")
    run_command(url, shops.data_dir("own"), "demo", "--orders", "40")
    app = create_app(read_settings({"DATABASE_URL": url, "DATA_DIR": str(shops.data_dir("own")), "SECRET_KEY": "b"}))
    with app.app_context():
        copies = _Copies()
        half = copies.fill(POSTINGS)
        first, grown = _timed()
        copies.fill(POSTINGS)
        second, _grown = _timed()
        db.engine.dispose()
    return [
        Result(
            f"`books check` over {half:,} postings",
            f"< {MOST_SECONDS:.0f} s with flat memory",
            f"{first:.1f} s, the process {grown:.0f} MB larger afterwards",
            first < MOST_SECONDS and grown < MOST_GROWN_MB,
            f"copies of one sold order; memory is flat when it grows less than {MOST_GROWN_MB:.0f} MB",
        ),
        Result(
            "Twice the postings",
            f"≤ {MOST_GROWTH} × the time",
            f"{second / first:.2f} ×",
            second <= MOST_GROWTH * first,
        ),
    ]


def _timed() -> tuple[float, float]:
    before, began = _peak_mb(), time.monotonic()
    report = check_books()
    assert report.holds, [finding for finding in report.findings if finding.broken]
    return time.monotonic() - began, _peak_mb() - before


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class _Copies:
    """One sold and paid order again and again, with ids of its own and every hash right."""

    def __init__(self) -> None:
        order = db.session.scalars(select(Posting.order_id).where(Posting.code == "fee").order_by(Posting.id)).first()
        lines = self._rows(OrderLine.__table__, OrderLine.order_id == order)
        ids = [line["id"] for line in lines]
        self.rows: list[tuple[Any, list[dict[str, Any]]]] = [
            (Order.__table__, self._rows(Order.__table__, Order.id == order)),
            (OrderLine.__table__, lines),
            (Share.__table__, self._rows(Share.__table__, Share.line_id.in_(ids))),
            (Document.__table__, self._rows(Document.__table__, Document.order_id == order)),
            (Payment.__table__, self._rows(Payment.__table__, Payment.order_id == order)),
            (Posting.__table__, self._rows(Posting.__table__, Posting.order_id == order)),
        ]  # fmt: skip
        self.made = 0
        self.issued = int(
            db.session.scalar(select(func.max(NumberSeries.last)).where(NumberSeries.series == "F-")) or 0
        )
        db.session.rollback()

    @staticmethod
    def _rows(table: Any, condition: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in db.session.execute(select(table).where(condition)).mappings()]

    def fill(self, postings: int) -> int:
        """Add copies until so many postings have been added; how many those are."""
        per_order = len(self.rows[-1][1])
        count = -(-postings // per_order)
        say(f"Writing {count * per_order:,} postings …")
        for table, rows in self.rows:
            self._copy(table, rows, range(self.made + 1, self.made + count + 1))
        self.made += count
        db.session.execute(update(NumberSeries).where(NumberSeries.series == "F-").values(last=self.issued + self.made))
        db.session.connection().exec_driver_sql("ANALYZE")
        db.session.commit()
        return count * per_order

    def _copy(self, table: Any, rows: Sequence[dict[str, Any]], numbers: range) -> None:
        chunk: list[dict[str, Any]] = []
        for number in numbers:
            chunk += [self._moved(table.name, row, number) for row in rows]
            if len(chunk) >= 5_000:
                db.session.execute(insert(table), chunk)
                chunk = []
        if chunk:
            db.session.execute(insert(table), chunk)
        db.session.commit()

    def _moved(self, table: str, row: dict[str, Any], number: int) -> dict[str, Any]:
        step = FAR + number * 100
        new = dict(row)
        ids = {"order_id", "line_id", "share_id", "id"} if table != "order" else {"id"}
        for name in ids & row.keys():
            if row[name] is not None:
                new[name] = row[name] + step
        for name in ("number", "cart_key", "token", "key", "foreign_id"):
            if name in row:
                new[name] = f"{number}-{row['id']}"
        if table == "document":
            new |= {"serial": self.issued + number, "number": f"F-{self.issued + number}"}
        elif table == "posting":
            new["reference"] = _reference(row, number, new, self.rows[4][1][0]["id"])
            new["hash"] = hash_of(new)
        return new


def _reference(row: dict[str, Any], number: int, new: dict[str, Any], payment_id: int) -> str:
    kind, _mark, _rest = str(row["reference"]).partition(":")
    if kind in ("receipt", "fee"):
        return f"{kind}:{number}-{payment_id}"
    return f"{kind}:{new['share_id'] or new['line_id']}"


def histories(shops: Shops) -> list[Result]:
    """Random lives of orders: ten thousand in the model alone, a thousand in the database beside it."""
    del shops
    say(f"{PURE:,} histories in the model, {DATABASE:,} in the database …")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/properties/test_histories.py"],
        cwd=ROOT,
        env={**os.environ, "HISTORIES_PURE": str(PURE), "HISTORIES_DATABASE": str(DATABASE)},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - began
    told = "all invariants hold after every step" if done.returncode == 0 else done.stdout[-500:]
    return [
        Result(
            f"Random histories of 5–20 steps: {PURE:,} against a pure model, {DATABASE:,} against the database",
            "every invariant after every step",
            f"{told} ({took:.0f} s)",
            done.returncode == 0,
            "`tests/properties/test_histories.py`",
        )
    ]
