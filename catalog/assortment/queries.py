"""What the pages of items read: an enterprise's own, and what waits for the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.assortment.models import APPROVED, DRAFT, SENT, Comment, Proposal
from catalog.baskets.models import PUBLISHED, Basket, BasketComponent, BasketVersion, Offer
from catalog.items.models import MADE, Item, ItemPrice, ItemVersion
from catalog.items.queries import capacity_in, find_price
from catalog.supply.models import STOCK, WEEK, Supply
from shop.days import iso_week
from shop.db import db
from shop.listing import Paged, paged

OPEN_OFFERS = ("proposed", "accepted")

# How many proposals wait for the office's answer: a number that another question may ask for in passing.
PROPOSALS_WAITING = select(func.count()).select_from(Proposal).where(Proposal.state == SENT).scalar_subquery()


@dataclass(frozen=True, slots=True)
class MyItem:
    """One of an enterprise's items: its open proposal, today's price, and what is there and spoken for.

    `most` and `taken` are pieces on hand, or this week's for what is made to order.
    """

    item: Item
    version: ItemVersion
    proposal: Proposal | None
    price: ItemPrice | None
    most: int
    taken: int


@dataclass(frozen=True, slots=True)
class Holder:
    """An offer or a published basket that holds an item in a version."""

    name: str
    path: str
    version_no: int
    price_ore: int


def my_items(enterprise_id: int, today: date, side: int) -> Paged[MyItem]:
    """A page of an enterprise's items, what is worked on first; four questions."""
    query = (
        select(Item)
        .outerjoin(Proposal, and_(Proposal.item_id == Item.id, Proposal.state != APPROVED))
        .where(Item.enterprise_id == enterprise_id)
        .options(joinedload(Item.current), selectinload(Item.prices))
        .order_by(Proposal.id.is_(None), Item.kind, Item.slug, Item.id)
    )
    page = paged(query, side)
    ids = [item.id for item in page.rows]
    proposals, supply = _open_by_item(ids), _supply_by_item(ids, today)
    return page.told([_my_item(item, proposals.get(item.id), supply, today) for item in page.rows])


def _my_item(
    item: Item, proposal: Proposal | None, supply: dict[tuple[int, str], Supply], today: date
) -> MyItem:  # fmt: skip
    row = supply.get((item.id, WEEK if item.supply == MADE else STOCK))
    most = row.on_hand if row else capacity_in(item, iso_week(today)) if item.supply == MADE else 0
    version = item.current or (proposal.version if proposal else None)
    assert version is not None, f"item {item.id} has neither a version nor a draft"
    return MyItem(item, version, proposal, find_price(item, today), most, row.taken if row else 0)


def _open_by_item(ids: Sequence[int]) -> dict[int, Proposal]:
    rows = db.session.scalars(
        select(Proposal)
        .where(Proposal.item_id.in_(ids), Proposal.state != APPROVED)
        .options(joinedload(Proposal.version))
    )
    return {row.item_id: row for row in rows}


def _supply_by_item(ids: Sequence[int], today: date) -> dict[tuple[int, str], Supply]:
    this_week = and_(Supply.kind == WEEK, Supply.part == iso_week(today))
    rows = db.session.scalars(select(Supply).where(Supply.item_id.in_(ids), or_(Supply.kind == STOCK, this_week)))
    return {(row.item_id, row.kind): row for row in rows}


def all_mine(enterprise_id: int) -> list[tuple[Item, ItemVersion, Proposal | None]]:
    """All of an enterprise's items, each with the version that is worked on or else sold, and its open proposal."""
    items = db.session.scalars(
        select(Item)
        .where(Item.enterprise_id == enterprise_id)
        .options(joinedload(Item.current), selectinload(Item.prices))
        .order_by(Item.kind, Item.slug)
    ).all()
    proposals = _open_by_item([item.id for item in items])
    found = []
    for item in items:
        proposal = proposals.get(item.id)
        version = proposal.version if proposal else item.current
        assert version is not None, f"item {item.id} has neither a version nor a draft"
        found.append((item, version, proposal))
    return found


def find_own(item_id: int, enterprise_id: int) -> Item | None:
    """An enterprise's own item; another's is not there."""
    return db.session.scalar(
        select(Item)
        .where(Item.id == item_id, Item.enterprise_id == enterprise_id)
        .options(joinedload(Item.current), selectinload(Item.prices))
    )


def find_to_judge(item_id: int) -> Item | None:
    """An item with all that its approval shows."""
    return db.session.scalar(
        select(Item)
        .where(Item.id == item_id)
        .options(joinedload(Item.current), joinedload(Item.enterprise), selectinload(Item.prices))
    )


def find_open(item_id: int) -> Proposal | None:
    """The open proposal of an item, with its version and photo."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.item_id == item_id, Proposal.state != APPROVED)
        .options(joinedload(Proposal.version), joinedload(Proposal.sent_photo))
    )


def to_judge(side: int) -> Paged[Proposal]:
    """A page of what the office has been sent: what waits first, the oldest of it first; then what was answered."""
    return paged(
        select(Proposal)
        .where(Proposal.state.not_in((DRAFT, APPROVED)))
        .options(
            joinedload(Proposal.version),
            joinedload(Proposal.item).joinedload(Item.enterprise),
            joinedload(Proposal.item).joinedload(Item.current),
        )
        .order_by(case((Proposal.state == SENT, 0), else_=1), Proposal.sent_at, Proposal.id),
        side,
    )


def comments_on(item_id: int) -> Sequence[Comment]:
    """What has been said of an item, the oldest first."""
    return db.session.scalars(select(Comment).where(Comment.item_id == item_id).order_by(Comment.id)).all()


def offers_holding(item_id: int) -> list[Holder]:
    """The open offers of an item, each with the version and the price it was made with."""
    rows = db.session.execute(
        select(ItemVersion.name_da, ItemVersion.no, Offer.price_ore, Offer.until_on)
        .join(Offer, Offer.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id == item_id, Offer.state.in_(OPEN_OFFERS))
        .order_by(Offer.id)
    )
    return [Holder(f"{until:%d.%m.%Y}", "", no, price_ore) for _name, no, price_ore, until in rows]


def baskets_holding(item_id: int) -> list[tuple[BasketVersion, Holder]]:
    """The published baskets with an item, each with the version of it that it holds."""
    rows = db.session.execute(
        select(BasketVersion, Basket.slug, ItemVersion.no, BasketComponent.agreed_ore)
        .join(Basket, Basket.current_version_id == BasketVersion.id)
        .join(BasketComponent, BasketComponent.version_id == BasketVersion.id)
        .join(ItemVersion, ItemVersion.id == BasketComponent.item_version_id)
        .where(BasketComponent.item_id == item_id, Basket.state == PUBLISHED)
        .order_by(Basket.position, Basket.id)
    )
    return [
        (version, Holder(version.name_da, f"/kontor/katalog/kurve/{slug}", no, ore)) for version, slug, no, ore in rows
    ]
