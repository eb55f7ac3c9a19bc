"""Many at once: jobs in threads that are let go at the same moment, each with a session and a connection of its own.

`buy_together` does the same in two processes, as the shop runs. Both have a time limit: what has not ended by then is
a finding, not a wait.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select

from orders.checkout.place import Details, find_order_of_cart, lock_cart, place
from orders.models import Order
from orders.payments.pay import start_payment
from shop.address import PostalAddress
from shop.config import ROOT
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from tests.tools.world import details_for, make_cart

T = TypeVar("T")
LIMIT_SECONDS = 60.0


class TooSlow(AssertionError):
    """Not everybody was done in time: somebody waits for somebody who waits."""


def together(app: Flask, jobs: Sequence[Callable[[], T]], *, seconds: float = LIMIT_SECONDS) -> list[T | Refused]:
    """Run every job in a thread, all let go at once. Answers what each returned, or how it was refused.

    Anything else that a job raises (a deadlock, a lock waited for in vain) is raised here.
    """
    db.session.remove()  # the caller's own transaction must not stand in anybody's way
    ready = threading.Barrier(len(jobs))
    answers: dict[int, T | Refused] = {}
    broken: list[BaseException] = []

    def run(number: int, job: Callable[[], T]) -> None:
        with app.app_context():
            try:
                ready.wait(seconds)
                answers[number] = job()
            except Refused as refused:
                answers[number] = refused
            except BaseException as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(jobs)]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if broken:
        raise broken[0]
    if len(answers) < len(jobs):
        raise TooSlow(f"{len(jobs) - len(answers)} of {len(jobs)} were not done after {seconds:.0f} s")
    return [answers[number] for number in range(len(jobs))]


# --- Buyers -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Buyer:
    """Somebody with a full cart and the form filled in, about to press the button."""

    cart_id: int
    key: str
    details: Details

    def press(self) -> int:
        """Order and start to pay, as the checkout does: the order's id, the first one's when pressed again."""
        now = utc_now()
        with transaction():
            cart = lock_cart(self.cart_id)
            order = find_order_of_cart(self.key)
            if order is None:
                order = place(cart, self.details, by=BUYER, now=now)
                start_payment(order, back_url=f"/ordre/{order.token}", now=now)
            return order.id


def buyers(
    count: int, baskets: Sequence[tuple[str, int]] = (("den-groenne-kurv", 1),), items: Sequence[tuple[str, int]] = ()
) -> list[Buyer]:
    """So many buyers who want the same."""
    with transaction():
        carts = [make_cart(baskets, items) for _ in range(count)]
        return [Buyer(cart.id, cart.key, details_for(cart)) for cart in carts]


def orders_placed() -> int:
    """How many orders there are, as anybody would see it now."""
    db.session.rollback()
    return len(db.session.scalars(select(Order.id)).all())


# --- In processes -----------------------------------------------------------------------------------------------------


def buy_together(
    app: Flask, crowd: Sequence[Buyer], *, processes: int = 2, seconds: float = LIMIT_SECONDS
) -> list[int | str]:
    """Let every buyer press the button at once, spread over processes. An order's id, or the field of the refusal."""
    settings = app.config["SETTINGS"]
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.together.crowd"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    try:
        return _buy_in(children, crowd, settings.database_url, str(settings.data_dir), seconds)
    finally:
        for child in children:
            child.kill()
            child.communicate()


def _buy_in(
    children: Sequence["subprocess.Popen[str]"], crowd: Sequence[Buyer], url: str, data_dir: str, seconds: float
) -> list[int | str]:
    for number, child in enumerate(children):
        part = [asdict(buyer) for buyer in crowd[number :: len(children)]]
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps({"url": url, "data_dir": data_dir, "buyers": part}, default=str) + "\n")
        child.stdin.flush()
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    answers: list[int | str] = []
    for child in children:
        out, _ = child.communicate(timeout=seconds)
        assert child.returncode == 0, out
        answers += json.loads(out)
    return answers


def _buyer(row: dict[str, Any]) -> Buyer:
    details = row["details"]
    for name in ("buyer", "recipient"):
        details[name] = PostalAddress(**details[name])
    details["wanted_on"] = date.fromisoformat(details["wanted_on"])
    return Buyer(row["cart_id"], row["key"], Details(**details))


def main() -> None:
    """One process of `buy_together`: reads who is to buy, gets ready, and waits for the word."""
    from shop.app import create_app
    from shop.config import read_settings

    told = json.loads(sys.stdin.readline())
    crowd = [_buyer(row) for row in told["buyers"]]
    app = create_app(
        read_settings({"DATABASE_URL": told["url"], "DATA_DIR": told["data_dir"], "SECRET_KEY": "together"})
    )
    with app.app_context():
        db.session.execute(select(Order.id).limit(1)).all()
        print("ready", flush=True)
        sys.stdin.readline()
        answers = together(app, [buyer.press for buyer in crowd])
        print(json.dumps([answer.field or "" if isinstance(answer, Refused) else answer for answer in answers]))


if __name__ == "__main__":
    main()
