"""A visitor made of raw sockets: fast enough not to be what is measured, and the same for both sides.

`hammer` sends one request over and over on connections that are kept open. `Visitor` is a browser's worth of HTTP for
a journey: cookies, redirects not followed on their own, forms.
"""

import select
import socket
import time
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

CONNECTIONS = 16
MOST_REQUESTS = 1_000_000
SILENCE_SECONDS = 10.0


class Broken(RuntimeError):
    """The server did not answer as it should have; the text begins with what it said."""


@dataclass(frozen=True)
class Rate:
    """How a round of hammering went. `client_us` is the client's own processor time for a request."""

    requests: int
    seconds: float
    client_us: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def get(path: str, host: str = "127.0.0.1", **headers: str) -> bytes:
    """A GET as it goes over the wire; `If_None_Match="…"` becomes the header If-None-Match."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        *(f"{key.replace('_', '-')}: {value}" for key, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def hammer(port: int, request: bytes, *, status: int, seconds: float = 2.0, connections: int = CONNECTIONS) -> Rate:
    """Ask the same thing for a while. Refuses any other status, and an answer of another length than the first."""
    with Visitor(port) as visitor:
        length = len(visitor.raw(request))
    crowd = _Crowd(port, request, f"HTTP/1.1 {status} ".encode(), length, connections)
    try:
        return crowd.run(seconds)
    finally:
        crowd.close()


class _Crowd:
    """Connections that all send the same, and again as soon as they have been answered."""

    def __init__(self, port: int, request: bytes, expected: bytes, length: int, connections: int) -> None:
        self.request, self.expected, self.length = request, expected, length
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        for _ in range(connections):
            one = socket.create_connection(("127.0.0.1", port), timeout=SILENCE_SECONDS)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets[one.fileno()] = one
            self.poll.register(one, select.EPOLLIN)
        self.got = dict.fromkeys(self.sockets, 0)
        self.buffer = bytearray(1 << 19)

    def run(self, seconds: float) -> Rate:
        count, waiting, cpu, begin = 0, len(self.sockets), time.process_time(), time.monotonic()
        for one in self.sockets.values():
            one.sendall(self.request)
        while waiting:
            events = self.poll.poll(SILENCE_SECONDS)
            if not events:
                raise Broken(f"no answer for {SILENCE_SECONDS:.0f} s")
            for number, _ in events:
                if not self._is_whole(number):
                    continue
                count += 1
                if time.monotonic() - begin < seconds and count < MOST_REQUESTS:
                    self.sockets[number].sendall(self.request)
                else:
                    waiting -= 1
        return Rate(count, time.monotonic() - begin, (time.process_time() - cpu) / count * 1e6)

    def _is_whole(self, number: int) -> bool:
        """Take what has come on a connection; whether the answer is complete."""
        size = self.sockets[number].recv_into(self.buffer)
        if not self.got[number] and not (size and self.buffer.startswith(self.expected)):
            raise Broken(repr(bytes(self.buffer[:80])))
        self.got[number] += size
        if not size or self.got[number] > self.length:
            raise Broken(f"{self.got[number]} bytes instead of {self.length}")
        if self.got[number] < self.length:
            return False
        self.got[number] = 0
        return True

    def close(self) -> None:
        for one in self.sockets.values():
            one.close()
        self.poll.close()


@dataclass(frozen=True)
class Answer:
    """An answer, and how many bytes it took over the wire, its head included."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes
    wire: int

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """One browser: one connection, its own cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        origin = {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), {**origin, **kind})

    def raw(self, request: bytes) -> bytes:
        """The whole answer to a request, as it came."""
        for attempt in (1, 2):
            if self.socket is None:
                self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                self.socket.sendall(request)
                return self._receive()
            except (ConnectionError, Broken):  # the server lets go of a connection that was silent for long
                self.close()
                if attempt == 2:
                    raise
        raise Broken("no answer")

    def _receive(self) -> bytes:
        assert self.socket is not None
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._piece()
        head = bytes(data[:end]).lower()
        status = int(head[9:12])
        if status in (204, 304):
            return bytes(data)
        mark = head.find(b"content-length:")
        if mark < 0:
            raise Broken(f"an answer without a length: {head[:300]!r}")
        length = int(head[mark + 15 :].split(b"\r\n", 1)[0])
        while len(data) < end + 4 + length:
            data += self._piece()
        return bytes(data)

    def _piece(self) -> bytes:
        assert self.socket is not None
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise Broken("the server hung up")
        return piece

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        raw = self.raw(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        answer = _read(raw)
        self.cookies.update(answer.cookies)
        if "connection: close" in raw[: raw.find(b"\r\n\r\n")].decode("latin-1").lower():
            self.close()
        return answer


def _read(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name.lower() == "set-cookie":
            cookie, _, content = value.strip().partition(";")[0].partition("=")
            cookies[cookie] = content
        else:
            headers[name.lower()] = value.strip()
    return Answer(int(first.split(" ", 2)[1]), headers, cookies, body, len(raw))
