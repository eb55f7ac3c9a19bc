"""The queue and its worker: Huey, embedded in a file of its own, or on PostgreSQL or Redis.

A task is only a nudge to look at an intention; what is to be done stands in the outbox. A task lost with a killed
worker is found again by the sweep.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from flask import Flask
from huey import SqliteHuey
from huey.api import Huey

from shop.config import Settings
from shop.days import utc_now
from shop.db import how_it_broke
from shop.errors import ConfigError
from shop.jobs.outbox import carry_out, due_intentions, use_queue

SWEEP_SECONDS = 20
QUEUE_SECONDS = 2
log = logging.getLogger("shop.jobs")
_periodic: list[tuple[int, Callable[[], None]]] = []


def every(seconds: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Name a function the worker runs every so many seconds; it opens its own transactions and may run twice."""

    def register(job: Callable[[], None]) -> Callable[[], None]:
        _periodic.append((seconds, job))
        return job

    return register


def make_queue(settings: Settings) -> Huey:
    """The queue that QUEUE_URL names; the embedded one is a SQLite file of its own in the data folder."""
    try:
        return _open_queue(settings)
    except ConfigError:
        raise
    except Exception as error:  # whatever its own library raises: there is no queue
        said = str(error).partition("\n")[0]
        raise ConfigError(f"The queue cannot be used ({said}). See QUEUE_URL and DATA_DIR.") from error


def _open_queue(settings: Settings) -> Huey:
    url = settings.queue_url
    if not url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("faelleskurven", filename=str(settings.data_dir / "queue.sqlite"), results=False)
    if url.startswith(("redis://", "rediss://")):
        from huey import RedisHuey

        return RedisHuey("faelleskurven", url=_waiting(url, "socket_connect_timeout"), results=False)
    if url.startswith(("postgres://", "postgresql://")):
        from huey import PostgresHuey

        return PostgresHuey("faelleskurven", dsn=_waiting(url, "connect_timeout"), results=False)
    raise ConfigError("QUEUE_URL must begin with redis:// or postgresql://, or be left empty.")


def _waiting(url: str, name: str) -> str:
    """The queue's address with the longest that a buyer who has ordered waits for it, unless it names its own."""
    return url if name in url else f"{url}{'&' if '?' in url else '?'}{name}={QUEUE_SECONDS}"


def init_queue(app: Flask) -> Huey:
    """Connect the outbox with the queue. A queue that does not answer is logged: the sweep does it later."""
    queue = make_queue(app.config["SETTINGS"])

    def carry(intention_id: int) -> None:
        with app.app_context():
            carry_out(intention_id, now=utc_now())

    look_at = queue.task(name="intention")(carry)

    def enqueue(intention_id: int) -> None:
        try:
            look_at(intention_id)
        except Exception as error:  # the order stands whatever happens to the queue
            log.warning("the queue did not take intention %s: %s", intention_id, error)

    use_queue(enqueue)
    app.extensions["faelleskurven_queue"] = queue
    return queue


def sweep(app: Flask) -> int:
    """Carry out every intention whose time has come; the number done."""
    with app.app_context():
        waiting = due_intentions(utc_now())
    done = 0
    for intention_id in waiting:
        with app.app_context():
            done += carry_out(intention_id, now=utc_now())
    return done


def run_worker(app: Flask) -> None:
    """The worker process: the queue's tasks, the sweep and the periodic jobs, until SIGTERM or SIGINT."""
    consumer = app.extensions["faelleskurven_queue"].create_consumer(
        workers=1, worker_type="thread", periodic=False, initial_delay=0.05, max_delay=0.5
    )
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    consumer.start()
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    due: dict[int, float] = {}
    jobs = [(SWEEP_SECONDS, lambda: sweep(app) and None), *((seconds, _inside(app, job)) for seconds, job in _periodic)]
    while not stop.is_set():
        for number, (seconds, job) in enumerate(jobs):
            if time.monotonic() >= due.get(number, 0):
                due[number] = time.monotonic() + seconds
                _safely(job)
        stop.wait(1)
    consumer.stop(graceful=True)


def _inside(app: Flask, job: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            job()

    return run


def _safely(job: Callable[[], Any]) -> None:
    """A periodic job that fails is logged and runs again next time."""
    try:
        job()
    except Exception as error:
        log.error("a periodic job failed: %s", how_it_broke(error))
