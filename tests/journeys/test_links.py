"""Every link of every public page, followed from the front page on, in both languages: each leads somewhere."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.journeys.test_english import danish_ways
from tests.journeys.walker import REDIRECTS, Walker, addresses
from tests.tools.page import name_of

SIGN_IN = "/log-ind"


class Crawler:
    """Goes wherever the pages of one language lead. `wrong` is what leads nowhere, or into the other language.

    The choices of language and of prices lead to the same page once more, and are not followed.
    """

    def __init__(self, app: Flask, start: str, language: str) -> None:
        self.walker = Walker(app)
        self.language = language
        self.found_on = {start: "the beginning"}
        self.waiting = [start]
        self.ids: dict[str, set[str]] = {}
        self.fragments: list[tuple[str, str, str]] = []
        self.wrong: list[str] = []

    def crawl(self) -> None:
        while self.waiting:
            self._visit(self.waiting.pop())
        for path, fragment, where in self.fragments:
            if fragment not in self.ids.get(path, ()):
                self.wrong.append(f"{path}#{fragment} is nowhere, from {where}")

    def _visit(self, path: str) -> None:
        answer = self.walker.client.get(path)
        if answer.status_code in REDIRECTS:
            target = urlsplit(answer.headers["Location"]).path
            if not target.endswith(SIGN_IN):  # the rooms, to whom nobody has signed in
                self._note(target, path)
        elif answer.status_code != 200:
            self.wrong.append(f"{path}: {answer.status_code}, from {self.found_on[path]}")
        elif answer.mimetype == "text/html":
            self._read(self.walker.stand(path, answer))

    def _read(self, walker: Walker) -> None:
        self.ids[walker.url] = set(walker.page.by_id)
        assert walker.page.root.get("lang") == self.language, walker.url
        if self.language == "en":
            self.wrong += danish_ways(walker)
        for element, address in addresses(walker.page):
            parts = urlsplit(urljoin(walker.url, address))
            if "hreflang" in element.attrib or "data-vat-choice" in element.attrib:
                if parts.path.removeprefix("/en") != urlsplit(walker.url).path.removeprefix("/en"):
                    self.wrong.append(f"{address} is not the same page as {walker.url}")
            elif not parts.scheme and name_of(element) != "form":
                whole = parts.path + (f"?{parts.query}" if parts.query else "")
                self._note(whole, walker.url)
                if parts.fragment:
                    self.fragments.append((whole, parts.fragment, walker.url))

    def _note(self, path: str, where: str) -> None:
        if path not in self.found_on:
            self.found_on[path] = where
            self.waiting.append(path)


@pytest.mark.parametrize(("start", "language"), [("/", "da"), ("/en/", "en")])
def test_every_link_leads_somewhere(sqlite_example: Flask, start: str, language: str) -> None:
    crawler = Crawler(sqlite_example, start, language)
    crawler.crawl()
    assert not crawler.wrong, "\n".join(dict.fromkeys(crawler.wrong))
    assert len(crawler.ids) > 60, "the shop is larger than that"
