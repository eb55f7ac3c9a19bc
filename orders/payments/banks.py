"""Which banks this shop has: by its environment, once it starts."""

import logging

from orders.payments.gateway import use_banks
from orders.payments.sandbox import Sandbox
from shop.config import STRIPE, Settings

log = logging.getLogger("shop.payments")


def install(settings: Settings) -> None:
    """Stripe when the shop has its key; else the sandbox, which is always there to answer for what it has taken."""
    sandbox = Sandbox()
    if not settings.stripe_key:
        use_banks(sandbox if settings.bank else None, [sandbox])
        return
    from orders.payments.stripe import Stripe  # its library is half a second and 30 MB, for those who use it

    bank = Stripe(settings.stripe_key, base=settings.stripe_base)
    if not settings.is_example and not bank.is_live:
        log.warning("STRIPE_SECRET_KEY is a test key: nobody is charged.")
    use_banks(bank if settings.bank == STRIPE else sandbox if settings.bank else None, [bank, sandbox])
