"""What goes out of the stand-in by itself: events to the shop, the page for a browser, the program alone."""

import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import stripe

from shop.config import ROOT
from tests.standin import Standin
from tests.standin.account import VERSION
from tests.standin.asking import BACK, authorised, captured, client_of, kinds, session_for
from tests.tools.page import RULES, has_nothing_inline, parse, sends_forms_safely

# Events


def test_events_are_signed(bank: Standin, client: stripe.StripeClient) -> None:
    authorised(bank, client)
    body, header = bank.signed(bank.events[-1])
    event = client.construct_event(body, header, bank.secret)
    assert (event.type, event.livemode, event.api_version) == ("checkout.session.completed", False, VERSION)
    assert event.data.object["client_reference_id"] == "FK-1"
    forged, old = bank.signed(bank.events[-1], secret="whsec_other"), bank.signed(bank.events[-1], at=time.time() - 400)
    for text, signature in (forged, old, (body + b" ", header)):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(text, signature, bank.secret)


class Shop(BaseHTTPRequestHandler):
    """A shop's webhook that is not well at first."""

    statuses: ClassVar[list[int]] = []
    taken: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], "whsec_mine")
            self.taken.append(event.type)
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_events_find_the_shop_by_themselves() -> None:
    Shop.statuses[:], Shop.taken[:] = [500, 400, 500], []
    shop = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=shop.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{shop.server_port}/stripe"
    with Standin(webhook_url=url, secret="whsec_mine") as bank:
        authorised(bank, client_of(bank))
        end = time.monotonic() + 10
        while any(event["pending_webhooks"] for event in bank.events) and time.monotonic() < end:
            time.sleep(0.02)  # the shop has it a moment before the courier hears that it has
        assert not any(event["pending_webhooks"] for event in bank.events)
        assert sorted(Shop.taken) == sorted(kinds(bank))
    shop.shutdown()
    shop.server_close()


def test_events_are_delivered_by_hand(bank: Standin, client: stripe.StripeClient) -> None:
    seen: list[bytes] = []

    def take(body: bytes, signature: str) -> int:
        stripe.WebhookSignature.verify_header(body, signature, bank.secret, 300)
        seen.append(body)
        return 200

    bank.webhook = take
    for _ in range(5):
        captured(bank, client)
    made = [event["id"] for event in bank.events]
    statuses = bank.deliver("random", duplicates=0.3, seed=4, threads=4)
    assert (len(statuses), set(statuses)) == (round(len(made) * 1.3), {200})
    assert {event for event in made if any(event.encode() in body for body in seen)} == set(made)
    assert bank.deliver() == [], "all are taken"


# The page


def browse(url: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, text and where to go next; like a browser that does not follow."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    body = urllib.parse.urlencode(data).encode() if data else None
    try:
        with urllib.request.build_opener(Stay).open(url, body, timeout=5) as answer:
            page = answer.read()
            rules = set(RULES) - {has_nothing_inline, sends_forms_safely}  # it is nobody's door, and one file
            assert not [fault for rule in rules for fault in rule(parse(page, url))]
            return answer.status, page.decode(), ""
    except urllib.error.HTTPError as other:
        return other.code, other.read().decode(), other.headers.get("Location", "")


def test_the_page_does_what_a_customer_does(bank: Standin, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_for())
    url = str(session.url)
    assert "Betal med MobilePay" in browse(url)[1]
    assert browse(url, {"do": "leave"})[::2] == (303, "http://shop.test/left")
    assert "Kortet blev afvist" in browse(url, {"do": "declined"})[1]
    assert browse(url, {"do": "mobilepay"})[::2] == (303, f"http://shop.test/paid?session={session.id}")
    assert browse(url)[0] == 410
    assert browse(url, {"do": "card"})[0] == 409
    assert browse(bank.base + "/pay/cs_test_none")[0] == 404
    saving: Any = {"mode": "setup", "allowed_payment_method_types": ["card"], "locale": "en", "success_url": BACK}
    setup = client.v1.checkout.sessions.create(saving)
    assert "Save the card" in browse(str(setup.url))[1]
    assert browse(str(setup.url), {"do": "declined_later"})[0] == 303
    assert bank.find("setup_intent")[0]["status"] == "succeeded"


def test_it_runs_alone() -> None:
    command = [sys.executable, "-m", "tests.standin", "--port", "0", "--secret", "whsec_x"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        base = running.stdout.readline().split()[0].removeprefix("STRIPE_API_BASE=")
        client = stripe.StripeClient("sk_test_standin", base_addresses={"api": base}, stripe_version=VERSION)
        assert client.v1.payouts.list().data == []
        running.terminate()
