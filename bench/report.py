"""What was demanded and what was measured: said at once, and written down as a table."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"

BY_HAND = "\n## What is missed, and why\n"
INTRODUCTION = """# Performance

What `make bench` measured on {on}, on a machine with {cores} cores, Python {python}, {database}. Ratios are taken in
one run on one machine: both sides are asked by the same client in short rounds that alternate, and the median of the
rounds' ratios counts. So they say how the shop compares with the least that Flask can do there, and not how fast the
machine is.

The client (`bench/client.py`) is one Python process with raw sockets that are kept open. It shares the cores with the
servers and costs both sides the same per request, which draws ratios a little towards 1; what it costs is told with
each measurement. The web server is the shop's own (`shop/serve.py`: gunicorn, two workers, four threads each) on both
sides, the database a PostgreSQL of its own that does not wait for the disk.

| What | Demanded | Measured | Kept | How |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Result:
    """One line of the table. `kept` is None for what could not be measured here, and for what is only told."""

    what: str
    demanded: str
    measured: str
    kept: bool | None
    how: str = ""

    @property
    def verdict(self) -> str:
        return {True: "yes", False: "NO", None: "–"}[self.kept]


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def tell(result: Result) -> None:
    """A result, as soon as it is there."""
    demanded = f" (demanded: {result.demanded})" if result.demanded else ""
    print(f"{result.verdict:>3}  {result.what}: {result.measured}{demanded}", flush=True)
    if result.how:
        print(f"     {result.how}", flush=True)


def write(results: Sequence[Result], *, on: date, database: str) -> None:
    """Write the table of docs/performance.md; what a person has written below it stays."""
    rows = [
        f"| {result.what} | {result.demanded} | {result.measured} | {result.verdict} | {result.how} |"
        for result in results
    ]
    head = INTRODUCTION.format(
        on=on.isoformat(), cores=os.cpu_count(), python=platform.python_version(), database=database
    )
    before = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    _, mark, by_hand = before.partition(BY_HAND)
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(head + "\n".join(rows) + "\n" + mark + by_hand, encoding="utf-8")


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median with the lowest and the highest beside it."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"
