"""What the shop needs of a machine: memory of its two workers, and the seconds to its first answer."""

from statistics import median

from bench.client import get, hammer
from bench.ordering import order_for_a_while
from bench.report import Result, say
from bench.servers import shop
from bench.shops import SMALL, Shops

MOST_MB = 180.0
STARTS = 5
LOAD_SECONDS = 8.0


def memory(shops: Shops) -> list[Result]:
    """Both workers together: after the start, and after many pages and some hundred orders."""
    url, data = shops.url(SMALL), shops.data_dir("memory")
    with shop(url, data, "/") as server:
        for path in ("/", "/kurve", "/healthz"):
            hammer(server.port, get(path), status=200, seconds=0.2)
        idle = server.memory()
        say("Loading both workers …")
        for path in ("/", "/kurve", "/virksomheder", *(f"/kurve?side={page}" for page in range(2, 20))):
            hammer(server.port, get(path), status=200, seconds=0.3)
        for number in range(400):
            hammer(server.port, get(f"/kurve/kurv-{number}"), status=200, seconds=0.0, connections=8)
        order_for_a_while(server.port, seconds=LOAD_SECONDS)
        loaded = server.memory()
    told = [
        f"{when} {held['once']:.0f} MB (PSS {held['pss']:.0f}, RSS {held['rss']:.0f})"
        for when, held in (("idle", idle), ("after load", loaded))
    ]
    return [
        Result(
            "Memory of the two workers together",
            f"≤ {MOST_MB:.0f} MB idle and after load",
            ", ".join(told),
            max(idle["once"], loaded["once"]) <= MOST_MB,
            "judged by what they occupy: what is each one's own, and once what they share (RSS counts that twice, PSS "
            "leaves the parents' part of it out); the load is 420 pages and "
            f"{LOAD_SECONDS:.0f} s of whole journeys by 8 buyers",
        )
    ]


def start(shops: Shops) -> list[Result]:
    """From the command to the first page, on a database that is ready."""
    url, data = shops.url(0), shops.data_dir("start")
    took = []
    for _ in range(STARTS):
        with shop(url, data, "/") as server:
            took.append(server.first_answer)
    return [
        Result(
            "First 200 after `faelleskurven serve` on a prepared database",
            "≤ 2 s",
            f"{median(took):.2f} s",
            median(took) <= 2.0,
            f"the median of {STARTS} starts ({min(took):.2f}–{max(took):.2f} s)",
        )
    ]
