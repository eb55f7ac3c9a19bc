"""Killed at six random moments of checkout, capture and refund: nothing charged twice, nothing paid lost."""

from orders.states import SENT
from tests.together.killed import Killer, kill_often
from tests.tools.browser import free_port
from tests.tools.stripe_shop import StripeShop

KILLS = 3  # on each database


def test_a_killed_shop_neither_charges_twice_nor_loses_what_is_paid(stripe_shop: StripeShop) -> None:
    settings = stripe_shop.app.config["SETTINGS"]
    with Killer(settings.database_url, settings.data_dir, stripe_shop.bank, free_port(), seed=4) as killer:
        left = kill_often(stripe_shop, killer, KILLS)
    assert left.wrong == [], left
    assert left.orders[SENT], left
    assert left.charges, left
    assert left.refunds, left
