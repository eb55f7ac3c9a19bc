"""What a first visit weighs over the wire, and what Lighthouse says of the pages."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from statistics import median

from bench.client import Answer, Visitor
from bench.journey import Journey
from bench.report import Result, say
from bench.servers import shop
from bench.shops import Shops

PLAIN_KB, WHOLE_KB = 60.0, 250.0
PAGES = {"home": "/", "list": "/kurve", "basket": "/kurve/den-groenne-kurv"}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST, RUNS = 95, 3
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Squeezed(Visitor):
    """A browser that takes compressed answers, and adds up what pictures weigh."""

    pictures = 0

    def get(self, path: str, **headers: str) -> Answer:
        answer = super().get(path, Accept_Encoding="gzip, br", **headers)
        if answer.headers.get("content-type", "").startswith("image/"):
            self.pictures += answer.wire
        return _opened(answer)


def _opened(answer: Answer) -> Answer:
    if answer.headers.get("content-encoding") != "gzip":
        return answer
    import gzip

    return Answer(answer.status, answer.headers, answer.cookies, gzip.decompress(answer.body), answer.wire)


def weight(shops: Shops) -> list[Result]:
    """Home, list and basket of the example shop, each for somebody who has never been here."""
    told, plain, whole = [], [], []
    with shop(shops.url(0), shops.data_dir("weight")) as server:
        for name, path in PAGES.items():
            with Squeezed(server.port) as visitor:
                journey = Journey(visitor)
                journey.open(path)
                plain.append((journey.wire - visitor.pictures) / 1000)
                whole.append(journey.wire / 1000)
                told.append(f"{name} {plain[-1]:.0f} and {whole[-1]:.0f} kB")
    return [
        Result(
            "A first page over the wire, without pictures and with",
            f"≤ {PLAIN_KB:.0f} kB and ≤ {WHOLE_KB:.0f} kB",
            ", ".join(told),
            max(plain) <= PLAIN_KB and max(whole) <= WHOLE_KB,
            "page, styles, scripts and pictures with their heads, gzip accepted, an empty browser",
        )
    ]


def lighthouse(shops: Shops) -> list[Result]:
    """Lighthouse's four categories on home, list and basket; three on the checkout, which no search engine may list."""
    browser = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    missing = "npm" if shutil.which("npx") is None else "Chromium" if browser is None else ""
    if missing:
        return [_skipped(f"not measured: this machine has no {missing}")]
    assert browser is not None
    folder = shops.data_dir("lighthouse")
    results = []
    with shop(shops.url(0), shops.data_dir("weight")) as server:
        base = f"http://127.0.0.1:{server.port}"
        with Visitor(server.port) as visitor:
            Journey(visitor, parts=False).fill(["den-groenne-kurv"])
            cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        asked: list[tuple[str, str, str, tuple[str, ...]]] = [
            (name, path, "", CATEGORIES) for name, path in PAGES.items()
        ]
        asked.append(("checkout", "/kassen", cookies, CATEGORIES[:3]))
        for name, path, cookie, categories in asked:
            say(f"Lighthouse: {name} …")
            scores = [_run(base + path, cookie, folder, browser) for _ in range(RUNS)]
            if not all(scores):
                return [_skipped("not measured: npm could not fetch or run Lighthouse")]
            middle = {category: median(score[category] for score in scores) for category in categories}
            results.append(
                Result(
                    f"Lighthouse, {name} (mobile)",
                    f"≥ {LEAST} in {len(categories)} categories",
                    ", ".join(f"{category} {score:.0f}" for category, score in middle.items()),
                    min(middle.values()) >= LEAST,
                    f"the median of {RUNS}",
                )
            )
    return results


def _skipped(why: str) -> Result:
    return Result("Lighthouse on home, list, basket and checkout (mobile)", f"≥ {LEAST}", why, None)


def _run(url: str, cookie: str, folder: Path, browser: str) -> dict[str, float]:
    """One run of Lighthouse: category → score of 100; empty when it could not be had."""
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookie}) if cookie else "{}")
    flags = "--headless=new --disable-gpu --disable-background-networking" + (
        " --no-sandbox" if os.geteuid() == 0 else ""
    )
    surroundings = {**os.environ, "CHROME_PATH": browser, "CI": "1"}
    command = [
        "npx", "--yes", "lighthouse", url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}",
        "--form-factor=mobile", f"--extra-headers={headers}", f"--chrome-flags={flags}",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 0:
        say(done.stderr[-500:])
        return {}
    found = json.loads(done.stdout)["categories"]
    return {category: 100 * (found[category]["score"] or 0) for category in CATEGORIES}
