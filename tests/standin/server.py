"""The stand-in over HTTP: who may ask, what was asked before, what goes wrong, and the page for a browser."""

import json
import re
import socket
import sys
import threading
import traceback
import uuid
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl

from tests.standin.account import VERSION
from tests.standin.api import answer
from tests.standin.page import page
from tests.standin.params import Thing, Wrong
from tests.standin.webhooks import Post, Webhooks

RANDOM_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # what the library makes up by itself
TROUBLES = re.compile(r"429|500|slow:\d+(\.\d+)?|cut|cut_before|refuse")


class Cut(Exception):
    """The connection ends without an answer."""


class Request(NamedTuple):
    method: str
    path: str
    key: str | None
    status: int  # 0: no answer was sent


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Kept:
    """What was asked with an idempotency key, and what was answered (None: still being done)."""

    asked: tuple[str, str, list[tuple[str, str]]]
    answer: Answer | None = None


class Standin(Webhooks):
    """Stripe on this machine: `with Standin() as bank:`, and StripeClient(bank.key, base_addresses={"api": bank.base}).

    With `webhook_url` a thread tells the shop of every event by itself; set `webhook` later to deliver by hand.
    """

    def __init__(
        self, *, port: int = 0, key: str = "sk_test_standin", webhook_url: str | Post | None = None,
        secret: str = "whsec_standin", livemode: bool = False,
    ) -> None:  # fmt: skip
        self._server: _Server | None = _Server(self, port)
        self.port = self._server.server_port
        super().__init__(f"http://127.0.0.1:{self.port}", livemode=livemode)
        self.key, self.secret, self.webhook = key, secret, webhook_url
        self.requests: list[Request] = []
        self.connections: set[socket.socket] = set()
        self._kept: dict[str, Kept] = {}
        self._troubles: list[list[str]] = []
        self._stopping = threading.Event()
        self._server.start()
        if webhook_url:
            self.start_courier(self._stopping)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stopping.set()
        self.down = True
        if self._courier:
            self._courier.join(timeout=15)

    # Counting, for tests

    @property
    def unkeyed(self) -> int:
        """How many POSTs came without an idempotency key of the shop's own."""
        posts = [request for request in self.requests if request.method == "POST"]
        return sum(1 for request in posts if not request.key or RANDOM_KEY.fullmatch(request.key))

    # Bad luck

    @property
    def down(self) -> bool:
        """Whether connections are refused, and those that were open are gone."""
        return self._server is None

    @down.setter
    def down(self, wanted: bool) -> None:
        if wanted and self._server:
            server, self._server = self._server, None
            server.stop()
            for connection in list(self.connections):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        elif not wanted and not self._server:
            self._server = _Server(self, self.port)
            self._server.start()

    def trouble(self, path: str, how: str, times: int = 1) -> None:
        """The next requests to addresses that begin so go wrong. A `*` stands for anything, a method may come first:
        "POST /v1/payment_intents/*/capture". `how`: 429, 500 (nothing was done), slow:SECONDS (done after them), cut
        (done, no answer), cut_before or refuse (not done, no answer; `down` is what refuses whole connections)."""
        assert TROUBLES.fullmatch(how), how
        self._troubles += [[path, how]] * times

    def _trouble(self, method: str, path: str) -> str:
        with self.lock:
            for trouble in self._troubles:
                if fnmatchcase(path, trouble[0] + "*") or fnmatchcase(f"{method} {path}", trouble[0] + "*"):
                    self._troubles.remove(trouble)
                    return trouble[1]
        return ""

    # Answering

    def respond(self, method: str, path: str, form: str, headers: Message) -> Answer:
        """The answer to a request to the API; `Cut` if there is none."""
        how = self._trouble(method, path)
        if how in {"cut_before", "refuse"}:
            raise Cut
        try:
            self._admit(headers)
            if how == "429":
                raise Wrong("Too many requests hit the API too quickly.", "rate_limit", status=429, kept=False)
            if how == "500":
                raise Wrong("Something went wrong on Stripe's end.", status=500, kept=False, type_="api_error")
            seconds = float(how.removeprefix("slow:")) if how.startswith("slow:") else 0
            key = headers.get("Idempotency-Key") if method == "POST" else None
            given = self._once(key, method, path, form, seconds) if key else self._do(None, method, path, form, seconds)
        except Wrong as wrong:
            given = _answer(wrong.status, wrong.body)
        if how == "cut":
            raise Cut
        return given

    def _admit(self, headers: Message) -> None:
        if headers.get("Authorization") != f"Bearer {self.key}":
            raise Wrong("Invalid API Key provided.", status=401, kept=False)
        if headers.get("Stripe-Version") != VERSION:
            raise Wrong(f"Invalid Stripe API version: {headers.get('Stripe-Version')}; this is {VERSION}.", kept=False)

    def _once(self, key: str, method: str, path: str, form: str, seconds: float) -> Answer:
        """The same key is the same request: done once, answered again."""
        if len(key) > 255:
            raise Wrong("An idempotency key has at most 255 characters.", kept=False)
        asked = Kept((method, path, sorted(parse_qsl(form, keep_blank_values=True))))
        with self.lock:
            kept = self._kept.setdefault(key, asked)
        if kept is asked:
            try:
                asked.answer = self._do(key, method, path, form, seconds)
            finally:
                if not asked.answer:
                    del self._kept[key]
            return asked.answer
        if kept.asked != asked.asked:
            message = f"Keys for idempotent requests can only be used with the same parameters: '{key}'."
            raise Wrong(message, kept=False, type_="idempotency_error")
        if not kept.answer:
            message = f"There is currently another in-progress request using this Idempotent Key: {key}."
            raise Wrong(message, "idempotency_key_in_use", status=409, kept=False)
        return kept.answer._replace(headers=kept.answer.headers | {"Idempotent-Replayed": "true"})

    def _do(self, key: str | None, method: str, path: str, form: str, seconds: float) -> Answer:
        self._stopping.wait(seconds)
        with self.lock:
            self.request = {"id": f"req_{uuid.uuid4().hex[:14]}", "idempotency_key": key}
            try:
                return _answer(200, answer(self, method, path, form))
            except UnicodeDecodeError as wrong:
                raise Wrong("Invalid UTF-8", kept=False) from wrong
            except Wrong as wrong:
                if not wrong.kept:
                    raise
                return _answer(wrong.status, wrong.body)
            finally:
                self.request = {"id": None, "idempotency_key": None}


def _answer(status: int, body: Thing) -> Answer:
    headers = {"Content-Type": "application/json", "Request-Id": f"req_{uuid.uuid4().hex[:14]}"}
    return Answer(status, json.dumps(body).encode(), headers | {"Stripe-Version": VERSION})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, bank: Standin, port: int) -> None:
        self.bank = bank
        super().__init__(("127.0.0.1", port), _Handler)

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), name="standin", daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked has gone (was killed): nothing to tell."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.bank.connections.add(self.connection)

    def finish(self) -> None:
        self.server.bank.connections.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        """Whatever the method: the endpoints say which ones they take."""
        bank = self.server.bank
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
        path, _, query = self.path.partition("?")
        key = self.headers.get("Idempotency-Key")
        try:
            if bank.down:
                raise Cut
            if path.startswith("/pay/"):
                given = Answer(*page(bank, self.command, path.removeprefix("/pay/"), form))
            else:
                given = bank.respond(self.command, path, form or query, self.headers)
        except Cut:
            self.close_connection = True
            bank.requests.append(Request(self.command, path, key, 0))
            return
        except Exception:
            traceback.print_exc()  # a fault of this stand-in: let the test see where
            given = _answer(500, {"error": {"type": "api_error", "message": traceback.format_exc()}})
        if path.startswith("/v1/"):
            bank.requests.append(Request(self.command, path, key, given.status))
        self._send(given)

    def _send(self, given: Answer) -> None:
        self.send_response(given.status)
        for name, value in given.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        try:
            self.end_headers()
            self.wfile.write(given.body)
        except OSError:
            self.close_connection = True  # nobody waits for the answer any more

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: `requests` remembers."""
