"""Two ways of using a page: with a mouse, and with the keyboard alone."""

from datetime import date
from typing import Protocol

from playwright.sync_api import Locator, Page

from tests.browser.visitor import FOCUS

MOST_TABS = 150
# How this Chromium orders the three parts of a date field: by the language of its own windows.
ORDER = "() => new Intl.DateTimeFormat().formatToParts().map((part) => part.type).filter((type) => type !== 'literal')"


class Hands(Protocol):
    """What a person does with what is on a page."""

    def press(self, target: Locator) -> None:
        """A link, a button, or what opens more."""

    def write(self, target: Locator, text: str) -> None: ...

    def tick(self, target: Locator) -> None:
        """A box, or the first of several choices."""

    def write_day(self, target: Locator, day: date) -> None: ...


class Mouse:
    """Points at everything."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        target.fill(text)

    def tick(self, target: Locator) -> None:
        target.check()

    def write_day(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())


class Keyboard:
    """Tab, Enter and Space, and the letters; it must be seen all the way where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, target: Locator) -> None:
        """Tab on until `target` has the focus."""
        target.wait_for()
        if target.evaluate(FOCUS)["isThere"]:
            return
        for _step in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focus = target.evaluate(FOCUS)
            assert not focus["trouble"], f"{self.page.url}: {focus['trouble']}"
            if focus["isThere"]:
                return
        raise AssertionError(f"{self.page.url}: the keyboard does not reach {target}")

    def press(self, target: Locator) -> None:
        self.go(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.go(target)
        for number, line in enumerate(text.split("\n")):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.insert_text(line)

    def tick(self, target: Locator) -> None:
        self.go(target)
        self.page.keyboard.press("Space")
        assert target.is_checked()

    def write_day(self, target: Locator, day: date) -> None:
        self.go(target)
        parts = {"day": f"{day.day:02}", "month": f"{day.month:02}", "year": f"{day.year:04}"}
        for part in self.page.evaluate(ORDER):
            self.page.keyboard.type(parts[part])
        assert target.input_value() == day.isoformat()
