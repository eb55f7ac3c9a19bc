"""Somebody who walks through the shop by what the pages say: links by their words, fields by their labels.

A browser without script and without pictures. Every page on the way is checked as a page.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.test import TestResponse

from tests.tools.client import PageClient
from tests.tools.page import Page, name_of, parse, spoken

HOST = "http://localhost"
REDIRECTS = (301, 302, 303, 307, 308)


class Walker:
    """One visitor. `typed` is what has been filled in on the page and not sent yet, by the name of the field."""

    def __init__(self, app: Flask) -> None:
        client = app.test_client()
        assert isinstance(client, PageClient)
        self.client = client
        self.typed: dict[str, str | None] = {}
        self.url = "/"
        self.status = 0
        self.html = ""

    def open(self, path: str, status: int = 200) -> "Walker":
        """Go somewhere, and on to wherever that leads."""
        return self._arrive(self.client.get(path), path, status)

    def follow(self, words: str) -> "Walker":
        """Follow the link with these words."""
        links = [link.get("href", "") for link in self.page.all("a") if spoken(link) == words]
        assert links, f"no link «{words}» on {self.url}"
        assert len(set(links)) == 1, f"«{words}» leads to {sorted(set(links))} on {self.url}"
        return self.open(urljoin(self.url, links[0]))

    def fill(self, label: str, text: str) -> "Walker":
        """Write in the field whose label begins with these words."""
        self.typed[self._field(label).get("name", "")] = text
        return self

    def choose(self, label: str) -> "Walker":
        """Tick a box, or one of several choices."""
        field = self._field(label)
        return self.fill(label, field.get("value", "on"))

    def press(self, words: str, status: int = 200) -> "Walker":
        """Press the button with these words: its form is sent as a browser would send it."""
        button = next((each for each in self.page.all("button") if spoken(each) == words), None)
        assert button is not None, f"no button «{words}» on {self.url}"
        form = next(each for each in self.page.above(button) if name_of(each) == "form")
        data = {**dict(_values(form)), **self._typed_in(form)}
        if button.get("name"):
            data[button.get("name", "")] = button.get("value", "")
        path = urljoin(self.url, form.get("action", "") or self.url)
        headers = {"Origin": HOST, "Sec-Fetch-Site": "same-origin", "Referer": HOST + self.url}
        return self._arrive(self.client.post(path, data=data, headers=headers), path, status)

    @cached_property
    def page(self) -> Page:
        """The page as it stands."""
        return parse(self.html, self.url)

    @property
    def text(self) -> str:
        """The words of the page's own part."""
        return spoken(next(self.page.all("main"))).replace("\xa0", " ")

    @property
    def h1(self) -> str:
        return spoken(next(self.page.all("h1")))

    def rows(self, table_id: str) -> list[list[str]]:
        """A table's rows as the words of their cells, without the heads of the columns."""
        rows = [row for row in self.page.by_id[table_id].iter() if name_of(row) == "tr"]
        cells = [[spoken(cell).replace("\xa0", " ") for cell in row if name_of(cell) in ("th", "td")] for row in rows]
        heads = [all(cell.get("scope") == "col" for cell in row if name_of(cell) in ("th", "td")) for row in rows]
        return [row for row, is_head in zip(cells, heads, strict=True) if not is_head]

    def _field(self, label: str) -> Element:
        found = [each for each in self.page.all("label") if spoken(each).startswith(label)]
        assert len(found) == 1, f"{len(found)} fields «{label}» on {self.url}"
        return self.page.by_id[found[0].get("for", "")]

    def _typed_in(self, form: Element) -> dict[str, str]:
        names = {each.get("name") for each in form.iter() if each.get("name")}
        strange = set(self.typed) - names
        assert not strange, f"{sorted(strange)} are not fields of this form of {self.url}"
        return {name: text for name, text in self.typed.items() if text is not None}

    def _arrive(self, answer: TestResponse, path: str, status: int) -> "Walker":
        while answer.status_code in REDIRECTS:
            path = urljoin(path, answer.headers["Location"])
            answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}"
        return self.stand(path, answer)

    def stand(self, path: str, answer: TestResponse) -> "Walker":
        """Be on a page that has been fetched."""
        parts = urlsplit(path)
        self.url = parts.path + (f"?{parts.query}" if parts.query else "")
        self.status, self.html, self.typed = answer.status_code, answer.get_data(as_text=True), {}
        self.__dict__.pop("page", None)
        return self


def _values(form: Element) -> Iterator[tuple[str, str]]:
    """What a form would send as it stands, without its buttons."""
    for each in form.iter():
        name, kind = each.get("name"), each.get("type", "text")
        if not name or "disabled" in each.attrib:
            continue
        if name_of(each) == "textarea":
            yield name, each.text or ""
        elif name_of(each) == "select":
            options = [option for option in each.iter() if name_of(option) == "option"]
            chosen = next((option for option in options if "selected" in option.attrib), options[0])
            yield name, chosen.get("value", "")
        elif name_of(each) == "input" and (kind not in ("checkbox", "radio") or "checked" in each.attrib):
            yield name, each.get("value", "")


def addresses(page: Page) -> Iterable[tuple[Element, str]]:
    """Every address a page leads to or loads: links, pictures, style sheets, scripts, forms."""
    for element in page.elements:
        for attribute in ("href", "src", "action", "formaction"):
            if attribute in element.attrib:
                yield element, element.attrib[attribute]
