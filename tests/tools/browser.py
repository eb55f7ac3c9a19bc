"""The shop as its visitors meet it: a real server on its own data folder, and a Chromium that looks at it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = (
    "chromium-headless-shell",  # without windows that nobody sees: half the work
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
CHROMIUM_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    # Nothing outside this machine is ever looked up, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
START_SECONDS = 60
STOP_SECONDS = 15


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window: the machine's own, or the one that Playwright fetched. One per session is enough."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses to run as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*CHROMIUM_FLAGS, *sandbox])
        try:
            yield browser
        finally:
            browser.close()


def axe_findings(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands: one line for each element, naming the rule and the place.

    The page must have been opened with JavaScript on: axe is itself a script.
    """
    if page.evaluate("() => typeof window.axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    # Only what fails is described: to tell all that passes takes as long as to find it out.
    asked = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
    violations = page.evaluate(asked)
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(str(part) for part in node['target'])}: {rule['help']}"
        for rule in violations
        for node in rule["nodes"]
    ]


class ShopDidNotStart(RuntimeError):
    """The server ended or did not answer; the text is what it printed."""


class RunningShop:
    """`faelleskurven serve` on a free port and its own data folder, from `with` until its end.

    `environment` adds to or replaces what the shop is told by its environment (DATABASE_URL, MODE, …).
    """

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.parent / f"{data_dir.name}.log"
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}
        self.environment = {**inherited, **own, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> str:
        """Run another command of the shop on the same data, and return what it printed. Refuses a failing command."""
        done = subprocess.run(
            [sys.executable, "-m", "shop.cli", *words],
            check=True,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=ROOT,
        )
        return done.stdout

    def start(self) -> Self:
        """Start it, and return when it answers at /healthz."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "shop.cli", "serve"],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise ShopDidNotStart(self.log.read_text(errors="replace"))
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit code; what does not end is killed."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()  # its children notice, and end too
            return process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
