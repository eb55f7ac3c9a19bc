"""Baskets that should be for sale by now and cannot be, and what they lack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from catalog.baskets.models import Basket, BasketComponent, BasketVersion, Offer
from catalog.baskets.offers import ACCEPTED
from catalog.items.models import APPROVED, Item
from shop.db import db
from shop.i18n import localised


@dataclass(frozen=True, slots=True)
class StuckOpening:
    """A basket whose first day has come, and the names of what cannot be had any more."""

    slug: str
    name_da: str
    name_en: str
    open_on: date
    items: Sequence[str]


def lost_parts(version: BasketVersion) -> list[BasketComponent]:
    """What is in a version and cannot be had any more: taken off, or its offer is over."""
    return [part for part in version.components if part.item.state != APPROVED or part.offer.state != ACCEPTED]


def _stuck(today: date) -> Any:
    """The condition on baskets joined with the version that waits."""
    lost = (
        select(BasketComponent.id)
        .join(Item, Item.id == BasketComponent.item_id)
        .join(Offer, Offer.id == BasketComponent.offer_id)
        .where(
            BasketComponent.version_id == Basket.next_version_id,
            or_(Item.state != APPROVED, Offer.state != ACCEPTED),
        )
    )
    return (BasketVersion.open_on <= today) & lost.exists()


def count_stuck_openings(today: date) -> Any:
    """How many there are: a number that another question may ask for in passing."""
    joined = select(func.count()).select_from(Basket).join(BasketVersion, BasketVersion.id == Basket.next_version_id)
    return joined.where(_stuck(today)).scalar_subquery()


def stuck_openings(today: date) -> list[StuckOpening]:
    """Those baskets, the one that has waited longest first: two questions."""
    baskets = db.session.scalars(
        select(Basket)
        .join(BasketVersion, BasketVersion.id == Basket.next_version_id)
        .where(_stuck(today))
        .options(
            contains_eager(Basket.next)
            .selectinload(BasketVersion.components)
            .options(
                joinedload(BasketComponent.item),
                joinedload(BasketComponent.offer),
                joinedload(BasketComponent.item_version),
            )
        )
        .order_by(BasketVersion.open_on, Basket.id)
    )
    return [_opening(basket.slug, basket.next) for basket in baskets if basket.next is not None]


def _opening(slug: str, version: BasketVersion) -> StuckOpening:
    assert version.open_on is not None
    names = [localised(part.item_version, "name") for part in lost_parts(version)]
    return StuckOpening(slug, version.name_da, version.name_en, version.open_on, names)
