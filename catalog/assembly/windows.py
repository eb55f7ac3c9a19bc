"""Baskets that open and close by themselves on their days."""

import logging
from datetime import date

from sqlalchemy import select

from catalog.baskets.models import PUBLISHED, Basket, BasketVersion
from catalog.baskets.offers import ACCEPTED
from catalog.baskets.publish import publish, withdraw
from catalog.items.models import APPROVED
from shop.days import local_day, utc_now
from shop.db import db, lock_row, transaction
from shop.i18n import lazy_gettext as _
from shop.jobs.queue import every
from shop.journal.record import CLOCK
from shop.people.notices import notify_office

log = logging.getLogger("shop.catalog")
TEN_MINUTES = 600


@every(TEN_MINUTES)
def open_and_close() -> None:
    """Sell what begins today or should have begun, and withdraw what ended yesterday or before: each on its own."""
    today = local_day(utc_now())
    coming = (
        select(Basket.id)
        .join(BasketVersion, BasketVersion.id == Basket.next_version_id)
        .where(BasketVersion.open_on <= today)
    )
    for basket_id in db.session.scalars(coming).all():
        with transaction():
            _open(lock_row(Basket, basket_id), today)
    over = (
        select(Basket.id)
        .join(BasketVersion, BasketVersion.id == Basket.current_version_id)
        .where(Basket.state == PUBLISHED, BasketVersion.close_on < today)
    )
    for basket_id in db.session.scalars(over).all():
        with transaction():
            _close(lock_row(Basket, basket_id), today)


def _open(basket: Basket, today: date) -> None:
    """Sell the version that waits. What cannot be had any more is not sold: the office is told instead, once."""
    version, now = basket.next, utc_now()
    if version is None or version.open_on is None or version.open_on > today:
        return
    lost = [
        part.item_version.name_da
        for part in version.components
        if part.item.state != APPROVED or part.offer.state != ACCEPTED
    ]
    basket.next_version_id = None
    if lost:
        notify_office(
            f"not_opened:{version.id}",
            _("«%(basket)s» er ikke sat til salg: %(items)s kan ikke fås mere.", basket=version.name_da,
              items=", ".join(lost)),
            path=f"/kontor/kurve/{basket.slug}", now=now,
        )  # fmt: skip
        return
    publish(basket, version, by=CLOCK, now=now)


def _close(basket: Basket, today: date) -> None:
    version = basket.current
    if basket.state == PUBLISHED and version is not None and version.close_on is not None and version.close_on < today:
        withdraw(basket, by=CLOCK, now=utc_now(), why=str(_("Salgsperioden er slut.")))
