"""What an order has left behind outside the buyer's window: the letter, and the rows of the database."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.tools.browser import RunningShop

PATIENCE = 120  # the worker lets pages go first, and prints a confirmation with every letter


def letters(shop: RunningShop, kind: str, word: str, to: str = "") -> list[EmailMessage]:
    """The letters of a kind whose subject has a word, to an address, as they lie in the data folder now."""
    found = (
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((shop.data_dir / "mail").glob(f"*-{kind}.eml"))
    )
    return [letter for letter in found if word in str(letter["Subject"]) and to in str(letter["To"])]


def wait_for_letter(shop: RunningShop, kind: str, word: str, to: str = "") -> EmailMessage:
    """The one letter of a kind with a word in its subject, to an address, as soon as the worker has written it."""
    until = time.monotonic() + PATIENCE
    while not (found := letters(shop, kind, word, to)):
        assert time.monotonic() < until, f"no letter {kind} about {word}: {shop.log.read_text(errors='replace')}"
        time.sleep(0.1)
    assert len(found) == 1, f"{len(found)} letters {kind} about {word}"
    return found[0]


def text_of(letter: EmailMessage, kind: str) -> str:
    """The letter's words as `plain` or as `html`."""
    part = letter.get_body((kind,))
    assert part is not None, f"the letter has no {kind} part"
    return str(part.get_content()).replace("\xa0", " ")


def shown_order(shop: RunningShop, number: str) -> dict[str, Any]:
    """What the command line says of an order."""
    told: dict[str, Any] = json.loads(shop.command("order", "show", number, "--json"))
    return told


@contextmanager
def rows(shop: RunningShop) -> Iterator[sqlite3.Connection]:
    """The running shop's database."""
    path = shop.data_dir / "faelleskurven.sqlite"
    with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
        yield connection


def orders_of(shop: RunningShop, email: str) -> list[str]:
    """The numbers of the orders that somebody has placed."""
    query = 'SELECT number FROM "order" WHERE buyer_email = ? ORDER BY id'
    with rows(shop) as connection:
        return [str(number) for (number,) in connection.execute(query, (email,))]


def state_of(shop: RunningShop, number: str) -> str:
    """How an order stands."""
    with rows(shop) as connection:
        return str(connection.execute('SELECT state FROM "order" WHERE number = ?', (number,)).fetchone()[0])
