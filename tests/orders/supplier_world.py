"""The partners' room as its people see it: signed in, page by page, each request in a context of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from orders.checkout.place import lock_cart, place
from orders.models import Order, Share
from orders.payments.pay import start_payment
from shop.address import PostalAddress
from shop.db import db, transaction
from shop.journal.record import BUYER
from shop.people.models import Enterprise
from tests.tools.client import PageClient
from tests.tools.page import HTML, parse, spoken
from tests.tools.world import details_for, make_cart

FOODIES, RANGERS, FLEXVIRK = "social-foodies@example.dk", "skejby-rangers@example.dk", "flexvirk@example.dk"
COORDINATOR = "koordinator@example.dk"
SECRETS: dict[str, Any] = {
    "buyer": PostalAddress("Zebulon Købmandsen", "", "Betalervej 17", "", "8000", "Aarhus C"),
    "recipient": PostalAddress("Quirina Modtagersen", "Afdeling Syv", "Gemmestræde 91", "2. th.", "8200", "Aarhus N"),
    "email": "zebulon.hemmelig@example.com",
    "phone": "31415926",
    "recipient_phone": "27182818",
    "is_gift": True,
}
CARD = "Kære Quirina, det her er kun til dig"
HIDDEN = (
    *("Zebulon", "Købmandsen", "Betalervej", "Quirina", "Modtagersen", "Afdeling Syv", "Gemmestræde", "2. th."),
    *("zebulon.hemmelig", "31415926", "27182818", "kun til dig"),
)


def order_at(moment: datetime, baskets: Sequence[tuple[str, int]], **more: Any) -> Order:
    """An order placed at a moment, payment started."""
    with transaction():
        cart = lock_cart(make_cart(baskets).id)
        order = place(cart, details_for(cart, now=moment, **more), by=BUYER, now=moment)
        start_payment(order, back_url=f"/ordre/{order.token}", now=moment)
    return order


def enterprise(slug: str) -> Enterprise:
    return db.session.scalars(select(Enterprise).where(Enterprise.slug == slug)).one()


def shares_of(slug: str) -> Sequence[Share]:
    """An enterprise's rows as they stand in the database, the newest first."""
    mine = Share.enterprise_id == enterprise(slug).id
    return db.session.scalars(select(Share).where(mine).order_by(Share.id.desc())).all()


def visit(app: Flask, email: str, path: str) -> TestResponse:
    """What a signed-in person gets at an address."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.sign_in(email).get(path)


@dataclass(frozen=True)
class Seen:
    """A page taken apart: its tables by id as rows of spoken cells, and what it says in all."""

    text: str
    tables: dict[str, list[list[str]]]
    links: list[str]


def seen(app: Flask, email: str, path: str) -> Seen:
    """A page that must be there, taken apart."""
    answer = visit(app, email, path)
    assert answer.status_code == 200, (path, answer.status_code)
    page = parse(answer.data, path)
    tables = {table.get("id", ""): list(_rows(table)) for table in page.all("table")}
    return Seen(
        " ".join("".join(page.root.itertext()).split()), tables, [link.get("href", "") for link in page.all("a")]
    )


def _rows(table: Element) -> Iterator[list[str]]:
    for part in ("tbody", "tfoot"):
        for row in table.findall(f"{HTML}{part}/{HTML}tr"):
            yield [spoken(cell) for cell in row]
