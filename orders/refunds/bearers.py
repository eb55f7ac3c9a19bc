"""Who may bear what is given back: what they are called, how they are offered, and what was chosen."""

from typing import Any

from orders.models import Order
from orders.refunds.plan import Bearer
from orders.reversals.models import AS_SOLD, BY_ALL, BY_ENTERPRISE, BY_POT
from shop.i18n import lazy_gettext as _
from shop.numbers import whole_number

BEARER_NAMES = {
    AS_SOLD: _("Som solgt: hver sin andel"),
    BY_POT: _("Den fælles pulje"),
    BY_ALL: _("Alle med en andel, i forhold til den"),
}


def bearer_choices(order: Order) -> list[tuple[str, Any]]:
    """As it was sold, the pot, all with a share, or one of those with a share of the order."""
    shares = [share for line in order.lines for share in line.shares]
    owners = {share.enterprise.id: share.enterprise.name for share in shares if share.enterprise}
    names = sorted((name, str(owner)) for owner, name in owners.items())
    return [*BEARER_NAMES.items(), *((owner, name) for name, owner in names)]


def read_bearer(text: str) -> Bearer:
    """The bearer of a chosen value."""
    enterprise_id = whole_number(text, 9)
    return Bearer(text) if enterprise_id is None else Bearer(BY_ENTERPRISE, enterprise_id)
