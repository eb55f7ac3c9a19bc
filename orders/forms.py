"""What a coordinator types about an order, and how the board is narrowed."""

from datetime import timedelta
from typing import Any

from wtforms import Form

from orders.queries import BoardFilter
from orders.states import NAMES
from shop.days import local_day, utc_now
from shop.forms import one_line, read_day, text_field
from shop.i18n import lazy_gettext as _
from shop.listing import typed_search

OPEN_STATE, ALL_STATES = "open", "all"


class CancelForm(Form):
    """Why an order is cancelled."""

    why = text_field(
        _("Hvorfor annullerer du?"), 500, hint=_("Køberen får det at læse i brevet. Det står også i journalen.")
    )


def board_filter(typed: Any) -> BoardFilter:
    """How the board is narrowed by its address; what cannot be read narrows nothing."""
    state = typed.get("tilstand", OPEN_STATE)
    if state not in NAMES and state != ALL_STATES:
        state = OPEN_STATE
    wanted = one_line(typed.get("dag", "")[:40])
    today = local_day(utc_now())
    named = {"i-dag": today, "i-morgen": today + timedelta(days=1)}
    return BoardFilter(
        state=state,
        day=named.get(wanted) or read_day(wanted),
        overdue=wanted == "forsinket",
        by_wanted=typed.get("efter") == "levering",
        search=typed_search(typed.get("sog")),
    )
