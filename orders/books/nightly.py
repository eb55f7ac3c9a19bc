"""The check of the books at night, and whenever a person asks for it."""

import logging
import time
from datetime import timedelta
from typing import Any

from orders.books.check import Report, check_books, keep_check, last_checks
from shop.days import COPENHAGEN, utc_now
from shop.db import transaction
from shop.jobs.outbox import handles
from shop.jobs.queue import every

EARLIEST_HOUR = 3
log = logging.getLogger("shop.books")


def check_and_keep() -> Report:
    """Check the books and keep what was found. The check itself reads only, and holds no lock."""
    began = time.monotonic()
    report = check_books()
    with transaction():
        keep_check(report, seconds=time.monotonic() - began, now=utc_now())
    return report


@handles("books_check")
def check_now(_payload: dict[str, Any]) -> None:
    """Check the books, and say in the log what does not hold."""
    report = check_and_keep()
    if not report.holds:
        log.error("the books do not balance: %s", ", ".join(one.rule for one in report.findings if one.broken))


@every(900)
def check_at_night() -> None:
    """Once a night, from three o'clock; a shop that is shut at night does it when it opens."""
    now = utc_now()
    last = next(iter(last_checks(1)), None)
    is_night = now.astimezone(COPENHAGEN).hour >= EARLIEST_HOUR
    if last is not None and (now - last.at < timedelta(hours=20 if is_night else 40)):
        return
    check_now({})
