"""E-invoices leave the house by hand, through a folder or to an access point, and what became of them is noted."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from orders.documents.made import make
from orders.documents.models import Document
from orders.einvoicing.models import Dispatch
from orders.einvoicing.send import ask_for_answers, send_again, send_out
from orders.einvoicing.states import DISPATCH, RECEIVED, REJECTED, SENT, WAITING
from orders.einvoicing.ways import ACCESS_POINT, BY_HAND, FOLDER, TryAgain, TurnedAway, way_in_use
from orders.models import COMPANY, Order
from shop.config import read_settings
from shop.days import utc_now
from shop.db import db, lock_row, transaction
from shop.errors import ConfigError, Refused
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from shop.journal.record import COMMAND
from tests.orders.paperwork import TOWN_HALL, invoice_of, public_order, sent_order
from tests.orders.test_credit import FIRM
from tests.tools.client import PageClient
from tests.tools.einvoice_rules import broken_rules
from tests.tools.statements import counted

OFFICE = "koordinator@example.dk"


class Point:
    """An access point that keeps what it is sent, by key, and answers what it is told to."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.status: dict[str, Any] = {"status": "pending"}
        self.kept: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.url = ""


@contextmanager
def access_point() -> Iterator[Point]:
    point = Point()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            point.asked.append(("POST", self.headers["Authorization"]))
            code, said = point.answers.pop(0) if point.answers else (202, b'{"reference": "ref-1"}')
            if code < 300:
                point.kept[self.headers["Idempotency-Key"]] = body
            self.tell(code, said)

        def do_GET(self) -> None:
            point.asked.append((self.path, self.headers["Authorization"]))
            self.tell(200, json.dumps(point.status).encode())

        def tell(self, code: int, said: bytes) -> None:
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    point.url = f"http://127.0.0.1:{server.server_port}/documents"
    try:
        yield point
    finally:
        server.shutdown()
        server.server_close()


def use(app: Flask, **more: str) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **more)


def printed(order: Order) -> Document:
    """The order's invoice with its PDF made by the worker."""
    document = invoice_of(order)
    make({"document_id": document.id})
    return invoice_of(order)


def send(document: Document) -> bool:
    """Let the worker carry the intention out; whether it went well."""
    query = select(Intention.id).where(Intention.kind == "einvoice", Intention.done_at.is_(None))
    intention = db.session.scalars(query.order_by(Intention.id.desc())).first()
    assert intention is not None
    with transaction():
        db.session.get_one(Intention, intention).due_at = utc_now()
    return carry_out(intention, now=utc_now())


def dispatch_of(document: Document) -> Dispatch:
    db.session.rollback()
    return db.session.scalars(select(Dispatch).where(Dispatch.document_id == document.id)).one()


def test_without_a_way_a_person_brings_it(example: Flask) -> None:
    document = printed(public_order())
    assert send(document)
    found = dispatch_of(document)
    assert (found.way, found.state, found.attempts) == (BY_HAND, WAITING, 0)


def test_a_company_without_an_ean_number_gets_its_letter_alone(sqlite_example: Flask) -> None:
    document = printed(sent_order(buyer=TOWN_HALL, buyer_kind=COMPANY, organisation=FIRM))
    assert send(document)
    assert db.session.query(Dispatch).count() == 0


def test_to_an_access_point_and_its_receipt(example: Flask) -> None:
    document = printed(public_order())
    with access_point() as point:
        use(example, einvoice_url=point.url, einvoice_token="secret")
        assert send(document)
        found = dispatch_of(document)
        assert (found.way, found.state, found.reference) == (ACCESS_POINT, SENT, "ref-1")
        (xml,) = point.kept.values()
        assert broken_rules(xml) == []
        assert b"EmbeddedDocumentBinaryObject" in xml
        ask_for_answers()
        assert dispatch_of(document).state == SENT
        point.status = {"status": "delivered"}
        ask_for_answers()
        ask_for_answers()
        assert dispatch_of(document).state == RECEIVED
        assert {told for _what, told in point.asked} == {"Bearer secret"}
        assert point.asked[1][0] == "/documents/ref-1"


def test_500_and_500_and_then_it_is_there_once(example: Flask) -> None:
    document = printed(public_order())
    with access_point() as point:
        use(example, einvoice_url=point.url)
        point.answers = [(500, b"oops"), (503, b"")]
        assert not send(document)
        assert dispatch_of(document).why == "HTTP 500"
        assert not send(document)
        assert send(document)
        found = dispatch_of(document)
        assert (found.state, found.attempts, found.why) == (SENT, 3, "")
        assert len(point.kept) == 1


def test_killed_between_sending_and_noting_it_is_one_document_there(sqlite_example: Flask) -> None:
    document = printed(public_order())
    with access_point() as point:
        use(sqlite_example, einvoice_url=point.url)
        send_out({"document_id": document.id})
        with transaction():  # what the killed worker never wrote
            lock_row(Dispatch, dispatch_of(document).id).state = WAITING
        send_out({"document_id": document.id})
        assert len(point.kept) == 1
        send_out({"document_id": document.id})  # and a third time: it is sent already
        assert [what for what, _token in point.asked] == ["POST", "POST"]


def test_turned_away_in_its_own_words_and_sent_again(example: Flask) -> None:
    document = printed(public_order())
    with access_point() as point:
        use(example, einvoice_url=point.url)
        point.answers = [(422, b"PEPPOL-EN16931-R003: reference\x00 mangler")]
        assert send(document)
        found = dispatch_of(document)
        assert found.state == REJECTED
        assert found.why == "422 PEPPOL-EN16931-R003: reference mangler"
        with transaction():
            send_again(lock_row(Dispatch, found.id), by=COMMAND, now=utc_now())
        assert send(document)
        assert dispatch_of(document).state == SENT
        point.status = {"status": "rejected", "code": "RE", "text": "ukendt kontostreng"}
        ask_for_answers()
        assert dispatch_of(document).why == "RE ukendt kontostreng"


@pytest.mark.parametrize("answer", [(302, b""), (401, b""), (429, b"slow")])
def test_what_is_no_answer_is_tried_again(sqlite_example: Flask, answer: tuple[int, bytes]) -> None:
    document = printed(public_order())
    with access_point() as point:
        use(sqlite_example, einvoice_url=point.url)
        point.answers = [answer]
        assert not send(document)
    assert dispatch_of(document).state == WAITING
    assert not send(document)  # nobody listens any more
    assert dispatch_of(document).why in ("ConnectionRefusedError", "URLError")


def test_through_a_folder_and_back(example: Flask, tmp_path: Path) -> None:
    use(example, einvoice_folder=str(tmp_path / "out"))
    document = printed(public_order())
    assert send(document)
    found = dispatch_of(document)
    assert (found.way, found.state, found.reference) == (FOLDER, SENT, f"{document.number}.xml")
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{document.number}.xml"]
    assert broken_rules((tmp_path / "out" / f"{document.number}.xml").read_bytes()) == []
    answers = tmp_path / "out" / "answers"
    answers.mkdir()
    (answers / "F-999.received").write_text("of nobody")
    (answers / f"{document.number}.received").mkdir()  # rubbish
    ask_for_answers()
    assert dispatch_of(document).state == SENT
    (answers / f"{document.number}.rejected").write_bytes(b"\xff\x00 forkert EAN\n")
    ask_for_answers()
    assert (dispatch_of(document).state, dispatch_of(document).why) == (REJECTED, "\ufffd forkert EAN")


def test_a_folder_that_cannot_be_written(sqlite_example: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    use(sqlite_example, einvoice_folder=str(tmp_path / "file"))
    document = printed(public_order())
    assert not send(document)
    assert dispatch_of(document).state == WAITING


def test_the_ways_themselves_refuse_nothing_but_in_their_words() -> None:
    assert way_in_use("", "", "") is None
    way = way_in_use("http://127.0.0.1:1/x", "", "")
    assert way is not None
    with pytest.raises(TryAgain):
        way.answer("F-1", "../x y")
    assert issubclass(TurnedAway, Exception)


@pytest.mark.parametrize(
    "env",
    [{"EINVOICE_URL": "http://example.com/x"}, {"EINVOICE_URL": "ftp://x"}, {"EINVOICE_URL": "https://x y"},
     {"EINVOICE_URL": "https://x/", "EINVOICE_FOLDER": "out"}],
)  # fmt: skip
def test_an_address_that_others_could_read_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="EINVOICE_URL"):
        read_settings(env)


def test_every_state_leaves_the_office_something_to_do() -> None:
    assert all(DISPATCH.verbs(state) for state in DISPATCH.states)


def office(app: Flask) -> PageClient:
    made = app.test_client()
    assert isinstance(made, PageClient)
    return made.sign_in(OFFICE)


def test_the_office_sends_by_hand_and_notes_what_they_said(sqlite_example: Flask) -> None:
    order = public_order()
    document = printed(order)
    send(document)
    browser, path = office(sqlite_example), f"/kontor/efakturaer/{document.number}"
    assert "e-faktura venter på dig" in browser.get("/kontor").get_data(as_text=True)
    page = browser.get(path).get_data(as_text=True)
    for said in ("5798009811578", "HAHA", "REK-778", "1234567890", document.number):
        assert said in page
    assert browser.post_form(f"{path}/modtaget", {"said": ""}, page=path).status_code == 409
    browser.post_form(f"{path}/sendt", {"said": "KVIT-7"}, page=path)
    assert (dispatch_of(document).state, dispatch_of(document).reference) == (SENT, "KVIT-7")
    answer = browser.post_form(f"{path}/afvist", {"said": ""}, page=path)
    assert (answer.status_code, "Skriv, hvad de sagde" in answer.get_data(as_text=True)) == (409, True)
    browser.post_form(f"{path}/afvist", {"said": "Mangler rekvisition"}, page=path)
    assert dispatch_of(document).state == REJECTED
    browser.post_form(f"{path}/igen", {"said": ""}, page=path)
    browser.post_form(f"{path}/sendt", {"said": ""}, page=path)
    browser.post_form(f"{path}/modtaget", {"said": ""}, page=path)
    assert dispatch_of(document).state == RECEIVED
    own = sqlite_example.test_client().get(f"/ordre/{order.token}").get_data(as_text=True)
    assert "sendt som e-faktura" in own
    journal = browser.get(f"/kontor/ordrer/{order.number}").get_data(as_text=True)
    for act in ("e-faktura sendt", "e-faktura afvist", "e-faktura skal sendes igen", "e-faktura modtaget"):
        assert act in journal
    with counted() as statements:
        assert browser.get("/kontor/efakturaer").status_code == 200
    assert len(statements) <= 6, "\n".join(map(str, statements))


def test_received_is_not_sent_again(sqlite_example: Flask) -> None:
    document = printed(public_order())
    send(document)
    with transaction():
        lock_row(Dispatch, dispatch_of(document).id).state = RECEIVED
    with pytest.raises(Refused), transaction():
        send_again(lock_row(Dispatch, dispatch_of(document).id), by=COMMAND, now=utc_now())
