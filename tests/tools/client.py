"""The page client: every HTML page that any test fetches is also checked as a page."""

import time
from contextvars import Context
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shop.db import db
from shop.people.models import Person
from tests.tools.page import check_page


class PageClient(FlaskClient):
    """A visitor without a browser. `sign_in(email)` makes it somebody; a page that is not one fails the test."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # Each request has an application context of its own, as under a server: nothing of one visitor is left in `g`
        # for the next. The test's own session forgets what it has read, and sees what the request has written.
        response = Context().run(super().open, *args, **{**kwargs, "buffered": True})
        db.session.rollback()
        is_page = response.mimetype == "text/html" and "X-Fragment" not in response.headers
        if is_page and response.data and not 300 <= response.status_code < 400:
            check_page(response.data, url=response.request.path)
        return response

    def sign_in(self, email: str) -> "PageClient":
        """Be somebody from now on, as the sign-in library keeps it (the sign-in page has tests of its own)."""
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        with self.session_transaction() as session:
            session["_user_id"] = person.fs_uniquifier
            session["_fresh"] = True
            session["fs_paa"] = time.time()  # the password was typed just now
            session["fs_cc"] = "set"
        return self

    def post_form(self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None) -> TestResponse:
        """Post with the token of a page fetched just before (the page itself, or the path posted to)."""
        seen = self.get(page or path).get_data(as_text=True)
        start = seen.find('name="csrf_token"')
        assert start >= 0, f"no token on {page or path}"
        value = seen[seen.rfind("<input", 0, start) : seen.find(">", start)]
        token = value.split('value="', 1)[1].split('"', 1)[0]
        return self.post(path, data={"csrf_token": token, **(data or {})})
