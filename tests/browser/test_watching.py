"""The watching itself: what it is there to find, it finds."""

import pytest
from playwright.sync_api import Browser

from tests.browser.hands import Keyboard
from tests.browser.visitor import NARROW, Visitor, open_window
from tests.tools.browser import RunningShop

SPOIL = """() => {
  const main = document.querySelector('main');
  main.insertAdjacentHTML('beforeend', '<input><p class="wide">wide</p>');
  const sheet = document.styleSheets[0];
  sheet.insertRule('.wide { width: 600px }', sheet.cssRules.length);
  sheet.insertRule('main a:focus-visible { outline: none }', sheet.cssRules.length);
  main.setAttribute('style', 'color: red');
  fetch('/findes-ikke');
}"""


def heard(visitor: Visitor, words: str) -> bool:
    """Whether the window reports it within ten seconds; the browser's word comes when it comes."""
    for _ in range(100):
        if any(words in fault for fault in visitor.faults):
            return True
        visitor.page.wait_for_timeout(100)
    return False


def test_what_is_spoilt_is_found(shop: RunningShop, browser: Browser) -> None:
    visitor = open_window(browser, shop.url, NARROW).open("/")
    assert visitor.look(NARROW) == []
    assert visitor.faults == []
    visitor.page.evaluate(SPOIL)
    found = "\n".join(visitor.look(NARROW))
    for words in ("too wide", "label (critical)"):
        assert words in found
    for words in ("Content Security Policy", "status of 404"):
        assert heard(visitor, words)
    hands = Keyboard(visitor.page)
    with pytest.raises(AssertionError, match="no ring around"):
        hands.go(visitor.link("Vælg en kurv"))
    visitor.page.context.close()
