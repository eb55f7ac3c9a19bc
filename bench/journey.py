"""A buyer's way from a basket's page to the confirmation, with every request that a browser makes on it."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from bench.client import Answer, Broken

TYPED = {
    "name": "Karla Købersen",
    "email": "karla@example.com",
    "phone": "22 33 44 55",
    "line1": "Prøvevej 7",
    "postcode": "8000",
    "city": "Aarhus C",
    "delivery": "parcel",
}
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_INPUT = re.compile(r"<(?:input|textarea)\b([^>]*)>(?:\n?([^<]*)</textarea>)?", re.S)
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_PARTS = re.compile(
    r'<(?:img|script)\b[^>]*?\ssrc="([^"]+)"'
    r'|<link\b(?=[^>]*\srel="(?:stylesheet|icon|modulepreload|preload)")[^>]*?\shref="([^"]+)"'
)
_INSIDE_CSS = re.compile(r"url\(\"?'?(?!data:|#)([^)\"']+)")
_INSIDE_JS = re.compile(r"""(?:from|import)\s*\(?["'](\.{0,2}/[^"']+)["']""")


@dataclass(frozen=True)
class Kept:
    """A part of a page in the browser's own store; `inside` is what it asks for itself."""

    immutable: bool
    etag: str
    inside: tuple[str, ...]


class Browser(Protocol):
    """Whatever can ask: over the wire, or inside this process."""

    def get(self, path: str, **headers: str) -> Answer: ...

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer: ...


class Journey:
    """One buyer with an empty browser.

    With `parts`, pages are fetched with all that belongs to them, as a browser does: what never changes once, what
    must be asked for again on every page with its ETag.
    """

    def __init__(self, browser: Browser, *, parts: bool = True) -> None:
        self.browser = browser
        self.parts = parts
        self.kept: dict[str, Kept] = {}
        self.asked: list[str] = []
        self.wire = 0
        self.path = ""
        self.page = ""

    def open(self, path: str) -> str:
        """Open a page, follow where it leads, and fetch what belongs to it."""
        return self._arrive(self._took(self.browser.get(path), f"GET {path}"), path)

    def send(self, action: str, **more: str) -> str:
        """Fill in and send the form of the page that goes to `action`."""
        fields = {**self.form(action), **more}
        return self._arrive(self._took(self.browser.post(action, list(fields.items())), f"POST {action}"), action)

    def form(self, action: str) -> dict[str, str]:
        """What the form would send as it stands, without its buttons. Refuses a page that has none."""
        for head, body in _FORM.findall(self.page):
            if urlsplit(_attributes(head).get("action", self.path)).path == action:
                return dict(_fields(body))
        raise Broken(f"{self.path} has no form that goes to {action}: {_words(self.page)}")

    def fill(self, slugs: Sequence[str]) -> None:
        """Put baskets into the cart, each from its own page, and go on until only the button is left to be pressed."""
        for slug in slugs:
            self.open(f"/kurve/{slug}")
            self.send("/bestilling/laeg")
        self.send("/bestilling", videre="1")
        self.send("/kassen", **TYPED)

    def press(self) -> str:
        """«Bestil og betal»: the page of the bank."""
        ticks = {"terms": "1", "age": "18"} if 'name="age"' in self.page else {"terms": "1"}
        return self.send("/kassen/bestil", **ticks)

    def pay(self) -> str:
        """Pay at the bank: the order's page."""
        return self.send(self.path, valg="betal")

    def whole(self, slug: str) -> None:
        """From a basket's page to the confirmation. Refuses to end anywhere else."""
        self.fill([slug])
        self.press()
        self.pay()
        if not self.path.startswith("/ordre/"):
            raise Broken(f"the journey ended at {self.path}")

    def _arrive(self, answer: Answer, path: str) -> str:
        for _ in range(5):
            if answer.status not in (302, 303):
                break
            path = urlsplit(answer.headers["location"]).path
            answer = self._took(self.browser.get(path), f"GET {path}")
        if answer.status != 200:
            raise Broken(f"{path} answered {answer.status}: {_words(answer.text)}")
        self.path, self.page = path, answer.text
        if self.parts:
            self._fetch_parts(self.page, path)
        return self.page

    def _fetch_parts(self, text: str, base: str) -> None:
        seen: set[str] = set()
        for address in (html.unescape(one or other) for one, other in _PARTS.findall(text)):
            self._fetch(urljoin(base, address), seen)

    def _fetch(self, address: str, seen: set[str]) -> None:
        if address in seen or not address.startswith("/"):
            return
        seen.add(address)
        kept = self.kept.get(address)
        if kept is None or not kept.immutable:
            kept = self._ask_for(address, kept)
        for other in kept.inside:
            self._fetch(urljoin(address, other), seen)

    def _ask_for(self, address: str, kept: "Kept | None") -> "Kept":
        headers = {"If_None_Match": kept.etag} if kept else {}
        answer = self._took(self.browser.get(address, **headers), f"GET {address}")
        if kept is not None and answer.status == 304:
            return kept
        if answer.status != 200:
            raise Broken(f"{address} answered {answer.status}")
        kind = answer.headers.get("content-type", "")
        inside = _INSIDE_CSS if "css" in kind else _INSIDE_JS if "javascript" in kind else None
        self.kept[address] = Kept(
            "immutable" in answer.headers.get("cache-control", ""),
            answer.headers.get("etag", ""),
            tuple(inside.findall(answer.text)) if inside else (),
        )
        return self.kept[address]

    def _took(self, answer: Answer, what: str) -> Answer:
        self.asked.append(what)
        self.wire += answer.wire
        return answer


def _words(page: str) -> str:
    """What a page says, for a message about it."""
    return " ".join(re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S).split())[:1500]


def _attributes(head: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(head)}


def _fields(body: str) -> Sequence[tuple[str, str]]:
    fields = []
    for head, text in _INPUT.findall(body):
        attributes = _attributes(head)
        is_choice = attributes.get("type") in ("checkbox", "radio")
        if "name" in attributes and not (is_choice and "checked" not in attributes):
            fields.append((attributes["name"], attributes.get("value", "") or html.unescape(text)))
    return fields
