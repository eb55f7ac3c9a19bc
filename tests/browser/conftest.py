"""One running shop and one Chromium for all browser tests of a worker; every visitor is looked after to the end."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.aftermath import rows
from tests.browser.visitor import WIDE, Visitor, open_window
from tests.tools.browser import RunningShop, chromium


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """The example shop with its worker, and a few orders that were there before."""
    with RunningShop(tmp_path_factory.mktemp("running") / "data") as running:
        running.command("demo", "--orders", "30", "--seed", "2")
        with rows(running) as database:  # what those orders' buyers were told, they were told long ago
            database.execute("UPDATE intention SET done_at = posted_at WHERE done_at IS NULL")
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def visit(shop: RunningShop, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: `visit(width, script=…, scheme=…)`. None may have met a console error or a foreign address."""
    visitors: list[Visitor] = []

    def come(width: int = WIDE, **more: object) -> Visitor:
        visitors.append(open_window(browser, shop.url, width, **more))  # type: ignore[arg-type]
        return visitors[-1]

    yield come
    for visitor in visitors:
        visitor.page.context.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    assert not faults, "\n".join(faults)
