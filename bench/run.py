"""Measure everything that was demanded: `make bench`, or `python -m bench.run --only NAME`.

Each measurement says what was demanded, what was measured and whether it holds; the exit code is 1 when one does not.
A whole run writes docs/performance.md.
"""

import argparse
import sys
from collections.abc import Callable
from traceback import format_exception

from bench import (
    books,
    composing,
    crowd,
    division,
    documents,
    einvoices,
    killed,
    machine,
    office,
    ordering,
    pages,
    webhook,
    weight,
)
from bench.report import Result, say, tell, write
from bench.shops import Shops
from shop.days import local_day, utc_now

MEASUREMENTS: dict[str, Callable[[Shops], list[Result]]] = {
    "pages": pages.pages_against_bare,
    "growth": pages.growth,
    "statements": ordering.statements,
    "pressing": ordering.pressing,
    "journeys": ordering.journeys,
    "last-ten": crowd.last_ten,
    "split": division.speed,
    "drift": division.drift,
    "composer": composing.composer,
    "books": books.books,
    "histories": books.histories,
    "documents": documents.documents,
    "einvoices": einvoices.einvoices,
    "office": office.office,
    "webhook": webhook.webhook,
    "killed": killed.killed,
    "memory": machine.memory,
    "start": machine.start,
    "weight": weight.weight,
    "lighthouse": weight.lighthouse,
}


def _measured(name: str, measure: Callable[[Shops], list[Result]], shops: Shops) -> list[Result]:
    """A measurement that breaks is missed, and the others go on."""
    try:
        return measure(shops)
    except Exception as error:
        say("".join(format_exception(error)))
        return [Result(name, "", f"broke: {type(error).__name__}", kept=False)]


def main() -> int:
    """Run the measurements that are asked for, in their order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", action="append", choices=sorted(MEASUREMENTS), metavar="NAME",
        help=f"measure this alone, and write nothing down: {', '.join(MEASUREMENTS)}",
    )  # fmt: skip
    only = parser.parse_args().only
    results: list[Result] = []
    shops = Shops()
    try:
        for name, measure in MEASUREMENTS.items():
            if only and name not in only:
                continue
            say(f"— {name}")
            found = _measured(name, measure, shops)
            for result in found:
                tell(result)
            results += found
        if not only:
            write(results, on=local_day(utc_now()), database=shops.version())
    finally:
        shops.close()
    missed = [result.what for result in results if result.kept is False]
    say(f"{len(missed)} of {len(results)} missed" if missed else "everything holds")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
