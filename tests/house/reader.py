"""A browser that reads every page in one language, and the orders for it to read about."""

import re
from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, expire_unpaid
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.record import COMMAND
from shop.web.limits import limiter
from tests.house.reading import danish_in, english_in, names_of_the_shop, phrases
from tests.orders.shopper import Shopper
from tests.tools.client import PageClient
from tests.tools.world import fulfil, pay, place_order

LANGUAGES = pytest.mark.parametrize("prefix", ["/en", ""], ids=["english", "danish"])
OFFICE, MAKER, DRIVER = "koordinator@example.dk", "blindes-arbejde@example.dk", "skejby-rangers@example.dk"
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
MOST_ALIKE = 16  # of pages that differ only in their last part or their query, so many are read


class Unchecked(PageClient):
    """A visitor whose pages are only read here; other tests check them as pages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = Context().run(super(PageClient, self).open, *args, **{**kwargs, "buffered": True})
        db.session.rollback()
        return response


class Reader(Shopper):
    """A browser in one language that reads everything it is shown."""

    def __init__(self, app: Flask, prefix: str, email: str = "") -> None:
        limiter.reset()
        app.test_client_class = Unchecked
        super().__init__(app)
        self.prefix = prefix
        self.token = ""
        self.names = names_of_the_shop()
        self.read: list[str] = []
        self.faults: dict[str, list[str]] = {}
        if email:
            assert isinstance(self.client, PageClient)
            self.client.sign_in(email)

    def at(self, path: str) -> str:
        """An address in the reader's language."""
        return path if path.startswith(self.prefix + "/") else self.prefix + path

    def get(self, path: str) -> str:
        return super().get(self.at(path))

    def post(
        self, path: str, data: dict[str, str], *, follow: bool = True, origin: dict[str, str] | None = None
    ) -> str:
        return super().post(self.at(path), data, follow=follow, origin=origin)

    def form(self, action: str) -> dict[str, str]:
        return super().form(self.at(action))

    def fill(self, path: str, *, follow: bool = True, **typed: str) -> str:
        """Send what is typed with the token of the page seen last."""
        self.token = found[1] if (found := TOKEN.search(self.page)) else self.token
        return self.post(path, {"csrf_token": self.token, **typed}, follow=follow)

    def crawl(self, *starts: str) -> None:
        """Open these addresses and every one that they lead to, in the same language."""
        waiting, seen, alike = [self.at(start) for start in starts], set[str](), dict[str, int]()
        while waiting:
            path = waiting.pop(0)
            kind = path.rpartition("?")[0] or path.rpartition("/")[0]
            alike[kind] = alike.get(kind, 0) + 1
            if path in seen or alike[kind] > MOST_ALIKE:
                continue
            seen.add(path)
            self.get(path)
            if self.status == 200:
                waiting += [link for link in self._links() if link not in seen]

    def _links(self) -> Iterator[str]:
        other = "/en/" if not self.prefix else None
        for link in LINK.findall(self.page):
            path = link.replace("&amp;", "&")
            if path.startswith("?"):
                path = urlsplit(self.path).path + path
            inside = path.startswith(self.prefix + "/") and not (other and path.startswith(other)) and path != "/en/"
            if inside and not re.search(r"/(static|log-ud|metrics)|\.(csv|xlsx|svg|pdf)\b|[?&]moms=", path):
                yield path

    def _took(self, answer: Any, path: str) -> str:
        page = super()._took(answer, path)
        if answer.mimetype == "text/html" and not 300 <= self.status < 400:
            self.judge(f"{path} ({self.status})", phrases(page))
        return page

    def judge(self, where: str, said: list[str]) -> None:
        """Remember what is in the wrong language."""
        self.read.append(where)
        if wrong := danish_in(said, self.names) if self.prefix else english_in(said):
            self.faults.setdefault(where, []).extend(wrong)

    def done(self, least: int) -> None:
        """Nothing was in the wrong language, on at least so many pages."""
        assert not self.faults, "\n".join(f"{where}: {wrong}" for where, wrong in self.faults.items())
        assert len(self.read) >= least, self.read


def work() -> None:
    """What the worker would do now."""
    db.session.rollback()
    soon = utc_now() + timedelta(seconds=5)
    while due := due_intentions(soon):  # what is carried out may promise more
        for number in due:
            carry_out(number, now=soon)


def orders_in_every_state(language: str) -> dict[str, Order]:
    """One order each: just placed, paid, sent, cancelled and expired."""
    found = {name: place_order(language=language) for name in ("expired", "placed", "paid", "cancelled")}
    found["sent"] = place_order([("fredagskurven", 2)], [("opvaskeboerste", 1)], language=language, is_gift=True)
    for name in ("paid", "cancelled", "sent"):
        pay(found[name])
    fulfil(found["sent"])
    with transaction():
        cancel(lock_order(found["cancelled"].id), by=COMMAND, now=utc_now(), why="12345")
        lock_order(found["expired"].id).placed_at = utc_now() - timedelta(hours=2)
    expire_unpaid()
    return found


def language_of(prefix: str) -> str:
    return "en" if prefix else "da"
