"""One order a second, placed beside what is measured, until standard input ends: python -m bench.steady"""

import contextlib
import os
import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.servers import environment
from shop.config import ROOT


@contextlib.contextmanager
def orders_meanwhile(database_url: str, data_dir: Path) -> Iterator[None]:
    """Place an order a second for as long as this lasts, in a process of its own. Refuses when none was placed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.steady"],
        cwd=ROOT,
        env=environment(DATABASE_URL=database_url, DATA_DIR=str(data_dir), SECRET_KEY="bench"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "placed\n", "the orders beside it could not be placed"
        yield
        assert process.poll() is None, "the orders beside it stopped"
    finally:
        process.communicate()


def main() -> None:
    """Place the orders."""
    from sqlalchemy import select as choose

    from catalog.baskets.models import Basket
    from shop.app import create_app
    from shop.db import db
    from tests.tools.world import place_order

    app = create_app()
    dice = random.Random(os.getpid())
    with app.app_context():
        slugs = db.session.scalars(choose(Basket.slug).where(Basket.slug.like("kurv-%"))).all()
    due = time.monotonic()
    while not select.select([sys.stdin], [], [], max(0.0, due - time.monotonic()))[0]:
        due += 1.0
        with app.app_context():
            place_order([(dice.choice(slugs), 1)])
        print("placed", flush=True)


if __name__ == "__main__":
    main()
