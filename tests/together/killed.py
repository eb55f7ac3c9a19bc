"""A shop that is killed in the middle of checkout, capture and refund, as often as wanted, and what is left of it.

The shop is `faelleskurven serve` (web server and worker) and, as its buyers and its office, a process that places
orders, pays them at the bank, packs, sends, cancels and refunds through the verbs. All of them get SIGKILL at once;
then they are started again and go on. The bank (the stand-in) lives on in the process that kills.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Self

from flask import Flask
from sqlalchemy import bindparam, func, select, update

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, expire_unpaid, pack, send
from orders.payments.gateway import AUTHORISED, CAPTURED, ENDED, STARTED, BankSilent
from orders.payments.inbox import ask_about_open
from orders.payments.models import Payment, Repayment
from orders.payments.pay import ask_bank, last_payment, open_payment, start_payment
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import Refund
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, CONFIRMED, EXPIRED, PACKED, PLACED, SENT
from shop.config import ROOT
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from shop.journal.record import BUYER
from tests.standin import Standin
from tests.tools.stripe_shop import BACK, JOBS, StripeShop
from tests.tools.world import place_order

AT_ONCE = 3  # orders that are under way
START_SECONDS = 60.0
LONGEST_LIFE = 2.0  # seconds before it is killed
REFUNDS = 2
SLOW = ("POST /v1/checkout/sessions", "POST /v1/payment_intents/*/capture", "POST /v1/refunds")
BASKET = [("kaffepausen", 1)]


# --- The shop's buyers and its office: python -m tests.together.killed SEED -------------------------------------------


def main() -> None:
    """Take every order on by a step, at random, for ever."""
    from shop.app import served_app

    app, dice = served_app(), random.Random(int(sys.argv[1]))
    with app.app_context():
        step(dice)
        threading.Thread(target=_hurry, args=(app,), daemon=True).start()
        print("at work", flush=True)
        while True:
            step(dice)


def _hurry(app: Flask) -> None:
    """A second worker, for money alone: the shop's own stands behind everybody, and writes letters too."""
    due = select(Intention.id).where(
        Intention.kind.in_(JOBS), Intention.done_at.is_(None), Intention.due_at <= bindparam("now")
    )  # fmt: skip
    while True:
        with app.app_context():
            for intention_id in db.session.scalars(due.order_by(Intention.id).limit(20), {"now": utc_now()}).all():
                carry_out(intention_id, now=utc_now())
        time.sleep(0.02)


def step(dice: random.Random) -> None:
    """One thing that somebody does: order, pay, come back, pack, send, cancel, give money back."""
    db.session.rollback()
    ids = [row.id for row in db.session.execute(select(Order.id, Order.state)) if not _is_done(row.id, row.state)]
    if len(ids) < AT_ONCE:
        place_order(BASKET)
        return
    order = db.session.get_one(Order, dice.choice(ids), populate_existing=True)
    with contextlib.suppress(BankSilent):
        if order.state == PLACED:
            _pay(order, dice)
        elif order.state in (CONFIRMED, PACKED):
            _go_on(order, dice)
        elif _is_drawn(order) or order.id % 7 == 0:  # now and then before the money is drawn
            _give(order)
        else:
            time.sleep(0.02)  # the worker is at it


def _is_drawn(order: Order) -> bool:
    payment = last_payment(order.id)
    return payment is not None and payment.state == CAPTURED


def _is_done(order_id: int, state: str) -> bool:
    return state in (CANCELLED, EXPIRED) or (state == SENT and _given(order_id) >= REFUNDS)


def _given(order_id: int) -> int:
    return int(db.session.scalar(select(func.count()).where(Refund.order_id == order_id)) or 0)


def _pay(order: Order, dice: random.Random) -> None:
    """Press the button, pay on the bank's page, and perhaps come back. Another time the tab is closed."""
    order_id = order.id
    if not ask_bank(order_id, now=utc_now()):
        return
    with transaction():
        order = lock_order(order_id)
        if order.state != PLACED:
            return
        opening = start_payment(order, back_url="/", now=utc_now())
    page = open_payment(opening.payment_id, back_url=BACK, now=utc_now())
    asked = urllib.request.Request(page, b"do=card")
    with contextlib.suppress(OSError):  # led back to the shop's own page, which is not there; or paid before
        urllib.request.build_opener(_Stay).open(asked, timeout=10)
    if dice.random() < 0.5:
        ask_bank(order_id, now=utc_now())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _go_on(order: Order, dice: random.Random) -> None:
    order_id, now = order.id, utc_now()
    with transaction():
        order = lock_order(order_id)
        if dice.random() < 0.1:
            cancel(order, by=BUYER, now=now, why="fortrudt")
        elif order.state == CONFIRMED:
            pack(order, by=BUYER, now=now)
        else:
            send(order, by=BUYER, now=now, render=False)  # the worker has enough to do


def _give(order: Order) -> None:
    order_id = order.id
    with transaction():
        cause = Cause(f"killed:{order_id}:{_given(order_id)}", "prøve", Bearer())
        refund_goodwill(lock_order(order_id), 1_000, cause, by=BUYER, now=utc_now())


# --- Who kills it -----------------------------------------------------------------------------------------------------


@dataclass
class Killer:
    """Starts the shop and kills it. `url` is its database, with the example data; `bank` tells it of everything."""

    url: str
    data_dir: Path
    bank: Standin
    port: int
    seed: int
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    lives: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **kept, "PYTHONPATH": str(ROOT), "HOST": "127.0.0.1", "PORT": str(self.port), "DATABASE_URL": self.url,
            "DATA_DIR": str(self.data_dir), "SECRET_KEY": "killed", "STRIPE_SECRET_KEY": self.bank.key,
            "STRIPE_WEBHOOK_SECRET": self.bank.secret, "STRIPE_API_BASE": self.bank.base,
        }  # fmt: skip

    def start(self) -> None:
        """Start it all, and return when pages are answered and the first thing has been done."""
        self.lives += 1
        until = time.monotonic() + START_SECONDS
        with (self.data_dir / "killed.log").open("ab") as log:
            self._run(log, "shop.cli", "serve")
            hands = self._run(log, "tests.together.killed", str(self.seed + self.lives))
        assert hands.stdout is not None
        reader = threading.Thread(target=hands.stdout.readline, daemon=True)
        reader.start()
        reader.join(START_SECONDS)
        while not self._answers():
            assert time.monotonic() < until, self.log()
            time.sleep(0.02)
        assert all(process.poll() is None for process in self.processes), self.log()

    def _run(self, log: IO[bytes], *words: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=log if words[-1] == "serve" else subprocess.PIPE, stderr=log,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
            return True
        return False

    def log(self) -> str:
        return (self.data_dir / "killed.log").read_text(errors="replace")[-3000:]

    def kill(self) -> None:
        """SIGKILL, everybody, now: whoever could start another one first."""
        pids = [pid for process in self.processes for pid in _family(process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.communicate()
        until = time.monotonic() + 10
        while any(_lives(pid) for pid in pids):
            assert time.monotonic() < until, "somebody survived SIGKILL"
            time.sleep(0.01)
        self.processes.clear()


def _family(pid: int) -> list[int]:
    """A process and its descendants, the eldest first."""
    found = [pid]
    for at in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{at}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- What is left -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Left:
    """What the killed shop has done: orders by state, charges and refunds, and how many things were cut short."""

    kills: int
    in_the_middle: int
    orders: dict[str, int]
    charges: int
    refunds: int
    wrong: list[str]


def kill_often(shop: StripeShop, killer: Killer, kills: int) -> Left:
    """Let the shop work and kill it, so many times; then start it once more, let it catch up, and see what is true."""
    dice = random.Random(killer.seed)
    in_the_middle = 0
    killer.bank.webhook = f"http://127.0.0.1:{killer.port}/stripe/webhook"
    killer.bank.start_courier(killer.bank._stopping)
    for at in SLOW:
        killer.bank.trouble(at, "slow:0.25", times=10_000)  # as long as a bank takes
    for _kill in range(kills):
        killer.start()
        time.sleep(dice.uniform(0.0, LONGEST_LIFE))
        killer.kill()
        in_the_middle += cut_short()
    killer.start()
    until = time.monotonic() + START_SECONDS
    while not given_back(shop):  # it goes on, to the end
        assert time.monotonic() < until, told(killer)
        time.sleep(0.05)
    killer.kill()
    shop.bank.webhook = shop.hear
    sweep(shop)
    return look(shop, kills, in_the_middle)


def told(killer: Killer) -> str:
    """What there is to be known of a shop that does not go on."""
    db.session.rollback()
    orders = db.session.execute(select(Order.state, func.count()).group_by(Order.state)).all()
    payments = db.session.execute(select(Payment.state, func.count()).group_by(Payment.state)).all()
    waiting = db.session.execute(
        select(Intention.kind, Intention.attempts, Intention.error, func.count())
        .where(Intention.done_at.is_(None))
        .group_by(Intention.kind, Intention.attempts, Intention.error)
    ).all()
    return f"{orders} {payments} {waiting} {killer.log()}"


def given_back(shop: StripeShop) -> list[dict[str, Any]]:
    """The refunds that moved money (what was held and never drawn is shown as one too)."""
    return [one for one in shop.bank.find("refund") if one["balance_transaction"]]


def cut_short() -> int:
    """How many jobs about money, and openings of the bank's page, had been begun and not ended.

    All jobs are due now, as if their time had passed.
    """
    with transaction():
        begun = select(func.count()).where(
            Intention.attempts > 0, Intention.done_at.is_(None), Intention.kind.in_(JOBS)
        )  # fmt: skip
        unopened = select(func.count()).where(Payment.state == STARTED, Payment.foreign_id.is_(None))
        count = int(db.session.scalar(begun) or 0) + int(db.session.scalar(unopened) or 0)
        db.session.execute(update(Intention).where(Intention.done_at.is_(None)).values(due_at=utc_now()))
    return count


def sweep(shop: StripeShop) -> None:
    """What the worker does within the next hours."""
    long_ago = utc_now() - timedelta(hours=3)
    for _round in range(4):
        shop.try_again()
        until = time.monotonic() + 60
        while any(event["pending_webhooks"] for event in shop.bank.events):
            assert time.monotonic() < until, "an event is not taken"
            time.sleep(0.02)
        shop.try_again()
        with transaction():
            db.session.execute(update(Payment).where(Payment.state == STARTED).values(started_at=long_ago))
            db.session.execute(update(Repayment).values(asked_at=long_ago))
        ask_about_open()
        with transaction():
            db.session.execute(update(Order).where(Order.state == PLACED).values(placed_at=long_ago))
        expire_unpaid()


def look(shop: StripeShop, kills: int, in_the_middle: int) -> Left:
    """Compare every order with what the bank has of it."""
    shop.check()
    wrong: list[str] = []
    states: dict[str, int] = {}
    for order in db.session.scalars(select(Order).order_by(Order.id)):
        states[order.state] = states.get(order.state, 0) + 1
        wrong += [f"{order.number} ({order.state}): {what}" for what in _wrong_with(shop, order)]
    open_ones = select(Intention.kind, Intention.error).where(Intention.done_at.is_(None), Intention.kind.in_(JOBS))
    wrong += [f"not done: {row.kind} {row.error}" for row in db.session.execute(open_ones)]
    drawn = [one for one in shop.bank.find("payment_intent") if one["amount_received"]]
    return Left(kills, in_the_middle, states, len(drawn), len(given_back(shop)), wrong)


def _wrong_with(shop: StripeShop, order: Order) -> list[str]:
    intents = [one for one in shop.bank.find("payment_intent") if one["metadata"].get("order") == order.number]
    held = [one for one in intents if one["status"] == "requires_capture"]
    charged = shop.bank.charged({"order": order.number})
    payment = last_payment(order.id)
    assert payment is not None
    found = []
    if charged != (gross_left(order.id) if order.state == SENT else 0):
        found.append(f"charged {charged}, to be paid {gross_left(order.id)}")
    if len(held) != (order.state in (CONFIRMED, PACKED)):
        found.append(f"{len(held)} reservations")
    if sum(one["amount_received"] > 0 for one in intents) > 1:
        found.append("charged twice")
    wanted = {SENT: CAPTURED, CONFIRMED: AUTHORISED, PACKED: AUTHORISED}.get(order.state, ENDED)
    if payment.state != wanted:
        found.append(f"its payment is {payment.state}")
    if order.state == PLACED:
        found.append("neither paid nor expired")
    return found


if __name__ == "__main__":
    main()
