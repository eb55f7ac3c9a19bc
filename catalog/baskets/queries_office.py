"""What the office reads of the catalogue: baskets, items and enterprises, and how a basket's price divides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from catalog.baskets.availability import ENOUGH, baskets_left
from catalog.baskets.models import PUBLISHED, Basket, BasketComponent, BasketVersion
from catalog.baskets.policies import divide
from catalog.baskets.queries import terms_of
from catalog.items.models import APPROVED, MADE, Item, ItemPrice, ItemVersion
from catalog.items.queries import capacity_in, find_price
from catalog.supply.models import STOCK, WEEK, Supply
from shop.days import iso_week
from shop.db import db
from shop.listing import Paged, contains, paged
from shop.money import offset_for
from shop.people.models import Enterprise, VatStatus
from shop.tax import vat_in_gross


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A basket in the office's list. Amounts net øre; `left` is None when nothing limits it."""

    basket: Basket
    pot_ore: int | None
    left: int | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in the office's list: today's price, its limit, what is spoken for, and in how many baskets it is."""

    item: Item
    price: ItemPrice | None
    most: int | None
    taken: int
    baskets: int


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise in the office's list, with today's VAT status and how much of it is in the catalogue."""

    enterprise: Enterprise
    status: VatStatus | None
    items: int
    baskets: int


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One component's share of one basket at the price asked about, and at the list price. Net øre."""

    component: BasketComponent
    at_list: int
    at_price: int


@dataclass(frozen=True, slots=True)
class Preview:
    """How one basket divides at a gross price: the net price, everyone's share, the pot's, and the floor."""

    gross_ore: int
    net_ore: int
    parts: list[PreviewPart]
    pot_at_list: int
    pot_at_price: int
    is_below_floor: bool


def office_baskets(search: str, side: int) -> Paged[BasketRow]:
    """A page of baskets in the shop's order, those withdrawn last; four questions."""
    query = (
        select(Basket)
        .outerjoin(BasketVersion, BasketVersion.id == Basket.current_version_id)
        .options(joinedload(Basket.current).selectinload(BasketVersion.components))
        .order_by((Basket.state != PUBLISHED), Basket.position, Basket.id)
    )
    if search:
        query = query.where(contains(search, Basket.slug, BasketVersion.name_da, BasketVersion.name_en))
    page = paged(query, side)
    left = baskets_left([basket.id for basket in page.rows])
    rows = [
        BasketRow(
            basket,
            divide(terms_of(basket.current), basket.current.net_ore, 1, _offset(basket.current)).pot
            if basket.current
            else None,
            None if left[basket.id] >= ENOUGH else left[basket.id],
        )
        for basket in page.rows
    ]
    return page.told(rows)


def _offset(version: BasketVersion) -> Fraction:
    return offset_for(f"preview:{version.id}")


def office_items(search: str, today: date, side: int) -> Paged[ItemRow]:
    """A page of items by enterprise and name; what is made to order is counted for this ISO week."""
    query = (
        select(Item)
        .join(Enterprise, Enterprise.id == Item.enterprise_id)
        .outerjoin(ItemVersion, ItemVersion.id == Item.current_version_id)
        .options(joinedload(Item.current), joinedload(Item.enterprise), selectinload(Item.prices))
        .order_by(Enterprise.name, Item.kind, Item.slug)
    )
    if search:
        query = query.where(contains(search, Item.slug, ItemVersion.name_da, ItemVersion.name_en, Enterprise.name))
    page = paged(query, side)
    ids = [item.id for item in page.rows]
    supply, used = _supply_of(ids, today), _baskets_by(BasketComponent.item_id, ids)
    rows = [_item_row(item, today, supply, used.get(item.id, 0)) for item in page.rows]
    return page.told(rows)


def _item_row(item: Item, today: date, supply: dict[tuple[int, str], Supply], used: int) -> ItemRow:
    row = supply.get((item.id, WEEK if item.supply == MADE else STOCK))
    most = row.on_hand if row else capacity_in(item, iso_week(today)) if item.supply == MADE else None
    return ItemRow(item, find_price(item, today), most, row.taken if row else 0, used)


def _supply_of(item_ids: Collection[int], today: date) -> dict[tuple[int, str], Supply]:
    this_week = and_(Supply.kind == WEEK, Supply.part == iso_week(today))
    rows = db.session.scalars(select(Supply).where(Supply.item_id.in_(item_ids), or_(Supply.kind == STOCK, this_week)))
    return {(row.item_id, row.kind): row for row in rows}


def _baskets_by(owner: InstrumentedAttribute[int], ids: Collection[int]) -> dict[int, int]:
    """In how many published baskets each item, or each enterprise, is."""
    rows = db.session.execute(
        select(owner, func.count(Basket.id.distinct()))
        .join(Basket, Basket.current_version_id == BasketComponent.version_id)
        .where(owner.in_(ids), Basket.state == PUBLISHED)
        .group_by(owner)
    )
    return dict(rows.all())


def office_enterprises(search: str, today: date, side: int) -> Paged[EnterpriseRow]:
    """A page of enterprises by name, with VAT status, approved items and published baskets."""
    query = select(Enterprise).options(selectinload(Enterprise.vat)).order_by(Enterprise.name, Enterprise.id)
    if search:
        query = query.where(contains(search, Enterprise.name, Enterprise.place, Enterprise.cvr))
    page = paged(query, side)
    ids = [one.id for one in page.rows]
    items, baskets = _items_of(ids), _baskets_by(BasketComponent.enterprise_id, ids)
    rows = [
        EnterpriseRow(one, _status_on(one, today), items.get(one.id, 0), baskets.get(one.id, 0)) for one in page.rows
    ]
    return page.told(rows)


def find_enterprise_row(slug: str, today: date) -> EnterpriseRow | None:
    """One enterprise, as in the list; None when there is none by that address."""
    found = db.session.scalar(select(Enterprise).where(Enterprise.slug == slug).options(selectinload(Enterprise.vat)))
    if found is None:
        return None
    items, baskets = _items_of([found.id]), _baskets_by(BasketComponent.enterprise_id, [found.id])
    return EnterpriseRow(found, _status_on(found, today), items.get(found.id, 0), baskets.get(found.id, 0))


def _status_on(enterprise: Enterprise, day: date) -> VatStatus | None:
    held = [status for status in enterprise.vat if status.valid_from <= day]
    return held[-1] if held else None


def _items_of(ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Item.enterprise_id, func.count())
        .where(Item.enterprise_id.in_(ids), Item.state == APPROVED)
        .group_by(Item.enterprise_id)
    )
    return {row[0]: row[1] for row in rows}


def find_any_basket(slug: str) -> Basket | None:
    """A basket by its address, published or not, with its components, their items and enterprises."""
    return db.session.scalar(
        select(Basket)
        .where(Basket.slug == slug)
        .options(
            joinedload(Basket.current)
            .selectinload(BasketVersion.components)
            .options(
                joinedload(BasketComponent.item).joinedload(Item.enterprise), joinedload(BasketComponent.item_version)
            )
        )
    )


def catalogue_counts() -> tuple[int, int, int]:
    """How many baskets, items and enterprises there are."""
    tables: Sequence[type[Basket] | type[Item] | type[Enterprise]] = (Basket, Item, Enterprise)
    counts = [select(func.count()).select_from(table).scalar_subquery() for table in tables]
    baskets, items, enterprises = db.session.execute(select(*counts)).one()
    return int(baskets), int(items), int(enterprises)


def preview(version: BasketVersion, gross_ore: int, rate_bp: int) -> Preview:
    """How one basket of a version would divide at another gross price. Below the floor the pot pays the difference."""
    terms, offset = terms_of(version), _offset(version)
    net_ore = gross_ore - vat_in_gross(gross_ore, rate_bp)
    at_list, at_price = divide(terms, version.net_ore, 1, offset), divide(terms, net_ore, 1, offset)
    parts = [
        PreviewPart(component, listed, priced)
        for component, listed, priced in zip(version.components, at_list.parts, at_price.parts, strict=True)
    ]
    return Preview(gross_ore, net_ore, parts, at_list.pot, at_price.pot, net_ore < version.floor_ore)
