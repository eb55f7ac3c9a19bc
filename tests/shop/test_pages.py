"""The layer before Flask: what is kept, for how long, and what passes through."""

import gzip
import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from catalog.baskets.models import Basket, BasketVersion
from shop.db import db, transaction
from shop.shown import move_page_version
from shop.web.pages import PageStore, known_query
from tests.tools.client import PageClient


def test_a_public_page_has_no_cookie_and_an_etag(client: PageClient) -> None:
    answer = client.get("/kurve")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "X-Faelleskurven-Public" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    again = client.get("/kurve", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_it_is_compressed_when_that_is_understood(client: PageClient) -> None:
    plain = client.get("/kurve")
    visitor = FlaskClient(client.application)
    answer = visitor.get("/kurve", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == plain.data


@pytest.mark.parametrize("path", ["/kurve", "/kurve/den-groenne-kurv", "/en/kurve", "/static/css/site.css"])
def test_head_has_the_headers_and_no_body(client: PageClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.data == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_a_page_is_made_anew_when_something_shown_changes(client: PageClient) -> None:
    before = client.get("/kurve/den-groenne-kurv").get_data(as_text=True)
    past_the_session = update(BasketVersion).values(tagline_da="En helt ny sætning om kurven")
    with transaction():
        db.session.connection().execute(past_the_session)
    assert client.get("/kurve/den-groenne-kurv").get_data(as_text=True) == before
    with transaction():
        move_page_version()
    assert "En helt ny sætning" in client.get("/kurve/den-groenne-kurv").get_data(as_text=True)


def test_whatever_a_session_changes_of_what_is_shown_moves_the_version(client: PageClient) -> None:
    for words, change in (("En sætning for sig", _by_row), ("En sætning for alle", _by_statement)):
        client.get("/kurve/den-groenne-kurv")
        with transaction():
            change(words)
        assert words in client.get("/kurve/den-groenne-kurv").get_data(as_text=True)


def _by_row(words: str) -> None:
    basket = db.session.query(Basket).filter_by(slug="den-groenne-kurv").one()
    assert basket.current is not None
    basket.current.tagline_da = words


def _by_statement(words: str) -> None:
    db.session.execute(update(BasketVersion).values(tagline_da=words))


def test_a_new_day_makes_the_delivery_promise_anew(client: PageClient) -> None:
    with time_machine.travel("2026-11-23T12:00:00+01:00", tick=False):
        monday = client.get("/kurve/den-groenne-kurv").get_data(as_text=True)
    with time_machine.travel("2026-11-25T12:00:00+01:00", tick=False):
        wednesday = client.get("/kurve/den-groenne-kurv").get_data(as_text=True)
    assert monday != wednesday


def test_only_a_known_query_makes_another_page() -> None:
    assert known_query("utm_source=x&fra=200&uden=milk&uden=eggs&side=") == "fra=200&uden=eggs&uden=milk"
    assert known_query("&".join(f"uden=x{n}" for n in range(500))).count("uden") == 40


def test_a_query_nobody_knows_changes_nothing_in_what_is_kept(client: PageClient) -> None:
    """Forty unknown words push the known one out: the page kept for the plain address is still the plain page."""
    crowd = "&".join(f"x{n}=1" for n in range(40))
    odd = client.get(f"/kurve?{crowd}&moms=uden&utm_source=spam").get_data(as_text=True)
    plain = client.get("/kurve").get_data(as_text=True)
    assert odd == plain
    assert "spam" not in plain
    assert 'data-vat="excl"' in client.get("/kurve?moms=uden").get_data(as_text=True)


def test_a_buyers_own_page_is_kept_by_nobody(client: PageClient) -> None:
    assert client.get("/bestilling").headers["Cache-Control"] == "no-store"


def test_the_shop_answers_when_the_store_cannot_ask_for_its_version(postgres_example: Flask) -> None:
    """The store's own connection is cut, as when the server is restarted: the next request makes a new one."""
    client = postgres_example.test_client()
    assert client.get("/kurve").status_code == 200
    with transaction():
        db.session.connection().exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database()"
        )
    assert client.get("/kurve").status_code == 200


def test_what_the_styles_ask_for_is_kept_for_good(client: PageClient) -> None:
    """A style sheet names its pictures by their hash; the hash is wrong as soon as the picture is drawn anew."""
    asked = set(re.findall(r'url\("\.\./([^"]+)"\)', client.get("/static/css/site.css").get_data(as_text=True)))
    assert asked
    for name in asked:
        assert "immutable" in client.get(f"/static/{name}").headers["Cache-Control"], name


def test_what_is_named_by_its_hash_is_answered_without_a_look_at_the_version(client: PageClient) -> None:
    styles = re.findall(r'href="(/static/css/site\.css\?v=[0-9a-f]+)"', client.get("/kurve").get_data(as_text=True))[0]
    store = client.application.wsgi_app
    assert isinstance(store, PageStore)
    first = client.get(styles)
    with transaction():
        move_page_version()
    asked: list[int] = []
    read = store.read_version

    def note() -> int:
        asked.append(1)
        return read()

    store.read_version = note
    again = client.get(styles)
    assert again.data == first.data
    assert "immutable" in again.headers["Cache-Control"]
    assert asked == []
    client.get("/static/css/site.css")  # without the hash it may change
    assert asked == [1]
