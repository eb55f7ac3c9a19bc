"""What enterprises and the office are told about offers."""

from datetime import datetime

from catalog.baskets.models import Offer
from catalog.items.models import Item
from shop.i18n import lazy_gettext as _
from shop.people.notices import notify_enterprise, notify_office


def tell_asked(offer: Offer, item: Item, *, now: datetime) -> None:
    """The enterprise: somebody wants its item in baskets, and waits for an answer."""
    assert item.current is not None
    notify_enterprise(
        item.enterprise_id, f"offer_asked:{offer.id}",
        _("Kontoret vil gerne have «%(name)s» med i kurve. Svar ja eller nej.", name=item.current.name_da),
        path=f"/partner/tilbud/{offer.id}", now=now,
    )  # fmt: skip


def tell_ended(offer: Offer, *, now: datetime) -> None:
    """The enterprise: the question was taken back, or the agreement ends."""
    item = offer.item_version.item
    notify_enterprise(
        item.enterprise_id, f"offer_ended:{offer.id}",
        _("Aftalen om «%(name)s» er slut. Det, der er solgt, skal stadig leveres.", name=offer.item_version.name_da),
        path=f"/partner/tilbud/{offer.id}", now=now, said=offer.why,
    )  # fmt: skip


def tell_answered(offer: Offer, path: str, *, now: datetime) -> None:
    """The office: an enterprise has said yes or no."""
    name, maker = offer.item_version.name_da, offer.item_version.item.enterprise.name
    text = (
        _("%(maker)s har sagt ja til at have «%(name)s» med.", maker=maker, name=name)
        if offer.state == "accepted"
        else _("%(maker)s har sagt nej til at have «%(name)s» med.", maker=maker, name=name)
    )
    notify_office(f"offer_answered:{offer.id}", text, path=path, now=now, said=offer.why)
