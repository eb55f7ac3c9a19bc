"""Public pages for an anonymous visitor, against bare Flask and against a catalogue twenty times as large."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from bench.client import Rate, Visitor, get, hammer
from bench.report import Result, say, spread
from bench.servers import Server, bare, shop
from bench.shops import LARGE, SMALL, Shops
from bench.steady import orders_meanwhile

ROUNDS = 9
SECONDS = 2.0
LIST, BASKET = "/kurve", "/kurve/kurv-500"
NAMES = {LIST: "list", BASKET: "basket"}


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a server, what it is asked, and what it must answer."""

    server: Server
    request: bytes
    status: int = 200


@dataclass(frozen=True)
class Compared:
    """The rounds of a comparison. `cpu` is the ratio of the servers' own processor time for a request, b to a."""

    ratios: Sequence[float]
    first: Sequence[Rate]
    second: Sequence[Rate]
    cpu: float

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def how(self) -> str:
        rates = [median(rate.per_second for rate in side) for side in (self.first, self.second)]
        client = median(rate.client_us for rate in (*self.first, *self.second))
        return (
            f"{len(self.ratios)} rounds of {SECONDS:.0f} s each way, {rates[0]:.0f} and {rates[1]:.0f} a second, "
            f"the client {client:.0f} µs of each; by the workers' processor time {self.cpu:.2f}"
        )


def compare(a: Side, b: Side, *, rounds: int = ROUNDS, seconds: float = SECONDS) -> Compared:
    """The rate of `a` in parts of the rate of `b`, in rounds that alternate who begins."""
    rates: dict[int, list[Rate]] = {0: [], 1: []}
    used = [0.0, 0.0]
    sides = (a, b)
    for side in sides:
        hammer(side.server.port, side.request, status=side.status, seconds=0.5)
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            side = sides[which]
            before = side.server.cpu_seconds()
            rate = hammer(side.server.port, side.request, status=side.status, seconds=seconds)
            used[which] += side.server.cpu_seconds() - before
            rates[which].append(rate)
    ratios = [one.per_second / other.per_second for one, other in zip(rates[0], rates[1], strict=True)]
    requests = [sum(rate.requests for rate in rates[which]) for which in (0, 1)]
    cpu = (used[1] / requests[1]) / (used[0] / requests[0])
    return Compared(ratios, rates[0], rates[1], cpu)


def pages_against_bare(shops: Shops) -> list[Result]:
    """Lists and baskets, whole and unchanged, with an order a second beside them."""
    results = []
    url, data = shops.url(SMALL), shops.data_dir("pages")
    with ExitStack() as stack:
        server = stack.enter_context(shop(url, data))
        with Visitor(server.port) as visitor:
            answers = {path: visitor.get(path) for path in (LIST, BASKET)}
        sizes = {NAMES[path]: len(answer.body) for path, answer in answers.items()}
        plain = stack.enter_context(bare(sizes))
        stack.enter_context(orders_meanwhile(url, data))
        for path, answer in answers.items():
            name = NAMES[path]
            shown = path if path == LIST else "/kurve/<slug>"
            other = Side(plain, get(f"/{name}"))
            say(f"{shown} against bare Flask, {sizes[name]} bytes …")
            whole = compare(Side(server, get(path)), other)
            unchanged = compare(Side(server, get(path, If_None_Match=answer.headers["etag"]), 304), other)
            size = f"{sizes[name] / 1000:.0f} kB"
            results += [
                Result(
                    f"`{shown}`, anonymous, against a bare Flask view of the same size ({size})",
                    "≥ 0.9 ×",
                    f"{spread(whole.ratios)} ×",
                    whole.ratio >= 0.9,
                    whole.how,
                ),
                Result(
                    f"`{shown}` unchanged (304 on a matching ETag) against the same view",
                    "≥ 1.0 ×",
                    f"{spread(unchanged.ratios)} ×",
                    unchanged.ratio >= 1.0,
                    unchanged.how,
                ),
            ]
    return results


def growth(shops: Shops) -> list[Result]:
    """The same pages from a catalogue twenty times as large."""
    results = []
    with ExitStack() as stack:
        small = stack.enter_context(shop(shops.url(SMALL), shops.data_dir("small")))
        large = stack.enter_context(shop(shops.url(LARGE), shops.data_dir("large")))
        for path in (LIST, BASKET):
            shown = path if path == LIST else "/kurve/<slug>"
            say(f"{shown} with {LARGE:,} baskets against {SMALL:,} …")
            compared = compare(Side(large, get(path)), Side(small, get(path)))
            results.append(
                Result(
                    f"`{shown}` with {LARGE:,} baskets against {SMALL:,}",
                    "0.9–1.1 ×",
                    f"{spread(compared.ratios)} ×",
                    compared.ratio >= 0.9,
                    compared.how,
                )
            )
        results.append(_anew(small, large))
    return results


def _anew(small: Server, large: Server) -> Result:
    """How long it takes to make a list that nobody has asked for yet: told, since it is what a change costs."""
    took: dict[int, list[float]] = {0: [], 1: []}
    for number in range(20):
        for which, server in enumerate((small, large)):
            path = f"/kurve?sorter=pris&side={number + 2}"
            with Visitor(server.port) as visitor:
                visitor.get("/healthz")  # the connection is there before the clock runs
                begin = time.monotonic()
                assert visitor.get(path).status == 200
                took[which].append(1000 * (time.monotonic() - begin))
    return Result(
        "A list of baskets made anew (page 2–21 by price, asked for the first time)",
        "",
        f"{median(took[0]):.0f} ms with {SMALL:,} baskets, {median(took[1]):.0f} ms with {LARGE:,}",
        None,
        "twenty pages, the median",
    )
