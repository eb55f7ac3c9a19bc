"""What an assembler takes from: the shelf of approved items, the list of baskets, and the versions there have been."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.assembly.models import BasketDraft
from catalog.baskets.models import PUBLISHED, Basket, BasketVersion, Offer
from catalog.baskets.offers import ACCEPTED, PROPOSED
from catalog.items.models import APPROVED, Item, ItemVersion
from catalog.items.queries import find_price
from shop.db import db
from shop.listing import Paged, contains, paged
from shop.people.models import Enterprise


@dataclass(frozen=True, slots=True)
class ShelfItem:
    """An item that can be put in a basket, with today's agreed price (net øre) and whether its enterprise said yes."""

    item: Item
    price_ore: int | None
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A basket in the assembly's list: what is sold, what is coming, what is worked on, and how many answers wait."""

    basket: Basket
    draft: BasketDraft | None
    waiting: int


def shelf(search: str, side: int, today: date) -> Paged[ShelfItem]:
    """A page of approved items of members, by enterprise and name; four questions."""
    query = (
        select(Item)
        .join(Enterprise, Enterprise.id == Item.enterprise_id)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.state == APPROVED, or_(Enterprise.left_on.is_(None), Enterprise.left_on > today))
        .options(joinedload(Item.current), joinedload(Item.enterprise), selectinload(Item.prices))
        .order_by(Item.kind, Enterprise.name, ItemVersion.name_da, Item.id)
    )
    if search:
        query = query.where(contains(search, ItemVersion.name_da, ItemVersion.name_en, Enterprise.name))
    page = paged(query, side, size=12)
    agreed = _agreed([item.current_version_id for item in page.rows if item.current_version_id], today)
    return page.told([_shelf_item(item, agreed, today) for item in page.rows])


def _shelf_item(item: Item, agreed: Collection[int], today: date) -> ShelfItem:
    price = find_price(item, today)
    return ShelfItem(item, price.agreed_ore if price else None, item.current_version_id in agreed)


def _agreed(version_ids: Collection[int], today: date) -> set[int]:
    return set(
        db.session.scalars(
            select(Offer.item_version_id).where(
                Offer.item_version_id.in_(version_ids), Offer.state == ACCEPTED, Offer.until_on >= today
            )
        )
    )


def assembly_list(search: str, side: int) -> Paged[BasketLine]:
    """A page of baskets, those being worked on first; four questions."""
    query = (
        select(Basket)
        .outerjoin(BasketDraft, BasketDraft.basket_id == Basket.id)
        .outerjoin(BasketVersion, BasketVersion.id == Basket.current_version_id)
        .options(joinedload(Basket.current), joinedload(Basket.next))
        .order_by(BasketDraft.id.is_(None), BasketDraft.changed_at.desc(), Basket.state != PUBLISHED, Basket.position)
    )
    if search:
        query = query.where(contains(search, Basket.slug, BasketVersion.name_da, BasketDraft.name_da))
    page = paged(query, side)
    ids = [basket.id for basket in page.rows]
    drafts = {
        draft.basket_id: draft
        for draft in db.session.scalars(select(BasketDraft).where(BasketDraft.basket_id.in_(ids)))
    }
    waiting = _waiting(ids)
    return page.told([BasketLine(one, drafts.get(one.id), waiting.get(one.id, 0)) for one in page.rows])


def _waiting(basket_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Offer.basket_id, func.count())
        .where(Offer.basket_id.in_(basket_ids), Offer.state == PROPOSED)
        .group_by(Offer.basket_id)
    )
    return {basket_id: count for basket_id, count in rows if basket_id is not None}


def find_basket_id(slug: str) -> int | None:
    """The number of a basket by its address, sold or not."""
    return db.session.scalar(select(Basket.id).where(Basket.slug == slug))


def versions_of(basket_id: int) -> Sequence[BasketVersion]:
    """Every version of a basket there has been, the newest first."""
    return db.session.scalars(
        select(BasketVersion).where(BasketVersion.basket_id == basket_id).order_by(BasketVersion.no.desc())
    ).all()


def copyable(most: int = 200) -> Sequence[BasketVersion]:
    """The newest version of every basket that has one, last year's too, for who begins with a copy."""
    newest = select(func.max(BasketVersion.id)).group_by(BasketVersion.basket_id)
    return db.session.scalars(
        select(BasketVersion).where(BasketVersion.id.in_(newest)).order_by(BasketVersion.id.desc()).limit(most)
    ).all()
