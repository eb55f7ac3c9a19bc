"""The office as its people see it: signed in, every page checked as a page, each request in a context of its own."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.db import db
from shop.people.models import Person
from tests.tools.page import check_page

COORDINATOR, SUPPLIER = "koordinator@example.dk", "social-foodies@example.dk"


class Office:
    """A browser of somebody who has signed in: keeps its session, and sends the token its pages carry."""

    def __init__(self, app: Flask, email: str = COORDINATOR) -> None:
        self.app = app
        self.client = app.test_client()
        key = db.session.scalars(select(Person.fs_uniquifier).where(Person.email == email)).one()
        with app.app_context(), self.client.session_transaction() as session:
            session.update({"_user_id": key, "_fresh": True, "fs_cc": "set"})

    def get(self, path: str, status: int = 200) -> str:
        """The page at a path; it must answer with this status."""
        return self._checked(path, status).text

    def post(self, path: str, status: int = 303, **typed: Any) -> str:
        """Send a form as the browser would, with the token of the office's own pages."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/konto"))
        assert token is not None
        return self._checked(path, status, {"csrf_token": token[1], **typed}).text

    def follow(self, path: str, **typed: Any) -> str:
        """Send a form and open the page it leads to."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/konto"))
        assert token is not None
        return self.get(self._checked(path, 303, {"csrf_token": token[1], **typed}).headers["Location"])

    def _checked(self, path: str, status: int, typed: dict[str, Any] | None = None) -> TestResponse:
        db.session.rollback()
        with self.app.app_context():
            answer = self.client.get(path) if typed is None else self.client.post(path, data=typed)
        assert answer.status_code == status, (path, answer.status_code, errors(answer.text))
        if answer.mimetype == "text/html" and status not in (302, 303):
            check_page(answer.data, url=path)
        db.session.expire_all()
        return answer


def words(page: str) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", page)
    return " ".join(text.split())


def errors(page: str) -> list[str]:
    """What a page says is wrong: beside its fields, and in its notices."""
    return [
        words(found) for found in re.findall(r'<p class="error".*?</p>|<div class="notice error".*?</div>', page, re.S)
    ]
