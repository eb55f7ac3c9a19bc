"""Placing orders: the statements of the last POST, its rate and its slowest, and whole journeys against bare Flask."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import event, func, select

from bench.bare import make_tables
from bench.client import Answer, Broken, Visitor
from bench.journey import Journey
from bench.report import Result, say, spread
from bench.servers import Server, bare, shop
from bench.shops import LARGE, SMALL, Shops
from catalog.baskets.models import Basket, BasketComponent
from orders.models import Order
from shop.db import db

BUYERS = 8
LINES, COMPONENTS = 3, 12
PRESSED = 400
SHOWN = 24  # a page of the list: whoever buys comes from there
ROUNDS = 5
ROUND_SECONDS = 4.0
MOST_STATEMENTS = 40
BEFORE = threading.local()
T = TypeVar("T")


class Inside:
    """A browser inside this process, so that statements can be counted."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._answer(self.client.get(path, headers=named))

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        return self._answer(self.client.post(path, data=dict(fields), headers=own))

    def _answer(self, answer: Any) -> Answer:
        headers = {name.lower(): value for name, value in answer.headers}
        return Answer(answer.status_code, headers, {}, answer.get_data(), 0)


def slugs_of(components: int, count: int) -> list[str]:
    """Baskets of the large catalogue with so many components (services counted)."""
    parts = select(BasketComponent.version_id).group_by(BasketComponent.version_id).having(func.count() == components)
    query = select(Basket.slug).where(Basket.current_version_id.in_(parts), Basket.slug.like("kurv-%"))
    return list(db.session.scalars(query.order_by(Basket.id).limit(count)))


# --- Statements -------------------------------------------------------------------------------------------------------


def statements(shops: Shops) -> list[Result]:
    """The statements of the last POST of the checkout: three baskets of four components."""
    counted = {baskets: _count(shops.app(baskets)) for baskets in (SMALL, LARGE)}
    small, large = (len(counted[baskets]) for baskets in (SMALL, LARGE))
    return [
        Result(
            f"Statements of the last POST ({LINES} lines, {COMPONENTS} components: order placed, payment started)",
            f"≤ {MOST_STATEMENTS}, the same with {LARGE:,} baskets",
            f"{small} with {SMALL:,} baskets, {large} with {LARGE:,}",
            small <= MOST_STATEMENTS and large == small,
            "counted at SQLAlchemy's `before_cursor_execute`",
        )
    ]


def _count(app: Flask) -> list[str]:
    with app.app_context():
        slugs = slugs_of(COMPONENTS // LINES, LINES)
        engine = db.engine
    journey = Journey(Inside(app), parts=False)
    journey.fill(slugs)
    fields = {**journey.form("/kassen/bestil"), "terms": "1", "age": "18"}
    noted: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        noted.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    answer = journey.browser.post("/kassen/bestil", list(fields.items()))
    event.remove(engine, "before_cursor_execute", note)
    if answer.status != 303 or "/bank/" not in answer.headers["location"]:
        raise Broken(f"the order was not placed: {answer.status}")
    engine.dispose()
    return noted


# --- The last POST, by eight at once ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """A buyer who has only the button left to press."""

    cookies: dict[str, str]
    fields: list[tuple[str, str]]


def pressing(shops: Shops) -> list[Result]:
    """Orders a second and the slowest of them, at eight buyers who press at the same time."""
    url, app = shops.url(SMALL), shops.app(SMALL)
    with app.app_context():
        slugs = slugs_of(COMPONENTS // LINES, 300)
        before = _orders()
        db.engine.dispose()
    with shop(url, shops.data_dir("pressing")) as server:
        say(f"Filling {PRESSED} carts …")
        ready = at_once(BUYERS, lambda number: _fill(server, slugs, number, PRESSED // BUYERS))
        crowd = [one for some in ready for one in some]
        say(f"{PRESSED} buyers press the button, {BUYERS} at a time …")
        begin = time.monotonic()
        took = [one for some in at_once(BUYERS, lambda number: _press(server, crowd[number::BUYERS])) for one in some]
        rate = len(took) / (time.monotonic() - begin)
    with app.app_context():
        assert _orders() - before == PRESSED, "every press is an order"
        db.engine.dispose()
    p99 = quantiles(took, n=100)[98] * 1000
    how = (
        f"{PRESSED} prepared carts of {LINES} lines and {COMPONENTS} components, over HTTP, the queue's worker running"
    )
    return [
        Result(
            f"Orders at {BUYERS} concurrent buyers (the last POST)",
            "≥ 30 a second",
            f"{rate:.0f} a second",
            rate >= 30,
            how,
        ),
        Result(
            f"The slowest of them: 99 of 100 within, at {BUYERS} concurrent buyers",
            "< 400 ms",
            f"{p99:.0f} ms (the median {median(took) * 1000:.0f} ms)",
            p99 < 400,
            "the same orders",
        ),
    ]


def _orders() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Order)) or 0)


def _fill(server: Server, slugs: Sequence[str], number: int, count: int) -> list[Ready]:
    dice = random.Random(number)
    ready = []
    for _ in range(count):
        with Visitor(server.port) as visitor:
            journey = Journey(visitor, parts=False)
            journey.fill(dice.sample(slugs, LINES))
            fields = {**journey.form("/kassen/bestil"), "terms": "1", "age": "18"}
            ready.append(Ready(visitor.cookies, list(fields.items())))
    return ready


def _press(server: Server, crowd: Sequence[Ready]) -> list[float]:
    took = []
    with Visitor(server.port) as visitor:
        for one in crowd:
            visitor.cookies = one.cookies
            begin = time.monotonic()
            answer = visitor.post("/kassen/bestil", one.fields)
            took.append(time.monotonic() - begin)
            if answer.status != 303 or "/bank/" not in answer.headers["location"]:
                raise Broken(f"the order was not placed: {answer.status}")
    return took


def at_once(count: int, job: Callable[[int], T]) -> list[T]:
    """Run a job in so many threads, let go together, and answer what each returned; what any raised is raised."""
    answers: dict[int, T] = {}
    broken: list[BaseException] = []
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            ready.wait()
            answers[number] = job(number)
        except BaseException as error:
            broken.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return [answers[number] for number in range(count)]


# --- Whole journeys ---------------------------------------------------------------------------------------------------


def journeys(shops: Shops) -> list[Result]:
    """Whole journeys by eight buyers against a bare Flask view that does one order in one transaction."""
    url = shops.url(SMALL)
    bare_url = shops.postgres.create_database("bare")
    make_tables(bare_url)
    app = shops.app(SMALL)
    with app.app_context():
        slugs = slugs_of(COMPONENTS // LINES, SHOWN)
        db.engine.dispose()
    rates: dict[str, list[float]] = {"journeys": [], "orders": []}
    with ExitStack() as stack:
        server = stack.enter_context(shop(url, shops.data_dir("journeys")))
        plain = stack.enter_context(bare({"page": 1_000}, bare_url))
        with Visitor(server.port) as visitor:
            first = Journey(visitor)
            first.whole(slugs[0])
        say(f"Journeys of {len(first.asked)} requests …")
        jobs: dict[str, Callable[[int], None]] = {
            "journeys": lambda number: _one_journey(server, slugs, number),
            "orders": lambda number: _one_order(plain, number),
        }
        for job in jobs.values():
            _rate(job, 1.0)
        for number in range(ROUNDS):
            for name in sorted(jobs, reverse=number % 2 == 0):
                rates[name].append(_rate(jobs[name], ROUND_SECONDS))
    ratios = [one / other for one, other in zip(rates["journeys"], rates["orders"], strict=True)]
    return [
        Result(
            "Whole journeys (every request of a browser, from a basket's page to the confirmation) against a bare "
            "Flask view that does one order in one transaction",
            "≥ 0.15 ×",
            f"{spread(ratios, 3)} ×",
            median(ratios) >= 0.15,
            f"{ROUNDS} rounds of {ROUND_SECONDS:.0f} s each way by {BUYERS} buyers; {median(rates['journeys']):.1f} "
            f"journeys of {len(first.asked)} requests and {median(rates['orders']):.0f} bare orders a second "
            "(Flask-SQLAlchemy, 3 conditional updates, 5 inserts), the queue's worker running",
        )
    ]


def _one_journey(server: Server, slugs: Sequence[str], number: int) -> None:
    with Visitor(server.port) as visitor:
        Journey(visitor).whole(slugs[number % len(slugs)])


def _one_order(server: Server, number: int) -> None:
    visitor = getattr(BEFORE, "visitor", None)
    if visitor is None:
        visitor = BEFORE.visitor = Visitor(server.port)
    answer = visitor.post(f"/order/{number}", [("email", "karla@example.com")])
    if answer.status != 200:
        raise Broken(f"the bare order answered {answer.status}")


def _rate(job: Callable[[int], None], seconds: float) -> float:
    """How many a second eight buyers get done."""
    begin = time.monotonic()

    def work(buyer: int) -> int:
        done = 0
        while time.monotonic() - begin < seconds:
            job(buyer * 7919 + done * 31)
            done += 1
        return done

    return sum(at_once(BUYERS, work)) / (time.monotonic() - begin)


def order_for_a_while(port: int, *, seconds: float, slugs: Sequence[str] = ("den-groenne-kurv",)) -> int:
    """Whole journeys by eight buyers for so many seconds; how many."""
    begin = time.monotonic()

    def work(_buyer: int) -> int:
        done = 0
        while time.monotonic() - begin < seconds:
            with Visitor(port) as visitor:
                Journey(visitor).whole(slugs[done % len(slugs)])
            done += 1
        return done

    return sum(at_once(BUYERS, work))
