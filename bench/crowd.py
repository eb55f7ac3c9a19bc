"""Fifty buyers for the last ten baskets, twenty times, on both databases."""

from flask import Flask

from bench.report import Result, say
from bench.servers import run_command
from bench.shops import Shops
from orders.models import Order
from shop.app import create_app
from shop.config import read_settings
from shop.db import db
from tests.together.crowd import buy_together, buyers, orders_placed
from tests.together.supplies import check_nothing_sold_twice, leave_baskets, left_of

TRIES, BUYERS, BASKETS = 20, 50, 10
SLUG = "den-groenne-kurv"


def last_ten(shops: Shops) -> list[Result]:
    """Exactly ten orders and an empty shelf, however often."""
    results = []
    sqlite = shops.data_dir("sqlite")
    urls = {"PostgreSQL": shops.example("last_ten"), "SQLite": f"sqlite:///{sqlite / 'faelleskurven.sqlite'}"}
    run_command(urls["SQLite"], sqlite, "db", "upgrade")
    run_command(urls["SQLite"], sqlite, "demo")
    for name, url in urls.items():
        app = create_app(read_settings({"DATABASE_URL": url, "DATA_DIR": str(sqlite), "SECRET_KEY": "bench"}))
        with app.app_context():
            good = sum(_try(app, name, number) for number in range(1, TRIES + 1))
            db.session.remove()
            db.engine.dispose()
        results.append(
            Result(
                f"{BUYERS} buyers for the last {BASKETS} baskets on {name}: exactly {BASKETS} orders, stock 0",
                f"{TRIES} of {TRIES} tries",
                f"{good} of {TRIES}",
                good == TRIES,
                "two processes of 25 threads that are let go at the same moment",
            )
        )
    return results


def _try(app: Flask, name: str, number: int) -> bool:
    say(f"{name}, try {number} of {TRIES} …")
    before = orders_placed()
    item_id = leave_baskets(SLUG, BASKETS)
    answers = buy_together(app, buyers(BUYERS))
    bought = {answer for answer in answers if isinstance(answer, int)}
    refused = answers.count("sold_out")
    check_nothing_sold_twice()
    assert all(db.session.get(Order, order_id) is not None for order_id in bought)
    return (len(bought), refused, orders_placed() - before, left_of(item_id)) == (BASKETS, BUYERS - BASKETS, BASKETS, 0)
