"""Events on their way to the shop: signed as Stripe signs them, sent by hand or by a thread that tries again."""

import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from tests.standin.params import Thing
from tests.standin.world import World

Post = Callable[[bytes, str], int]  # body and Stripe-Signature; the status of the answer (0: none came)


def posted_to(url: str) -> Post:
    def post(body: bytes, signature: str) -> int:
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as wrong:
            return wrong.code
        except OSError:
            return 0

    return post


class Webhooks(World):
    """A world whose events are told to the shop. `webhook`: its address, or a function (a test client's post)."""

    webhook: str | Post | None = None
    secret = "whsec_standin"
    _courier: threading.Thread | None = None

    def signed(self, event: Thing, *, at: float | None = None, secret: str | None = None) -> tuple[bytes, str]:
        """The body and the `Stripe-Signature` header."""
        body = json.dumps(event, ensure_ascii=False, indent=2).encode()
        moment = int(time.time() if at is None else at)
        digest = hmac.new((secret or self.secret).encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
        return body, f"t={moment},v1={digest}"

    def send(self, event: Thing) -> int:
        """Tell the shop of one event; the status it answered."""
        assert self.webhook is not None, "no webhook is set"
        post = posted_to(self.webhook) if isinstance(self.webhook, str) else self.webhook
        status = post(*self.signed(event))
        if 200 <= status < 300:
            event["pending_webhooks"] = 0
        return status

    def deliver(
        self, order: Literal["made", "reversed", "random"] = "made", *, duplicates: float = 0, seed: int = 0,
        threads: int = 1, events: list[Thing] | None = None,
    ) -> list[int]:  # fmt: skip
        """Send what the shop has not taken yet (or these), a share of it twice; the statuses answered."""
        chance = random.Random(seed)
        with self.lock:
            waiting = list(events or [event for event in self.events if event["pending_webhooks"]])
        waiting += chance.sample(waiting, round(len(waiting) * duplicates))
        if order == "reversed":
            waiting.reverse()
        elif order == "random":
            chance.shuffle(waiting)
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self.send, waiting))

    def start_courier(self, stopping: threading.Event, pause: float = 0.2) -> None:
        """Deliver in the background, in the order made; what is not taken is tried again, ever more seldom."""
        tries: dict[str, tuple[int, float]] = {}

        def run() -> None:
            while not stopping.wait(0.02):
                for event in [event for event in self.events if event["pending_webhooks"]]:
                    count, due = tries.get(event["id"], (0, 0.0))
                    if stopping.is_set():
                        return
                    if time.monotonic() >= due and not 200 <= self.send(event) < 300:
                        tries[event["id"]] = (count + 1, time.monotonic() + min(5, pause * 2**count))

        self._courier = threading.Thread(target=run, name="standin-courier", daemon=True)
        self._courier.start()
