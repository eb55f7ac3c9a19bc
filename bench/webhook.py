"""How soon a message of Stripe's is answered while the worker handles others, on both databases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median, quantiles

from sqlalchemy import func, select

from bench.client import Broken, Visitor
from bench.report import Result, say
from bench.servers import Server, run_command
from bench.shops import Shops
from orders.payments.banks import install
from orders.payments.models import PaymentEvent
from shop.app import create_app
from shop.config import read_settings
from shop.db import db
from tests.standin import Standin
from tests.standin.params import Thing
from tests.tools.stripe_shop import StripeShop
from tests.tools.world import place_order

ORDERS, TOLD, BEFORE = 20, 400, 100
MOST_MS = {"PostgreSQL": 50.0, "SQLite": 500.0}
PAUSE = 0.02  # seconds between two messages


@contextmanager
def stripe_shop(shops: Shops, database: str, name: str) -> Iterator[StripeShop]:
    """An example shop of its own with the stand-in as its bank, in this process; `database` as it is called."""
    data = shops.data_dir(f"{name}-{database}")
    url = shops.example(f"{name}_stripe") if database == "PostgreSQL" else f"sqlite:///{data / 'shop.sqlite'}"
    if database == "SQLite":
        run_command(url, data, "db", "upgrade")
        run_command(url, data, "demo")
    with Standin() as bank:
        keys = {"STRIPE_SECRET_KEY": bank.key, "STRIPE_WEBHOOK_SECRET": bank.secret, "STRIPE_API_BASE": bank.base}
        settings = read_settings({"DATABASE_URL": url, "DATA_DIR": str(data), "SECRET_KEY": "bench", **keys})
        app = create_app(settings)
        try:
            with app.app_context():
                yield StripeShop(app, bank)
                db.session.remove()
                db.engine.dispose()
        finally:
            install(replace(settings, stripe_key=""))  # whoever is measured next pays in the sandbox


def webhook(shops: Shops) -> list[Result]:
    """Messages one after another to the shop as `faelleskurven serve` runs it, its worker busy with those before."""
    return [_answered(shops, database, most) for database, most in MOST_MS.items()]


def _answered(shops: Shops, database: str, most: float) -> Result:
    with stripe_shop(shops, database, "webhook") as shop:
        say(f"{TOLD} messages to a shop on {database} …")
        for _ in range(ORDERS):
            shop.bank.pay(shop.open(place_order([("kaffepausen", 1)])))
        charges = shop.bank.find("charge")
        while len(shop.bank.events) < BEFORE + TOLD:
            shop.bank.emit("charge.updated", charges[len(shop.bank.events) % len(charges)])
        with _server(shop) as server, Visitor(server.port) as visitor:
            for event in shop.bank.events[:BEFORE]:
                _tell(shop, visitor, event)
            took, refused, handled = list[float](), list[float](), _Handled()
            for event in shop.bank.events[BEFORE:]:
                took.append(_tell(shop, visitor, event))
                time.sleep(PAUSE / 2)
                refused.append(_tell(shop, visitor, event, secret="whsec_of_somebody_else", status=400))
                time.sleep(PAUSE / 2)
            meanwhile = handled.since()
        kept = db.session.scalar(select(func.count()).select_from(PaymentEvent))
    p99, machine = (quantiles(some, n=100)[98] * 1000 for some in (took, refused))
    return Result(
        f"A message of Stripe's answered on {database} while the worker handles others: 99 of 100 within",
        f"< {most:.0f} ms",
        f"{p99:.0f} ms (the median {median(took) * 1000:.1f} ms)",
        p99 < most and kept == BEFORE + TOLD and meanwhile > 0,
        f"{TOLD} messages one after another, {PAUSE * 1000:.0f} ms apart, {BEFORE} before them; the worker handled "
        f"{meanwhile} meanwhile, asking the stand-in for Stripe about each; a forged message between two of them, of "
        f"which no database knows, was refused within {machine:.0f} ms (the median {median(refused) * 1000:.1f} "
        "ms): so late is the machine itself",
    )


class _Handled:
    """How many events the worker has done with since this was made."""

    def __init__(self) -> None:
        self.before = self._count()

    def _count(self) -> int:
        db.session.rollback()
        done = select(func.count()).select_from(PaymentEvent).where(PaymentEvent.handled_at.is_not(None))
        return int(db.session.scalar(done) or 0)

    def since(self) -> int:
        return self._count() - self.before


def _server(shop: StripeShop) -> Server:
    settings, bank = shop.app.config["SETTINGS"], shop.bank
    return Server(
        ["shop.cli", "serve"], "/healthz", DATABASE_URL=settings.database_url, DATA_DIR=str(settings.data_dir),
        SECRET_KEY="bench", STRIPE_SECRET_KEY=bank.key, STRIPE_WEBHOOK_SECRET=bank.secret, STRIPE_API_BASE=bank.base,
    )  # fmt: skip


def _tell(shop: StripeShop, visitor: Visitor, event: Thing, *, secret: str | None = None, status: int = 200) -> float:
    """Post a message; the seconds until the answer was there. Refuses another status."""
    body, signature = shop.bank.signed(event, secret=secret)
    head = (
        f"POST /stripe/webhook HTTP/1.1\r\nHost: 127.0.0.1:{visitor.port}\r\nStripe-Signature: {signature}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    begin = time.perf_counter()
    answer = visitor.raw(head.encode() + body)
    took = time.perf_counter() - begin
    if not answer.startswith(f"HTTP/1.1 {status} ".encode()):
        raise Broken(repr(answer[:200]))
    return took
