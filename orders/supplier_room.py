"""What pages of the partners' room need beside its frame: whether there is driving to do, and words of states."""

from typing import Any

from flask import g

from orders.delivery.runlist import is_carrier
from orders.shares.export import kind_names, standing_names
from orders.shares.pictures import date_words
from orders.states import NAMES


def drives() -> bool:
    """Whether the enterprise signed in drives for the shop; asked once a request."""
    if "drives" not in g:
        g.drives = is_carrier(g.enterprise.id)
    return bool(g.drives)


def words() -> dict[str, Any]:
    """The words of shares' kinds and standings, of orders' states, and of months and days."""
    return {
        "kinds": kind_names(),
        "standings": standing_names(),
        "states": NAMES,
        "date_words": date_words,
    }
