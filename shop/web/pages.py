"""Public pages from memory: a layer before Flask's dispatch.

A page that is the same for everyone is made once and kept, compressed once, under its path, the query it knows and
the language (the path's own). Each request reads the page version once, on a connection of its own thread; another
version means that something shown has changed, and everything kept is forgotten. What is named by its own hash (a
style, a picture) cannot change, and is answered without a look at the version.
"""

import gzip
import hashlib
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import psycopg
from psycopg.pq import ExecStatus

from shop.days import day_ends, local_day, utc_now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PUBLIC_HEADER = "X-Faelleskurven-Public"
KNOWN_QUERY = frozenset({"side", "moms", "fra", "til", "virksomheder", "uden", "alkohol", "sorter", "v"})
LONGEST_QUERY = 300
MOST_BYTES = 6 * 1024 * 1024
_QUESTION = "SELECT version FROM page_version"


class StoredPage:
    """One finished answer: headers and body, plain and compressed."""

    __slots__ = ("etag", "gzip_headers", "headers", "lasts", "not_modified", "plain", "squeezed")

    def __init__(self, headers: list[tuple[str, str]], body: bytes) -> None:
        self.etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        drop = {"content-length", "etag", PUBLIC_HEADER.lower(), "vary", "set-cookie"}
        kept = [(name, value) for name, value in headers if name.lower() not in drop]
        kept += [("ETag", self.etag), ("Vary", "Accept-Encoding")]
        self.lasts = any(name.lower() == "cache-control" and "immutable" in value for name, value in kept)
        self.plain = body
        self.squeezed = gzip.compress(body, 6, mtime=0)
        self.headers = [*kept, ("Content-Length", str(len(body)))]
        self.gzip_headers = [*kept, ("Content-Encoding", "gzip"), ("Content-Length", str(len(self.squeezed)))]
        self.not_modified = [(name, value) for name, value in kept if name.lower() != "content-type"]

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.squeezed)


class _Asked:
    """An answer of the app inside, not yet passed on."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.exc_info: Any = None
        self.pieces: Iterable[bytes] = ()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        self.status, self.headers, self.exc_info = status, headers, exc_info
        return lambda _piece: None

    @property
    def is_public(self) -> bool:
        return any(name == PUBLIC_HEADER for name, _value in self.headers)

    def close(self) -> None:
        close = getattr(self.pieces, "close", None)
        if close:
            close()


class PageStore:
    """The layer itself. `read_version` answers the page version; when it cannot, the request passes through."""

    def __init__(self, app: "WSGIApplication", read_version: Callable[[], int]) -> None:
        self.app = app
        self.read_version = read_version
        self.pages: OrderedDict[tuple[str, str], StoredPage] = OrderedDict()
        self.lasting: OrderedDict[tuple[str, str], StoredPage] = OrderedDict()
        self.version = -1
        self.midnight = 0.0
        self.bytes = 0
        self.lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start_response)
        query = environ.get("QUERY_STRING", "")
        key = (environ.get("PATH_INFO", ""), known_query(query) if query else "")
        lasting = self.lasting.get(key)
        if lasting is not None:
            return _answer(lasting, environ, start_response)
        try:
            version = self.read_version()
        except (psycopg.Error, sqlite3.Error):
            return self.app(environ, start_response)
        if version != self.version or time.time() >= self.midnight:
            self._forget(version)
        page = self.pages.get(key)
        if page is None:
            return self._make(key, version, environ, start_response)
        return _answer(page, environ, start_response)

    def _forget(self, version: int) -> None:
        with self.lock:
            self.pages.clear()
            self.bytes = sum(page.size for page in self.lasting.values())
            self.version = version
            # Pages say "ordered today, there on Friday": a new day makes them anew.
            self.midnight = day_ends(local_day(utc_now())).timestamp()

    def _make(
        self, key: tuple[str, str], version: int, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        answer = self._ask(environ, environ.get("QUERY_STRING", ""))
        if answer.is_public and answer.query != key[1]:
            answer.close()
            # What a stored page shows may depend on nothing but its key: what else was asked is left out.
            answer = self._ask(environ, key[1])
        if not answer.is_public:
            start_response(answer.status, answer.headers, answer.exc_info)
            if environ["REQUEST_METHOD"] == "GET":
                return answer.pieces
            answer.close()
            return []
        page = StoredPage(answer.headers, b"".join(answer.pieces))
        answer.close()
        self._keep(key, version, page)
        return _answer(page, environ, start_response)

    def _ask(self, environ: "WSGIEnvironment", query: str) -> "_Asked":
        asked = _Asked(query)
        asked.pieces = self.app({**environ, "REQUEST_METHOD": "GET", "QUERY_STRING": query}, asked.start_response)
        return asked

    def _keep(self, key: tuple[str, str], version: int, page: StoredPage) -> None:
        with self.lock:
            if version != self.version or len(key[1]) > LONGEST_QUERY:
                return
            (self.lasting if page.lasts else self.pages)[key] = page
            self.bytes += page.size
            while self.bytes > MOST_BYTES:
                _, gone = (self.pages or self.lasting).popitem(last=False)
                self.bytes -= gone.size


def known_query(query: str) -> str:
    """The part of a query that a public page may depend on, in one order."""
    pairs = parse_qsl(query[:2000], keep_blank_values=False, max_num_fields=None)
    return urlencode(sorted(pair for pair in pairs[:40] if pair[0] in KNOWN_QUERY))


def _answer(page: StoredPage, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    match = environ.get("HTTP_IF_NONE_MATCH")
    if match and (page.etag in match or match == "*"):
        start_response("304 NOT MODIFIED", page.not_modified)
        return []
    squeeze = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
    start_response("200 OK", page.gzip_headers if squeeze else page.headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [page.squeezed if squeeze else page.plain]


def version_reader(database_url: str) -> Callable[[], int]:
    """A function that reads the page version on a connection kept by each thread."""
    kept = threading.local()

    def ask() -> int:
        if getattr(kept, "reader", None) is None:
            kept.reader = _sqlite(database_url) if database_url.startswith("sqlite") else _postgres(database_url)
        return int(kept.reader())

    def read() -> int:
        try:
            return ask()
        except (psycopg.Error, sqlite3.Error):
            kept.reader = None  # the server may have been restarted: once more, on a new connection
            return ask()

    return read


def _sqlite(url: str) -> Callable[[], int]:
    path = url.removeprefix("sqlite:///").split("?")[0]
    cursor = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2, isolation_level=None).cursor()

    def read() -> int:
        row = cursor.execute(_QUESTION).fetchone()
        return row[0] if row else 0

    return read


def _postgres(url: str) -> Callable[[], int]:
    """Through libpq itself: psycopg's cursor takes five times as long for one number, and this is asked every time."""
    connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True)
    server = connection.pgconn
    server.prepare(b"page_version", _QUESTION.encode())

    def read() -> int:
        result = server.exec_prepared(b"page_version", None)
        if result.status != ExecStatus.TUPLES_OK:
            connection.close()
            raise psycopg.OperationalError("the page version could not be read")
        return int(result.get_value(0, 0) or 0) if result.ntuples else 0

    return read
