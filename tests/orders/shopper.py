"""A buyer in a browser without script: fetches pages, fills in their forms and sends them."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

TYPED = {
    "name": "Karla Købersen",
    "email": "karla@example.dk",
    "phone": "22 33 44 55",
    "line1": "Prøvevej 7",
    "line2": "",
    "postcode": "8000",
    "city": "Aarhus C",
    "delivery": "parcel",
}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
_FORM = re.compile(r"<form\b(?P<head>[^>]*)>(?P<body>.*?)</form>", re.S)
_INPUT = re.compile(r"<input\b(?P<head>[^>]*)>", re.S)
_AREA = re.compile(r"<textarea\b(?P<head>[^>]*)>\n?(?P<text>.*?)</textarea>", re.S)


def attribute(head: str, name: str) -> str | None:
    """An attribute's value in a tag; "" for one without a value, None when it is not there."""
    found = re.search(rf'(?:^|\s){name}(?:="([^"]*)")?(?=\s|$|/)', head)
    return html.unescape(found[1] or "") if found else None


class Shopper:
    """One browser. `page` is the text of the last page, `status` and `path` where it stands."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page = ""
        self.status = 0
        self.path = ""
        self.headers: Any = {}

    def get(self, path: str) -> str:
        return self._took(self.client.get(path, headers={"Sec-Fetch-Site": "none"}), path)

    def post(
        self, path: str, data: dict[str, str], *, follow: bool = True, origin: dict[str, str] | None = None
    ) -> str:
        answer = self.client.post(path, data=data, headers=SAME_ORIGIN if origin is None else origin)
        self._took(answer, path)
        return self.follow() if follow else self.page

    def follow(self) -> str:
        """Go where the answer leads, as long as it leads on."""
        while self.status == 303:
            self.get(urlsplit(self.headers["Location"]).path)
        return self.page

    def _took(self, answer: Any, path: str) -> str:
        self.status, self.headers, self.path = answer.status_code, answer.headers, path
        self.page = answer.get_data(as_text=True)
        return self.page

    def form(self, action: str) -> dict[str, str]:
        """What a form of the page would send as it stands (without its buttons)."""
        for found in _FORM.finditer(self.page):
            if urlsplit(attribute(found["head"], "action") or self.path).path == action:
                return _values(found["body"])
        raise AssertionError(f"no form on {self.path} goes to {action}")

    def put(self, basket: str = "kaffepausen", quantity: str = "1", **more: str) -> str:
        return self.post("/bestilling/laeg", {"basket": basket, "antal": quantity, **more})

    def send(self, action: str, **more: str | None) -> str:
        """Send a form of the page with some fields changed; None leaves a field out."""
        values = {**self.form(action), **more}
        return self.post(action, {name: value for name, value in values.items() if value is not None})

    def tell(self, **more: str | None) -> str:
        """Answer everything on the first page of the checkout."""
        self.get("/kassen")
        return self.send("/kassen", **{**TYPED, **more})

    def order(self, **more: str | None) -> str:
        """Press «Bestil og betal» on the overview."""
        ticks = dict.fromkeys(("terms",), "1") | ({"age": "18"} if 'name="age"' in self.page else {})
        return self.send("/kassen/bestil", **{**ticks, **more})

    def buy(self, basket: str = "kaffepausen", **more: str | None) -> str:
        """The whole way to the bank."""
        self.put(basket)
        self.tell(**more)
        return self.order()

    def answer_bank(self, choice: str = "betal") -> str:
        return self.send(self.path, valg=choice)

    @property
    def text(self) -> str:
        """The words of the page."""
        plain = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", self.page, flags=re.S)
        return " ".join(html.unescape(plain).split())


def _values(body: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for found in _INPUT.finditer(body):
        name, kind = attribute(found["head"], "name"), attribute(found["head"], "type")
        if not name or (kind in ("checkbox", "radio") and attribute(found["head"], "checked") is None):
            continue
        values[name] = attribute(found["head"], "value") or ""
    for found in _AREA.finditer(body):
        values[attribute(found["head"], "name") or ""] = html.unescape(found["text"])
    return values
