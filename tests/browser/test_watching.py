"""The watching itself: what it is there to find, it finds."""

import pytest
from playwright.sync_api import Browser

from tests.browser.hands import Keyboard
from tests.browser.visitor import NARROW, open_window
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


def test_what_is_spoilt_is_found(shop: RunningShop, browser: Browser) -> None:
    visitor = open_window(browser, shop.url, NARROW).open("/")
    assert visitor.look(NARROW) == []
    assert visitor.faults == []
    visitor.page.evaluate(SPOIL)
    found = "\n".join(visitor.look(NARROW))
    for words in ("too wide", "label (critical)"):
        assert words in found
    visitor.page.wait_for_load_state("networkidle")
    heard = "\n".join(visitor.faults)
    for words in ("Content Security Policy", "status of 404"):
        assert words in heard
    hands = Keyboard(visitor.page)
    with pytest.raises(AssertionError, match="no ring around"):
        hands.go(visitor.link("Vælg en kurv"))
    visitor.page.context.close()
