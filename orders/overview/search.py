"""One search over what the office has: orders with buyer and recipient, baskets, items, enterprises, documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.models import Item, ItemVersion
from orders.documents.models import Document
from orders.models import Order
from shop.db import db
from shop.listing import contains
from shop.people.models import Enterprise

MOST = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of each kind, at most twelve and one more: then there are more than are shown."""

    orders: Sequence[Order]
    documents: Sequence[Document]
    baskets: Sequence[Row[str, str, str]]
    items: Sequence[Item]
    enterprises: Sequence[Enterprise]

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.documents or self.baskets or self.items or self.enterprises)


def search(text: str) -> Found:
    """Everything that has the text in its number, name, e-mail or recipient, the newest first: five questions."""
    return Found(_orders(text), _documents(text), _baskets(text), _items(text), _enterprises(text))


def _orders(text: str) -> Sequence[Order]:
    """The words are small letters already, and read from their index alone."""
    named = select(Order.id).where(Order.found_by.contains(text.lower(), autoescape=True))
    few = named.order_by(Order.id.desc()).limit(MOST + 1)
    return db.session.scalars(select(Order).where(Order.id.in_(few)).order_by(Order.id.desc())).all()


def _documents(text: str) -> Sequence[Document]:
    few = select(Document.id).where(contains(text, Document.number)).order_by(Document.id.desc()).limit(MOST + 1)
    query = select(Document).options(joinedload(Document.order)).where(Document.id.in_(few))
    return db.session.scalars(query.order_by(Document.id.desc())).all()


def _baskets(text: str) -> Sequence[Row[str, str, str]]:
    return db.session.execute(
        select(Basket.slug, BasketVersion.name_da, BasketVersion.name_en)
        .join(BasketVersion, BasketVersion.id == Basket.current_version_id)
        .where(contains(text, BasketVersion.name_da, BasketVersion.name_en))
        .order_by(Basket.position)
        .limit(MOST + 1)
    ).all()


def _items(text: str) -> Sequence[Item]:
    return db.session.scalars(
        select(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(contains(text, ItemVersion.name_da, ItemVersion.name_en))
        .options(joinedload(Item.current), joinedload(Item.enterprise))
        .order_by(ItemVersion.name_da)
        .limit(MOST + 1)
    ).all()


def _enterprises(text: str) -> Sequence[Enterprise]:
    found = contains(text, Enterprise.name, Enterprise.place, Enterprise.cvr)
    return db.session.scalars(select(Enterprise).where(found).order_by(Enterprise.name).limit(MOST + 1)).all()
