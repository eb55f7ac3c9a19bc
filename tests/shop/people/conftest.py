"""A small shop with a few people, and visitors whose every page is checked as a page and read for English words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP  # type: ignore[import-untyped]
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.app import create_app
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.outbox import carry_out, due_intentions
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.people.commands import add_membership, make_person
from shop.people.models import COORDINATOR, SUPPLIER, Enterprise, Person
from shop.people.queries import find_person
from shop.settings.change import change_setting
from tests.conftest import Originals, settings_for
from tests.shop.people.english import english_in_text, english_on_page
from tests.tools.page import check_page

T = TypeVar("T")
PASSWORD = "tre tilfældige ord"
PEOPLE: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "koordinator@example.dk": ("Karen Kontor", [(COORDINATOR, None)]),
    "bo@example.dk": ("Bo Børste", [(SUPPLIER, "boersten")]),
    "to@example.dk": ("Tove To", [(COORDINATOR, None), (SUPPLIER, "teen"), (SUPPLIER, "boersten")]),
}


@dataclass
class Visitor:
    """A browser: keeps cookies, sends the token of the page it saw last."""

    client: FlaskClient
    token: str = ""
    page: str = ""
    status: int = 0
    at: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def open(self, path: str) -> "Visitor":
        return self._look(self.client.get(path))

    def send(self, path: str, **typed: str) -> "Visitor":
        return self._look(self.client.post(path, data={"csrf_token": self.token, **typed}))

    def follow(self) -> "Visitor":
        """Go where the answers lead, to the end of the shop's own pages that exist."""
        while self.status in (302, 303):
            parts = urlsplit(self.at)
            if parts.path in ("/kontor", "/partner", "/en/kontor", "/en/partner"):
                break  # the rooms of others
            self.open(parts.path + (f"?{parts.query}" if parts.query else ""))
        return self

    def sign_in(self, email: str, password: str = PASSWORD, **typed: str) -> "Visitor":
        return self.open("/log-ind").send("/log-ind", email=email, password=password, **typed)

    def _look(self, answer: TestResponse) -> "Visitor":
        self.status, self.at = answer.status_code, answer.headers.get("Location", "")
        self.headers = dict(answer.headers)
        self.page = answer.text
        if answer.mimetype == "text/html" and self.status not in (302, 303):
            check_page(self.page, url=answer.request.path)
            if not answer.request.path.startswith("/en"):
                assert english_on_page(self.page) == [], answer.request.path
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
            self.token = found[1] if found else self.token
        return self


@dataclass
class Shop:
    """The shop under test, from the outside."""

    app: Flask

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client())

    def do(self, act: Callable[[], T]) -> T:
        """Do something in one transaction, in a context of its own."""
        with self.app.app_context(), transaction():
            return act()

    def ask(self, question: Callable[[], T]) -> T:
        with self.app.app_context():
            return question()

    def person(self, email: str) -> Person:
        def look() -> Person:
            person = find_person(email)
            assert person is not None
            assert len(person.memberships) >= 0
            db.session.expunge_all()
            return person

        return self.ask(look)

    def letters(self, kind: str) -> list[Letter]:
        """Let the worker write out what was posted, then the letters of a kind, the oldest first."""

        def work() -> list[Letter]:
            while due := due_intentions(utc_now()):  # what is carried out may promise more
                for number in due:
                    assert carry_out(number, now=utc_now())
            letters = list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))
            for letter in letters:
                if letter.language == "da":
                    assert english_in_text(letter.subject + " " + letter.text) == []
                    assert english_on_page(letter.html) == []
            db.session.expunge_all()
            return letters

        return self.ask(work)

    @staticmethod
    def totp(key: str) -> str:
        """What the app on the phone shows, given the key that was typed into it."""
        return str(TOTP(key=key.replace("-", "").replace(" ", "")).generate().token)


@pytest.fixture
def shop_app(originals: Originals, tmp_path: Path) -> Iterator[Flask]:
    """An empty shop on SQLite. No context is left open: each request is somebody's own."""
    app = create_app(settings_for(originals.copy("sqlite", example=False, folder=tmp_path), tmp_path))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def settle() -> None:
    enterprises = {}
    for key, words in (("name", "Fællesskabet"), ("email", "os@example.dk"), ("phone", "12345678")):
        change_setting(f"seller.{key}", words, valid_from=date(2025, 1, 1), by=COMMAND, now=utc_now())
    for number, (slug, name) in enumerate((("boersten", "Børsten"), ("teen", "Teen"))):
        enterprises[slug] = Enterprise(slug=slug, name=name, colour=number, joined_on=date(2025, 1, 1))
        db.session.add(enterprises[slug])
    db.session.flush()
    for email, (name, roles) in PEOPLE.items():
        person = make_person(email, name, PASSWORD, utc_now())
        for role, place in roles:
            add_membership(person, role, enterprises[place] if place else None, utc_now())


@pytest.fixture
def shop(shop_app: Flask) -> Shop:
    made = Shop(shop_app)
    made.do(settle)
    return made
