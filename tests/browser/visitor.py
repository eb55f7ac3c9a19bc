"""A visitor with a browser of their own. Whatever the console or the network complains of meanwhile is a fault."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from tests.tools.browser import axe_findings

NARROWEST, NARROW, WIDE = ALL = 320, 390, 1280
HEIGHTS = {NARROWEST: 640, NARROW: 844, WIDE: 900}
PATIENCE = 15_000  # milliseconds; the machine may be busy with the rest of the tests
# What sticks out to the right, named by the innermost elements; a box that scrolls by itself keeps what is in it.
TOO_WIDE = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const out = [...document.body.querySelectorAll('*')].filter(
    (e) => e.getBoundingClientRect().right > page.clientWidth + 0.5 && !e.querySelector('*'));
  return out.slice(0, 5).map((e) => e.outerHTML.slice(0, 160)).concat(`${page.scrollWidth} px wide`);
}"""
# Whether the keyboard is at an element, and what is wrong with how it is shown where it is (WCAG 2.4.7 and 2.4.11).
FOCUS = """(wanted) => {
  const here = document.activeElement;
  const say = (trouble) => ({ isThere: here === wanted, trouble });
  if (!here || here === document.body) return say('nothing has the focus');
  const rings = (e) => {
    const style = getComputedStyle(e);
    const isClear = /, 0\\)$|transparent/.test(style.outlineColor);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !isClear;
  };
  let around = here;
  while (around && !rings(around)) around = around.parentElement;
  const name = here.outerHTML.slice(0, 160);
  // The calendar's button within a date field is the browser's own, and so is the ring around it.
  const isWithin = here.type === 'date' && !here.matches(':focus-visible');
  if (!around && !isWithin) return say(`no ring around ${name}`);
  const box = here.getBoundingClientRect();
  if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth || !box.width)
    return say(`out of sight: ${name}`);
  const [x, y] = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2,
                  (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
  const top = document.elementFromPoint(x, y);
  const isCovered = top && !here.contains(top) && !top.contains(here);
  return say(isCovered ? `covered by ${top.outerHTML.slice(0, 120)}: ${name}` : '');
}"""


@dataclass
class Visitor:
    """One browser window with cookies of its own. `faults` is what nobody should ever find in it."""

    page: Page
    base_url: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)

    def _heard(self, said: ConsoleMessage) -> None:
        """Errors and warnings, but for an answer that is an error itself: that is the test's own affair."""
        is_answer = "status of 4" in said.text and said.location.get("url", "") == self.page.url
        if said.type in ("error", "warning") and not is_answer:
            self.faults.append(f"{self.page.url}: console: {said.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "data:", "about:")):
            self.faults.append(f"{self.page.url}: asks {request.url}")

    def _failed(self, request: Request) -> None:
        """A picture given up because the visitor went on is nobody's fault."""
        if "ERR_ABORTED" not in str(request.failure):
            self.faults.append(f"{request.url}: {request.failure}")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def h1(self) -> str:
        return self.page.locator("h1").inner_text()

    def open(self, path: str, status: int = 200) -> "Visitor":
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self

    def button(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("link", name=name, exact=True)

    def follow(self, target: Locator) -> "Visitor":
        """Press what leads to another page, and wait until it is there."""
        with self.page.expect_navigation():
            target.click()
        return self

    def sign_in(self, email: str, path: str = "/partner") -> "Visitor":
        """Through the sign-in page, as the example's people do."""
        self.page.goto(path)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Adgangskode").fill("gavekurv-eksempel")
        self.follow(self.button("Log ind"))
        assert self.path == path, f"{email} is at {self.page.url}"
        return self

    def tour(self, *paths: str, prefix: str = "", widths: Sequence[int] = ALL) -> list[str]:
        """What is wrong with any of these pages."""
        return [finding for path in paths for finding in self.open(prefix + path).look(*widths)]

    def look(self, *widths: int) -> list[str]:
        """What is wrong with the page, everything on it unfolded: for axe, and for whoever must scroll sideways."""
        self.page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        found = []
        for width in widths or ALL:
            self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            found += [f"{self.path} at {width}: too wide: {part}" for part in self.page.evaluate(TOO_WIDE)]
            if width != NARROWEST:
                found += [f"{self.path} at {width}: {finding}" for finding in axe_findings(self.page)]
        return found


def open_window(
    browser: Browser, base_url: str, width: int, *, script: bool = True, scheme: Literal["light", "dark"] = "light"
) -> Visitor:
    """A new visitor of the shop at `base_url`."""
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": HEIGHTS[width]},
        java_script_enabled=script,
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    return Visitor(context.new_page(), base_url)
