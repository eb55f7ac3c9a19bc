"""What pages and verbs read of items, prices and VAT rates."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.items.models import APPROVED, GOODS, SERVICE, Item, ItemPrice, ItemVersion, VatRate
from shop.db import db
from shop.people.models import Enterprise
from shop.shown import remember, remember_each


def price_on(item: Item, day: date) -> ItemPrice:
    """The price row that holds on a day. An item on sale always has one (an assertion)."""
    found = find_price(item, day)
    assert found is not None, f"item {item.slug} has no price"
    return found


def find_price(item: Item, day: date) -> ItemPrice | None:
    """The same of an item that may have no price yet."""
    held = [price for price in item.prices if price.valid_from <= day]
    return held[-1] if held else None


def capacity_in(item: Item, week: str) -> int:
    """How many pieces its enterprise can make in an ISO week ("2026-W52"); none in a week it is closed."""
    return 0 if week in item.closed_weeks else item.weekly_capacity


def rates_on(day: date) -> dict[str, int]:
    """The rate of every VAT category on a day, in basis points."""
    return {category: rate_bp for category, rate_bp, valid_from in remember("vat_rates", _rates) if valid_from <= day}


def rate_days() -> list[date]:
    """The days from which a VAT rate holds."""
    return [valid_from for _category, _rate_bp, valid_from in remember("vat_rates", _rates)]


def _rates(session: Session) -> Sequence[Row[str, int, date]]:
    query = select(VatRate.category, VatRate.rate_bp, VatRate.valid_from)
    return session.execute(query.order_by(VatRate.valid_from)).all()


def items_for_sale(ids: Iterable[int]) -> dict[int, Item]:
    """Items that are sold alone today, by id, with version, prices and enterprise; kept, so not to be changed."""
    return remember_each("items for sale", ids, _items_for_sale)


def _items_for_sale(session: Session, ids: list[int]) -> dict[int, Item]:
    rows = session.scalars(
        select(Item)
        .where(Item.id.in_(ids), Item.state == APPROVED, Item.sold_alone, Item.kind == GOODS)
        .options(joinedload(Item.current), selectinload(Item.prices), joinedload(Item.enterprise))
    )
    return {item.id: item for item in rows}


def item_versions(ids: Iterable[int]) -> dict[int, ItemVersion]:
    """Versions of items by id, sold now or before; kept, so not to be changed."""
    return remember_each("item versions", ids, _item_versions)


def _item_versions(session: Session, ids: list[int]) -> dict[int, ItemVersion]:
    rows = session.scalars(select(ItemVersion).where(ItemVersion.id.in_(ids)))
    return {version.id: version for version in rows}


def enterprises(ids: Iterable[int]) -> dict[int, Enterprise]:
    """Enterprises by id, also those that have left; kept, so not to be changed."""
    return remember_each("enterprises", ids, _enterprises)


def _enterprises(session: Session, ids: list[int]) -> dict[int, Enterprise]:
    rows = session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)))
    return {enterprise.id: enterprise for enterprise in rows}


def find_item(slug: str) -> Item | None:
    """An approved item by its address."""
    return db.session.scalar(
        select(Item)
        .where(Item.slug == slug, Item.state == APPROVED)
        .options(joinedload(Item.current), selectinload(Item.prices), joinedload(Item.enterprise))
    )


def items_of(enterprise_id: int) -> Sequence[Item]:
    """An enterprise's approved items, goods first, by name."""
    rows = db.session.scalars(
        select(Item)
        .where(Item.enterprise_id == enterprise_id, Item.state == APPROVED)
        .options(joinedload(Item.current), selectinload(Item.prices))
    ).all()
    return sorted(rows, key=lambda item: (item.kind != GOODS, item.current.name_da if item.current else ""))


def services_on_offer() -> Sequence[Item]:
    """The approved services of all enterprises, with who does them."""
    return db.session.scalars(
        select(Item)
        .where(Item.kind == SERVICE, Item.state == APPROVED)
        .options(joinedload(Item.current), joinedload(Item.enterprise))
        .order_by(Item.enterprise_id, Item.id)
    ).all()


def find_member(slug: str) -> Enterprise | None:
    """An enterprise that has not left, by its address."""
    return db.session.scalar(select(Enterprise).where(Enterprise.slug == slug, Enterprise.left_on.is_(None)))
