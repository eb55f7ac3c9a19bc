"""The picture checklist of one order: one thing a step, and nothing but what is put in the parcel."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.items.models import Item, ItemVersion
from orders.models import BASKET, Order
from orders.packing.goods import Goods, goods_of_orders
from orders.packing.models import PackingStep
from orders.packing.plan import PlannedLine, lines_of
from shop.db import db

THING, CARD, CLOSE = "thing", "card", "close"
MOST_APART = 6  # so many baskets are packed one at a time; more stand in a row, and each step goes round all of them


@dataclass(frozen=True, slots=True)
class Step:
    """One step: so many pieces of a thing, a card, or closing the parcels.

    `basket_no` of `baskets`; 0 when the step goes round all of them. `key` names the step for good.
    """

    key: str
    kind: str
    name: str = ""
    count: int = 1
    basket: str = ""
    basket_no: int = 0
    baskets: int = 1
    version: ItemVersion | None = None
    text: str = ""
    done: bool = False
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """An order's steps, in turn."""

    steps: Sequence[Step]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def next_no(self) -> int:
        """The first step that is not done, counted from 1; the last one when all are."""
        return next((no for no, step in enumerate(self.steps, start=1) if not step.done), len(self.steps))

    def find(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    @property
    def in_hand(self) -> dict[int, list[int]]:
        """By item the lots that were scanned."""
        found: dict[int, list[int]] = {}
        for step in self.steps:
            if step.lot_id is not None and step.version is not None and step.done:
                found.setdefault(step.version.item_id, []).append(step.lot_id)
        return found

    def used(self, lot_id: int) -> int:
        """How many pieces of a lot the ticked steps have taken."""
        return sum(step.count for step in self.steps if step.done and step.lot_id == lot_id)


def checklist_of(order_id: int) -> Checklist:
    """The steps of an order and which of them are done: seven questions."""
    goods = goods_of_orders(Order.id == order_id)
    versions = {
        version.id: version
        for version in db.session.scalars(
            select(ItemVersion)
            .where(ItemVersion.id.in_({one.version_id for one in goods}))
            .options(joinedload(ItemVersion.item).joinedload(Item.enterprise))
        )
    }
    ticked = {
        row.step: row.lot_id for row in db.session.scalars(select(PackingStep).where(PackingStep.order_id == order_id))
    }
    steps = [
        step
        for line in lines_of(Order.id == order_id)
        for step in _line(line, [one for one in goods if one.line_id == line.line_id], versions)
    ]
    steps.append(Step("luk", CLOSE))
    return Checklist([_with(step, ticked) for step in steps])


def _line(line: PlannedLine, goods: Sequence[Goods], versions: dict[int, ItemVersion]) -> list[Step]:
    if line.kind != BASKET:
        return [_thing(line, one, 0, 1, one.pieces, versions) for one in goods] + _card(line, 0, 1)
    if line.quantity > MOST_APART:
        all_round = [_thing(line, one, 0, line.quantity, one.pieces, versions) for one in goods]
        return all_round + _card(line, 0, line.quantity)
    steps: list[Step] = []
    for no in range(1, line.quantity + 1):
        steps += [
            _thing(line, one, no, line.quantity, one.pieces // one.lines, versions) for one in goods if no <= one.lines
        ]
        steps += _card(line, no, line.quantity)
    return steps


def _thing(line: PlannedLine, one: Goods, no: int, baskets: int, count: int, versions: dict[int, ItemVersion]) -> Step:
    version = versions[one.version_id]
    return Step(
        f"{line.line_id}:{no}:{one.share_id}", THING, count=count, basket=line.name if line.kind == BASKET else "",
        basket_no=no, baskets=baskets, version=version,
    )  # fmt: skip


def _card(line: PlannedLine, no: int, baskets: int) -> list[Step]:
    if not line.card_text:
        return []
    return [
        Step(
            f"{line.line_id}:{no}:kort", CARD, count=1 if no else baskets, basket=line.name, basket_no=no,
            baskets=baskets, text=line.card_text,
        )
    ]  # fmt: skip


def _with(step: Step, ticked: dict[str, int | None]) -> Step:
    return replace(step, done=True, lot_id=ticked[step.key]) if step.key in ticked else step


def keep_days(step: Step, wanted_on: date) -> date:
    """The day the thing of a step must keep until."""
    assert step.version is not None
    return wanted_on + timedelta(days=step.version.min_shelf_days)
