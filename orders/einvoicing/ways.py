"""The ways an e-invoice can leave the house: by a person's hand, into a folder, or to an access point over HTTP.

An access point is whoever brings it into NemHandel or Peppol (domain-denmark § 3.4); this is the generic form that a
provider's own adapter sits behind: POST of the XML, GET of its status as JSON.
"""

import contextlib
import json
import os
import re
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

BY_HAND, FOLDER, ACCESS_POINT = "by_hand", "folder", "access_point"
PATIENCE = 20  # seconds
LONGEST_ANSWER = 20_000  # characters of an answer that are read
_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,60}")
_RECEIVED, _REJECTED = ".received", ".rejected"


class TryAgain(Exception):
    """It could not be brought just now; nothing is known to be wrong with it."""


class TurnedAway(Exception):
    """The other side will not have it, and says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the document's number, its XML with the pages in it, and a key that is the same at every try."""

    number: str
    key: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one that was sent: received, or rejected with the other side's words."""

    is_received: bool
    said: str = ""


class Way(Protocol):
    """A way out. `send` answers the other side's name for it; it raises TryAgain or TurnedAway."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> str: ...

    def answer(self, number: str, reference: str) -> Answer | None:
        """What has been heard of it since; None: nothing yet. Raises TryAgain."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that another program empties; it answers with `answers/<number>.received` or `….rejected`."""

    path: Path
    name: str = FOLDER

    def send(self, message: Message) -> str:
        """Put it there whole or not at all: under another name first."""
        assert _NUMBER.fullmatch(message.number), message.number
        target = self.path / f"{message.number}.xml"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.path)
            with os.fdopen(handle, "wb") as file:
                file.write(message.xml)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(target)
        except OSError as error:
            raise TryAgain(str(error)) from error
        return target.name

    def answer(self, number: str, reference: str) -> Answer | None:
        """A rejection goes before a receipt that lies beside it."""
        for ending in (_REJECTED, _RECEIVED):
            with contextlib.suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                raw = (self.path / "answers" / f"{number}{ending}").read_bytes()[:LONGEST_ANSWER]
                return Answer(ending == _RECEIVED, _plain(raw))
        return None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """What is confidential goes where it was told to go, and nowhere else."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point's address, and the token that lets us in. The same key sent twice is one document there."""

    url: str
    token: str
    name: str = ACCESS_POINT

    def send(self, message: Message) -> str:
        """POST it: 2xx is taken, 4xx turned away in the other side's words, everything else is tried again."""
        headers = {"Content-Type": "application/xml", "Idempotency-Key": message.key}
        said = self._ask(urllib.request.Request(self.url, message.xml, headers))  # noqa: S310 - checked at start
        return str(_json(said).get("reference") or message.key)[:200]

    def answer(self, number: str, reference: str) -> Answer | None:
        """GET its status: `{"status": "delivered" | "rejected" | …, "code": …, "text": …}`."""
        request = urllib.request.Request(f"{self.url.rstrip('/')}/{quote(reference, safe='')}")  # noqa: S310
        try:
            told = _json(self._ask(request))
        except TurnedAway:
            return None  # it does not know it (yet)
        if told.get("status") == "delivered":
            return Answer(True, str(told.get("text") or "")[:1000])
        if told.get("status") == "rejected":
            parts = (str(told.get(name) or "") for name in ("code", "text"))
            return Answer(False, " ".join(part for part in parts if part)[:1000])
        return None

    def _ask(self, request: urllib.request.Request) -> bytes:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with _OPENER.open(request, timeout=PATIENCE) as response:
                said: bytes = response.read(LONGEST_ANSWER)
                return said
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(LONGEST_ANSWER)
            if 400 <= error.code < 500 and error.code not in (401, 403, 408, 425, 429):
                raise TurnedAway(f"{error.code} {_plain(said)}".strip()) from error
            raise TryAgain(f"HTTP {error.code}") from error
        except (OSError, HTTPException) as error:
            raise TryAgain(type(error).__name__) from error


def _json(said: bytes) -> dict[str, Any]:
    try:
        told = json.loads(said)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _plain(said: bytes) -> str:
    """What the other side wrote, as one line that a page and a database can hold."""
    text = said.decode("utf-8", "replace")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:1000]


def way_in_use(url: str, token: str, folder: str) -> Way | None:
    """The way that the environment names; None: a person brings it."""
    if url:
        return AccessPoint(url, token)
    return Folder(Path(folder)) if folder else None
