"""What pages and verbs read of baskets."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.baskets.models import PUBLISHED, Basket, BasketComponent, BasketVersion
from catalog.baskets.policies import Part, Terms
from catalog.items.models import Item
from shop.db import db

_PARTS = (
    selectinload(BasketVersion.components).options(
        joinedload(BasketComponent.item).joinedload(Item.enterprise),
        joinedload(BasketComponent.item_version),
        joinedload(BasketComponent.offer),
    ),
)


def find_basket(slug: str) -> Basket | None:
    """A published basket by its address, with everything its page shows."""
    return db.session.scalar(
        select(Basket)
        .where(Basket.slug == slug, Basket.state == PUBLISHED)
        .options(joinedload(Basket.current).options(*_PARTS))
    )


def baskets_for_sale(ids: Iterable[int]) -> dict[int, Basket]:
    """Published baskets by id, with version, components, items and offers: two questions."""
    rows = db.session.scalars(
        select(Basket)
        .where(Basket.id.in_(list(ids)), Basket.state == PUBLISHED)
        .options(joinedload(Basket.current).options(*_PARTS))
    )
    return {basket.id: basket for basket in rows}


def terms_of(version: BasketVersion) -> Terms:
    """How a version divides its price, as a pure value; parts in the order of its components."""
    parts = tuple(
        Part(component.kind, component.quantity, component.agreed_ore, component.guaranteed_ore)
        for component in version.components
    )
    return Terms(version.policy, version.pot_percent_bp, version.fee_ore, version.floor_ore, parts)
