"""Killed at fifty random moments of checkout, capture and refund, half of them on each database."""

from bench.report import Result, say
from bench.servers import free_port
from bench.shops import Shops
from bench.webhook import stripe_shop
from tests.together.killed import Killer, kill_often

KILLS = 50
DATABASES = ("PostgreSQL", "SQLite")


def killed(shops: Shops) -> list[Result]:
    """Web server, worker and whoever orders, packs and refunds, all at once; then started again."""
    return [_killed(shops, database) for database in DATABASES]


def _killed(shops: Shops, database: str) -> Result:
    kills = KILLS // len(DATABASES)
    say(f"{kills} times SIGKILL on {database} …")
    with stripe_shop(shops, database, "killed") as shop:
        settings = shop.app.config["SETTINGS"]
        with Killer(settings.database_url, settings.data_dir, shop.bank, free_port(), seed=kills) as killer:
            left = kill_often(shop, killer, kills)
    for what in left.wrong:
        say(what)
    orders = ", ".join(f"{count} {state}" for state, count in sorted(left.orders.items()))
    return Result(
        f"Killed (SIGKILL) at {kills} random moments of checkout, capture and refund on {database}",
        "nothing charged twice, nothing paid lost, the books balance",
        f"{len(left.wrong)} differences",
        not left.wrong and bool(left.charges and left.refunds),
        f"orders: {orders}; {left.charges} charges, {left.refunds} refunds; {left.in_the_middle} jobs and openings of "
        "the bank's page had been cut short",
    )
