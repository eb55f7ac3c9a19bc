"""How many can be had now, and the step that pages show: many, few or none."""

from collections.abc import Collection

from sqlalchemy import and_, cast, func, or_, select

from catalog.baskets.models import PUBLISHED, Basket, BasketComponent
from catalog.items.models import MADE, Item
from catalog.supply.models import OFFER, STOCK, Supply
from shop.db import db
from shop.settings.read import value
from shop.shown import move_page_version

MANY, FEW, NONE = "many", "few", "none"
ENOUGH = 1_000_000  # what has no limit but the week's capacity, which the checkout asks for its own week
SCARCE = 400  # pieces left of an item below which a basket could be near a step


def step_of(available: int, few: int) -> str:
    """The step shown for so many left."""
    return NONE if available <= 0 else FEW if available <= few else MANY


def baskets_left(basket_ids: Collection[int]) -> dict[int, int]:
    """How many of each basket its scarcest component allows, counted by stock and accepted offers."""
    if not basket_ids:
        return {}
    left = func.min((Supply.most - Supply.taken) // BasketComponent.quantity)
    rows = db.session.execute(
        select(Basket.id, left)
        .join(BasketComponent, BasketComponent.version_id == Basket.current_version_id)
        .join(
            Supply,
            and_(
                Supply.item_id == BasketComponent.item_id,
                or_(
                    Supply.kind == STOCK,
                    and_(Supply.kind == OFFER, Supply.part == cast(BasketComponent.offer_id, Supply.part.type)),
                ),
            ),
        )
        .where(Basket.id.in_(basket_ids))
        .group_by(Basket.id)
    )
    found = dict(rows.tuples().all())
    return {basket_id: found.get(basket_id, ENOUGH) for basket_id in basket_ids}


def items_left(item_ids: Collection[int]) -> dict[int, int]:
    """How many pieces of each item are on hand and not spoken for."""
    rows = db.session.execute(
        select(Supply.item_id, Supply.most - Supply.taken).where(Supply.item_id.in_(item_ids), Supply.kind == STOCK)
    )
    found = dict(rows.tuples().all())
    return {item_id: found.get(item_id, ENOUGH) for item_id in item_ids}


def refresh_steps(item_ids: Collection[int]) -> None:
    """After stock has moved: see whether an item or basket crossed a step, and if so move the page version.

    Cheap when nothing is scarce: one question.
    """
    near = set(_scarce(item_ids))
    if not near:
        return
    few = int(value("limits.few_left"))
    baskets = db.session.scalars(
        select(Basket)
        .where(
            Basket.state == PUBLISHED,
            Basket.current_version_id.in_(
                select(BasketComponent.version_id).where(BasketComponent.item_id.in_(near)).distinct()
            ),
        )
        .order_by(Basket.id)
    ).all()
    left = baskets_left([basket.id for basket in baskets])
    alone = db.session.scalars(select(Item).where(Item.id.in_(near), Item.sold_alone, Item.supply != MADE)).all()
    items = items_left([item.id for item in alone])
    crossed = [(row, step_of(left[row.id], few)) for row in baskets if step_of(left[row.id], few) != row.shown_step]
    crossed_items = [
        (row, step_of(items[row.id], few)) for row in alone if step_of(items[row.id], few) != row.shown_step
    ]
    for basket, step in crossed:
        basket.shown_step = step
    for item, step in crossed_items:
        item.shown_step = step
    if crossed or crossed_items:
        move_page_version()


def _scarce(item_ids: Collection[int]) -> dict[int, int]:
    """The items with little left, or whose baskets show something else than many."""
    rows = db.session.execute(
        select(Supply.item_id, func.min(Supply.most - Supply.taken))
        .where(Supply.item_id.in_(item_ids), Supply.kind.in_((STOCK, OFFER)))
        .group_by(Supply.item_id)
        .having(func.min(Supply.most - Supply.taken) < SCARCE)
    )
    return dict(rows.tuples().all())
