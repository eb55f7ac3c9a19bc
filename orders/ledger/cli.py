"""`faelleskurven books sums`: the sums the money's pages go on from."""

import click
from flask.cli import with_appcontext

from orders.ledger.sums import begin_anew, roll_up
from shop.days import utc_now
from shop.db import transaction


@click.command("sums")
@click.option("--anew", is_flag=True, help="Throw the kept sums away first, and add all postings up again.")
@with_appcontext
def sums_command(anew: bool) -> None:
    """Add up the postings the money's pages keep sums of; the worker does it every ten minutes."""
    if anew:
        with transaction():
            begin_anew()
    count = roll_up(now=utc_now())
    click.echo(f"{count} posteringer er lagt sammen. · {count} postings added up.", err=True)
