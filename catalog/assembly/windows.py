"""Baskets that open and close by themselves on their days."""

import logging
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from catalog.assembly.change import unschedule
from catalog.assembly.openings import lost_parts
from catalog.baskets.models import PUBLISHED, Basket, BasketVersion
from catalog.baskets.publish import publish, withdraw
from shop.days import local_day, utc_now
from shop.db import db, lock_row, transaction
from shop.i18n import lazy_gettext as _
from shop.jobs.queue import every
from shop.journal.models import JournalEntry
from shop.journal.queries import entries_of
from shop.journal.record import CLOCK, record
from shop.people.notices import notify_office

log = logging.getLogger("shop.catalog")
TEN_MINUTES = 600
NOT_OPENED = "not_opened"


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
    """Sell the version that waits. What cannot be had any more is not sold: the office is told instead, once.

    It goes on waiting, and stands on the office's front page: it opens by itself when everything can be had again.
    """
    version, now = basket.next, utc_now()
    if version is None or version.open_on is None or version.open_on > today:
        return
    if version.close_on is not None and version.close_on < today:
        unschedule(basket, by=CLOCK, now=now)  # it never came to be sold, and its days are over
        return
    lost = [part.item_version.name_da for part in lost_parts(version)]
    if not lost:
        basket.next_version_id = None
        publish(basket, version, by=CLOCK, now=now)
        return
    if any(told.act == NOT_OPENED and told.details.get("version") == version.no for told in _journal(basket)):
        return
    record(NOT_OPENED, "basket", basket.id, by=CLOCK, now=now, version=version.no, items=lost)
    notify_office(
        f"not_opened:{version.id}",
        _("«%(basket)s» er ikke sat til salg: %(items)s kan ikke fås mere.", basket=version.name_da,
          items=", ".join(lost)),
        path=f"/kontor/kurve/{basket.slug}", now=now,
    )  # fmt: skip


def _journal(basket: Basket) -> Sequence[JournalEntry]:
    return entries_of("basket", basket.id)


def _close(basket: Basket, today: date) -> None:
    version = basket.current
    if basket.state == PUBLISHED and version is not None and version.close_on is not None and version.close_on < today:
        withdraw(basket, by=CLOCK, now=utc_now(), why=str(_("Salgsperioden er slut.")))
