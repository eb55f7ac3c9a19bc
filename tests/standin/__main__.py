"""Run the stand-in alone, for a shop whose STRIPE_API_BASE points here: python -m tests.standin --webhook URL."""

import argparse
import threading

from tests.standin.server import Standin


def main() -> None:
    """Start, say how the shop reaches it, and stay until interrupted."""
    arguments = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    arguments.add_argument("--port", type=int, default=12111)
    arguments.add_argument("--webhook", help="where the shop takes Stripe's events")
    arguments.add_argument("--secret", default="whsec_standin", help="what the events are signed with")
    arguments.add_argument("--key", default="sk_test_standin", help="the only key that is let in")
    given = arguments.parse_args()
    with Standin(port=given.port, key=given.key, webhook_url=given.webhook, secret=given.secret) as bank:
        print(f"STRIPE_API_BASE={bank.base}  key {bank.key}  webhook secret {bank.secret}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
