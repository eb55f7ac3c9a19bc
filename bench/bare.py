"""The least that Flask can do, under the shop's own server: a view that returns a string, a view that takes an order.

The order is what the issue of an order is at heart: three conditional updates of stock and five inserts (an order,
three lines, a payment) in one transaction, through Flask-SQLAlchemy as anybody would write it on a first day.
"""

import os
import sys
from typing import Any

from flask import Flask, abort
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SHELVES, PIECES = 60, 1_000_000_000


class Base(DeclarativeBase):
    """The base of the bare tables."""


class Shelf(Base):
    __tablename__ = "bare_shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[int]


class Bought(Base):
    __tablename__ = "bare_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    gross_ore: Mapped[int]


class Line(Base):
    __tablename__ = "bare_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    shelf_id: Mapped[int]
    pieces: Mapped[int]


class Paid(Base):
    __tablename__ = "bare_payment"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    ore: Mapped[int]


def create_app() -> Flask:
    """Bare Flask, with the pages that BARE_PAGES names and the database of BARE_DATABASE."""
    app = Flask("bare")
    for told in os.environ["BARE_PAGES"].split(","):
        name, size = told.split("=")
        app.add_url_rule(f"/{name}", name, lambda text="x" * int(size): text)
    url = os.environ.get("BARE_DATABASE")
    if url:
        _take_orders(app, url)
    return app


def _take_orders(app: Flask, url: str) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 8, "max_overflow": 8}
    db = SQLAlchemy(app, model_class=Base)

    @app.post("/order/<int:first>")
    def order(first: int) -> str:
        session: Any = db.session
        shelves = sorted({first % SHELVES + 1, (first + 1) % SHELVES + 1, (first + 2) % SHELVES + 1})
        for shelf in shelves:
            taken = session.execute(update(Shelf).where(Shelf.id == shelf, Shelf.left > 0).values(left=Shelf.left - 1))
            if taken.rowcount != 1:
                abort(409)
        bought = Bought(email="karla@example.com", gross_ore=89_700)
        session.add(bought)
        session.flush()
        for shelf in shelves:
            session.add(Line(order_id=bought.id, shelf_id=shelf, pieces=1))
        session.add(Paid(order_id=bought.id, ore=bought.gross_ore))
        session.commit()
        return f"order {bought.id}"


def make_tables(url: str) -> None:
    """The tables of the bare order, and full shelves."""
    from sqlalchemy import create_engine, insert

    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Shelf), [{"id": number, "left": PIECES} for number in range(1, SHELVES + 1)])
    engine.dispose()


def main() -> int:
    """Serve it exactly as the shop is served."""
    from shop.serve import run

    return run(
        "127.0.0.1",
        int(os.environ["PORT"]),
        prepare=lambda: None,
        greet=lambda: None,
        worker_command=["sleep", "86400"],
        app="bench.bare:create_app()",
    )


if __name__ == "__main__":
    sys.exit(main())
