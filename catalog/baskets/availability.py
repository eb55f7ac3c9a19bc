"""How many can be had now, and the step that pages show: many, few or none."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Select, and_, cast, func, or_, select, update

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
    found = dict(rows.all())
    return {basket_id: found.get(basket_id, ENOUGH) for basket_id in basket_ids}


def items_left(item_ids: Collection[int]) -> dict[int, int]:
    """How many pieces of each item are on hand and not spoken for."""
    rows = db.session.execute(
        select(Supply.item_id, Supply.most - Supply.taken).where(Supply.item_id.in_(item_ids), Supply.kind == STOCK)
    )
    found = dict(rows.all())
    return {item_id: found.get(item_id, ENOUGH) for item_id in item_ids}


def refresh_steps(item_ids: Collection[int], *, moved: Iterable[tuple[Supply, int]] = ()) -> None:
    """After stock has moved: see whether an item or basket crossed a step, and if so move the page version.

    Cheap when nothing is scarce: one question, or none for who knows what was `moved`: the limits as they were under
    their locks, and the pieces taken of each.
    """
    near = _scarce_among(moved) if moved else set(_scarce(item_ids))
    if not near:
        return
    few = int(value("limits.few_left"))
    # Locked before they are counted: of two who move different parts of one basket, the later counts what both did.
    baskets = _locked_steps(
        select(Basket.id, Basket.shown_step).where(
            Basket.state == PUBLISHED,
            Basket.current_version_id.in_(
                select(BasketComponent.version_id).where(BasketComponent.item_id.in_(near)).distinct()
            ),
        )
    )
    items = _locked_steps(
        select(Item.id, Item.shown_step).where(Item.id.in_(near), Item.sold_alone, Item.supply != MADE)
    )
    left, alone = baskets_left(baskets), items_left(items)
    crossed = [
        *_show(Basket, {key: step_of(left[key], few) for key in baskets}, baskets),
        *_show(Item, {key: step_of(alone[key], few) for key in items}, items),
    ]
    if crossed:
        move_page_version()


def _locked_steps(query: Select[int, str]) -> dict[int, str]:
    """The step each row shows, locked in id order; carts may go on pointing at the rows."""
    locked = query.order_by(query.selected_columns[0]).with_for_update(key_share=True)
    return dict(db.session.execute(locked).all())


def _show(table: type[Basket] | type[Item], steps: Mapping[int, str], shown: Mapping[int, str]) -> list[int]:
    """Write down the steps that are other than those shown; the ids of what has crossed."""
    crossed = [key for key, step in steps.items() if step != shown[key]]
    for key in crossed:
        db.session.execute(update(table).where(table.id == key).values(shown_step=steps[key]))
    return crossed


def _scarce_among(moved: Iterable[tuple[Supply, int]]) -> set[int]:
    """The items of which little is left; what has not moved can make nothing cross a step."""
    return {
        row.item_id for row, pieces in moved if row.kind in (STOCK, OFFER) and row.most - row.taken - pieces < SCARCE
    }


def _scarce(item_ids: Collection[int]) -> dict[int, int]:
    """The items with little left, or whose baskets show something else than many."""
    rows = db.session.execute(
        select(Supply.item_id, func.min(Supply.most - Supply.taken))
        .where(Supply.item_id.in_(item_ids), Supply.kind.in_((STOCK, OFFER)))
        .group_by(Supply.item_id)
        .having(func.min(Supply.most - Supply.taken) < SCARCE)
    )
    return dict(rows.all())
