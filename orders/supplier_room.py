"""What every page of the partners' room needs: its name, its places, and the words of states and kinds."""

from typing import Any

from flask import g, request, url_for

from orders.delivery.runlist import is_carrier
from orders.shares.export import kind_names, standing_names
from orders.shares.pictures import date_words
from orders.states import NAMES
from shop.i18n import gettext as _


def frame(*, drives: bool | None = None) -> dict[str, Any]:
    """The values of the room's layout, of the enterprise signed in. `drives`: when it is known whether it drives."""
    drives = is_carrier(g.enterprise.id) if drives is None else drives
    places = [
        (_("Min andel"), "orders_supplier.my_share"),
        (_("Mine penge"), "orders_supplier_money.my_money"),
        *([(_("Kørsel"), "orders_supplier.run_list")] if drives else []),
        (_("Kolleger"), "people_supplier.people"),
    ]
    return {
        "room_name": g.enterprise.name,
        "room_nav": [(name, url_for(endpoint), request.endpoint == endpoint) for name, endpoint in places],
        "kinds": kind_names(),
        "standings": standing_names(),
        "states": NAMES,
        "date_words": date_words,
    }
