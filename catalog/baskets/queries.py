"""What pages and verbs read of baskets."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from catalog.baskets.filters import Filters
from catalog.baskets.models import PUBLISHED, Basket, BasketAllergen, BasketComponent, BasketVersion
from catalog.baskets.policies import Part, Terms
from catalog.items.facts import join_words
from catalog.items.models import Item
from shop.db import db
from shop.listing import PAGE_SIZE
from shop.people.models import Enterprise
from shop.shown import remember_each

PARTS = (
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
        .options(joinedload(Basket.current).options(*PARTS))
    )


def find_basket_for_sale(slug: str) -> Basket | None:
    """The same for who buys it; kept, so not to be changed."""
    found = remember_each("baskets for sale", [slug], _baskets_for_sale)
    return found.get(slug)


def baskets_for_sale(ids: Iterable[int]) -> dict[int, Basket]:
    """Published baskets by id, with version, components, items and offers; kept, so not to be changed."""
    slugs = remember_each("baskets", ids, _slugs_of)
    baskets = remember_each("baskets for sale", slugs.values(), _baskets_for_sale)
    return {basket.id: basket for basket in baskets.values()}


def basket_versions(ids: Iterable[int]) -> dict[int, BasketVersion]:
    """Versions by id, sold now or before, with what is in them; kept, so not to be changed."""
    return remember_each("basket versions", ids, _versions)


def _versions(session: Session, ids: list[int]) -> dict[int, BasketVersion]:
    rows = session.scalars(select(BasketVersion).where(BasketVersion.id.in_(ids)).options(*PARTS))
    return {version.id: version for version in rows}


def _slugs_of(session: Session, ids: list[int]) -> dict[int, str]:
    return dict(session.execute(select(Basket.id, Basket.slug).where(Basket.id.in_(ids))).all())


def _baskets_for_sale(session: Session, slugs: list[str]) -> dict[str, Basket]:
    rows = session.scalars(select(Basket).where(Basket.slug.in_(slugs), Basket.state == PUBLISHED)).all()
    versions = basket_versions(basket.current_version_id for basket in rows if basket.current_version_id)
    for basket in rows:
        set_committed_value(basket, "current", versions.get(basket.current_version_id or 0))
    return {basket.slug: basket for basket in rows}


def terms_of(version: BasketVersion) -> Terms:
    """How a version divides its price, as a pure value; parts in the order of its components."""
    parts = tuple(
        Part(component.kind, component.quantity, component.agreed_ore, component.guaranteed_ore)
        for component in version.components
    )
    return Terms(version.policy, version.pot_percent_bp, version.fee_ore, version.floor_ore, parts)


def count_baskets(filters: Filters) -> int:
    """How many published baskets fit."""
    return int(db.session.scalar(_fitting(select(func.count()).select_from(Basket), filters)) or 0)


def baskets_on_page(filters: Filters, language: str) -> Sequence[Basket]:
    """One page of the published baskets that fit, with their versions, in the order asked for."""
    question = _fitting(select(Basket), filters).options(contains_eager(Basket.current))
    question = question.order_by(*_order(filters, language), Basket.position, Basket.id)
    return db.session.scalars(question.limit(PAGE_SIZE).offset((filters.page - 1) * PAGE_SIZE)).all()


def first_baskets(count: int) -> Sequence[Basket]:
    """The baskets that stand first in the shop, those that can be had before those that are sold out."""
    return db.session.scalars(
        _published(select(Basket))
        .options(contains_eager(Basket.current))
        .order_by(Basket.shown_step == "none", Basket.position, Basket.id)
        .limit(count)
    ).all()


def makers_of(version_ids: Iterable[int]) -> dict[int, list[Enterprise]]:
    """Who has a part in each version, goods first, each enterprise once."""
    rows = db.session.execute(
        select(BasketComponent.version_id, Enterprise)
        .join(Enterprise, Enterprise.id == BasketComponent.enterprise_id)
        .where(BasketComponent.version_id.in_(list(version_ids)))
        .order_by(BasketComponent.version_id, BasketComponent.position)
    )
    makers: dict[int, dict[int, Enterprise]] = {}
    for version_id, enterprise in rows:
        makers.setdefault(version_id, {}).setdefault(enterprise.id, enterprise)
    return {version_id: list(found.values()) for version_id, found in makers.items()}


def makers_in_words(baskets: Iterable[Basket]) -> dict[int, str]:
    """Who made each basket, as it is said ("a, b og c"), by the id of its version."""
    found = makers_of(basket.current_version_id for basket in baskets if basket.current_version_id)
    return {key: join_words(enterprise.name for enterprise in makers) for key, makers in found.items()}


def baskets_with(*, item_id: int | None = None, enterprise_id: int | None = None) -> Sequence[Basket]:
    """The published baskets with this item in them, or with anything from this enterprise."""
    has_part = select(BasketComponent.version_id).where(
        BasketComponent.item_id == item_id if item_id is not None else BasketComponent.enterprise_id == enterprise_id
    )
    return db.session.scalars(
        _published(select(Basket))
        .where(Basket.current_version_id.in_(has_part))
        .options(contains_eager(Basket.current))
        .order_by(Basket.position, Basket.id)
    ).all()


def find_drawn(digest: str) -> BasketVersion | None:
    """A published version by the hash of its picture, with what is drawn. Old versions keep their picture."""
    return db.session.scalar(
        select(BasketVersion)
        .where(BasketVersion.picture == digest, BasketVersion.published_at.is_not(None))
        .options(*PARTS)
        .order_by(BasketVersion.id)
        .limit(1)
    )


def _published(question: Select[Any]) -> Select[Any]:
    return question.join(BasketVersion, BasketVersion.id == Basket.current_version_id).where(Basket.state == PUBLISHED)


def _fitting(question: Select[Any], filters: Filters) -> Select[Any]:
    price = BasketVersion.net_ore if filters.net else BasketVersion.gross_ore
    question = _published(question)
    if filters.from_ore is not None:
        question = question.where(price >= filters.from_ore)
    if filters.to_ore is not None:
        question = question.where(price <= filters.to_ore)
    if filters.enterprises:
        question = question.where(BasketVersion.enterprises >= filters.enterprises)
    if filters.no_alcohol:
        question = question.where(BasketVersion.has_alcohol.is_(False))
    if filters.without:
        has_one = select(BasketAllergen.version_id).where(
            BasketAllergen.version_id == BasketVersion.id, BasketAllergen.allergen.in_(filters.without)
        )
        question = question.where(~has_one.exists())
    return question


def _order(filters: Filters, language: str) -> list[ColumnElement[Any]]:
    name = BasketVersion.name_en if language == "en" else BasketVersion.name_da
    orders: dict[str, ColumnElement[Any]] = {
        "pris": BasketVersion.gross_ore.asc(),
        "-pris": BasketVersion.gross_ore.desc(),
        "navn": func.lower(name).asc(),
        "virksomheder": BasketVersion.enterprises.desc(),
    }
    return [orders[filters.sort]] if filters.sort else []
