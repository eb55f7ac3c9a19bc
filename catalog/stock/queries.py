"""What the office reads of the shelves: every stocked item, one of them with its lots, and its moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from catalog.items.models import GOODS, STOCKED, Item, ItemVersion
from catalog.supply.lots import first_out
from catalog.supply.models import STOCK, Lot, Supply, SupplyMove
from shop.db import db
from shop.listing import Paged, contains, paged
from shop.people.models import Enterprise

# How many shelves are short: a number that another question may ask for in passing.
SHELVES_SHORT = select(func.count()).select_from(Supply).where(Supply.short > 0).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Shelf:
    """One item's shelf: pieces on hand, promised to orders, free, and missing; the earliest date among its lots."""

    item: Item
    supply: Supply | None
    earliest: date | None = None

    @property
    def on_hand(self) -> int:
        return self.supply.on_hand if self.supply else 0

    @property
    def promised(self) -> int:
        return self.supply.taken if self.supply else 0

    @property
    def free(self) -> int:
        return self.supply.most - self.supply.taken if self.supply else 0

    @property
    def short(self) -> int:
        return self.supply.short if self.supply else 0


@dataclass(frozen=True, slots=True)
class ShelfParts:
    """What lies on a shelf: its lots in the order they leave, and the pieces without a date."""

    lots: Sequence[Lot]
    undated: int


def _stocked() -> Select[Item]:
    return (
        select(Item)
        .join(Enterprise, Enterprise.id == Item.enterprise_id)
        .outerjoin(ItemVersion, ItemVersion.id == Item.current_version_id)
        .outerjoin(Supply, and_(Supply.item_id == Item.id, Supply.kind == STOCK))
        .where(Item.kind == GOODS, Item.supply == STOCKED)
    )


def shelves(search: str, slug: str, side: int) -> Paged[Shelf]:
    """A page of shelves: those with something missing first, then by enterprise and name. Four questions.

    `slug`: only those of one enterprise.
    """
    query = _stocked().options(joinedload(Item.current), joinedload(Item.enterprise))
    query = query.order_by((func.coalesce(Supply.short, 0) == 0), Enterprise.name, ItemVersion.name_da, Item.id)
    if search:
        query = query.where(contains(search, Item.slug, ItemVersion.name_da, ItemVersion.name_en, Enterprise.name))
    if slug:
        query = query.where(Enterprise.slug == slug)
    page = paged(query, side)
    ids = [item.id for item in page.rows]
    rows = {row.item_id: row for row in db.session.scalars(_shelf_rows(ids))}
    dates = dict(
        db.session.execute(
            select(Lot.item_id, func.min(Lot.best_before))
            .where(Lot.item_id.in_(ids), Lot.pieces > 0)
            .group_by(Lot.item_id)
        ).all()
    )
    return page.told([Shelf(item, rows.get(item.id), dates.get(item.id)) for item in page.rows])


def _shelf_rows(ids: Sequence[int]) -> Select[Supply]:
    return select(Supply).where(Supply.item_id.in_(ids), Supply.kind == STOCK)


def enterprises_with_stock() -> Sequence[Enterprise]:
    """The enterprises that have goods on a shelf, by name."""
    ids = select(Item.enterprise_id).where(Item.kind == GOODS, Item.supply == STOCKED)
    return db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)).order_by(Enterprise.name)).all()


def shelves_short() -> int:
    """How many items are promised to somebody and are not there."""
    return db.session.scalar(select(SHELVES_SHORT)) or 0


def find_shelf(slug: str) -> Shelf | None:
    """The shelf of an item by its address; None when no such item is stocked."""
    item = db.session.scalar(
        _stocked().where(Item.slug == slug).options(joinedload(Item.current), joinedload(Item.enterprise))
    )
    return Shelf(item, db.session.scalar(_shelf_rows([item.id]))) if item else None


def parts_of_shelf(shelf: Shelf) -> ShelfParts:
    """What lies on a shelf, lot by lot."""
    lots = db.session.scalars(select(Lot).where(Lot.item_id == shelf.item.id, Lot.pieces > 0)).all()
    return ShelfParts(first_out(lots), shelf.on_hand - sum(lot.pieces for lot in lots))


def moves_of(shelf: Shelf, side: int) -> Paged[SupplyMove]:
    """A page of the moves of a shelf, newest first."""
    supply_id = shelf.supply.id if shelf.supply else 0
    return paged(
        select(SupplyMove)
        .where(SupplyMove.supply_id == supply_id)
        .order_by(SupplyMove.at.desc(), SupplyMove.id.desc()),
        side,
    )
