"""Documents: how long one PDF takes, a thousand of them by two workers, and numbers taken by sixteen at once."""

import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import replace
from statistics import median

from flask import Flask
from sqlalchemy import func, insert, select

from bench.report import Result, say
from bench.shops import Shops
from orders.documents.issue import issue_invoice
from orders.documents.lines import InvoiceLine, order_lines
from orders.documents.made import pdf_of
from orders.documents.models import Document
from orders.lock import lock_order
from orders.models import Order
from shop.config import ROOT
from shop.days import utc_now
from shop.db import db, transaction
from tests.tools.world import place_order

TIMED = 7
SHORT, LONG = 10, 60
MANY, WORKERS = 1_000, 2
CONNECTIONS, AT_ONCE = 16, 200
SETTLED = 100  # after so many PDFs a worker's memory has found its size
MOST_GROWTH_MB = 25


def documents(shops: Shops) -> list[Result]:
    """All of them, in one shop of its own."""
    url = shops.example("documents")
    app = shops.app_of(url, "documents")
    with app.app_context():
        results = [_one(SHORT, 0.2), _one(LONG, 0.8)]
        ids = _orders(AT_ONCE + MANY)
        results.append(_numbers(app, ids[:AT_ONCE]))
        results += _thousand(url, str(shops.data_dir("documents")), ids[AT_ONCE:])
        db.engine.dispose()
    return results


def _one(lines: int, most: float) -> Result:
    took = []
    for number in range(TIMED + 1):
        order = place_order([("kaffepausen", 1)])
        with transaction():
            own = order_lines(order)
            many = [replace(own[0], text_da=f"Kaffepausen {line}") for line in range(1, lines)]
            document = issue_invoice(order, now=utc_now(), lines=[*many, own[-1]], render=False)
        begin = time.perf_counter()
        pdf_of(document, apart=False)
        if number:  # the first one loads the press
            took.append(time.perf_counter() - begin)
    return Result(
        f"One invoice of {lines} lines as a PDF, warm", f"< {most:g} s", f"{median(took):.3f} s", median(took) < most,
        f"the median of {TIMED} ({min(took):.3f}–{max(took):.3f} s), from the frozen data to the file on the disk",
    )  # fmt: skip


def _orders(count: int) -> list[int]:
    """So many orders alike, without lines: what is invoiced of them is given."""
    like = place_order()
    values = {column.key: getattr(like, column.key) for column in Order.__mapper__.columns if column.key != "id"}
    with transaction():
        rows = [{**values, "number": f"B{at}", "cart_key": f"b{at}", "token": f"b{at}"} for at in range(count)]
        db.session.execute(insert(Order), rows)
    return list(db.session.scalars(select(Order.id).where(Order.number.like("B%")).order_by(Order.id)))


def _lines() -> list[InvoiceLine]:
    like = db.session.scalars(select(Order).order_by(Order.id).limit(1)).one()
    first, *_between, freight = order_lines(like)
    return [*(replace(first, text_da=f"Kaffepausen {at}") for at in range(1, SHORT)), freight]


def _issue(ids: list[int]) -> None:
    for order_id in ids:
        with transaction():
            issue_invoice(lock_order(order_id), now=utc_now(), lines=_lines(), render=False)


def _numbers(app: Flask, ids: list[int]) -> Result:
    before = db.session.scalar(select(func.max(Document.serial))) or 0
    db.session.rollback()

    def run(some: list[int]) -> None:
        with app.app_context():
            _issue(some)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(ids[at::CONNECTIONS],)) for at in range(CONNECTIONS)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begin
    serials = list(
        db.session.scalars(select(Document.serial).where(Document.order_id.in_(ids)).order_by(Document.serial))
    )
    whole = sorted(serials) == list(range(before + 1, before + AT_ONCE + 1))
    return Result(
        f"{AT_ONCE} documents issued at once from {CONNECTIONS} connections", "no gap, no duplicate",
        "none" if whole else "BROKEN", whole, f"in {took:.1f} s",
    )  # fmt: skip


def _thousand(url: str, data_dir: str, ids: list[int]) -> list[Result]:
    say(f"{MANY} invoices by {WORKERS} workers …")
    _issue(ids)
    found = db.session.scalars(select(Document.id).where(Document.order_id.in_(ids)).order_by(Document.id)).all()
    env = {**os.environ, "DATABASE_URL": url.replace("+psycopg", ""), "DATA_DIR": data_dir, "SECRET_KEY": "bench"}
    begin = time.monotonic()
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.documents", *map(str, found[at::WORKERS])],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
        )
        for at in range(WORKERS)
    ]  # fmt: skip
    told = [worker.communicate()[0].split() for worker in workers]
    took = time.monotonic() - begin
    db.session.rollback()
    made = db.session.scalar(select(func.count()).where(Document.id.in_(found), Document.file.is_not(None)))
    growth = max(int(last) - int(settled) for settled, last in told) / 1024
    return [
        Result(
            f"{MANY:,} invoices of {SHORT} lines by {WORKERS} workers", "< 90 s", f"{took:.0f} s",
            took < 90 and made == MANY, f"{made} PDFs on the disk; the workers' start is in it",
        ),
        Result(
            "Memory of a worker that prints them", f"grows by < {MOST_GROWTH_MB} MB after the first {SETTLED}",
            f"{growth:.0f} MB more after {MANY // WORKERS}", growth < MOST_GROWTH_MB,
            "the most it ever held: " + " and ".join(f"{int(last) // 1024} MB" for _first, last in told),
        ),
    ]  # fmt: skip


def main() -> None:
    """One worker: prints the documents it is given; says what memory it had after the first hundred and at the end."""
    from shop.app import create_app

    app = create_app()
    settled = 0
    for number, document_id in enumerate(sys.argv[1:], start=1):
        with app.app_context():
            pdf_of(db.session.get_one(Document, int(document_id)), apart=False)
        if number == SETTLED:
            settled = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(settled, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
