"""Shelves while everybody buys: counts and receipts in between, five baskets with one jar; never one too many."""

import random
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from catalog.baskets.models import Basket, BasketComponent
from catalog.items.models import STOCKED, Item
from catalog.stock.change import count, receive
from catalog.supply.models import STOCK, Supply, SupplyMove
from catalog.supply.reserve import Need, reserve
from orders.lock import lock_order
from orders.moves import cancel, pack
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.catalog.shelf_world import clear, come, scarce_item, standing
from tests.together.crowd import buyers, together
from tests.together.supplies import leave, left_of
from tests.tools.world import pay, place_order


def _job(act: Callable[[], object]) -> Callable[[], bool]:
    def job() -> bool:
        with transaction():
            act()
        return True

    return job


def _shared() -> tuple[int, list[tuple[str, int]]]:
    """The stocked item that most baskets have in them, those baskets, and how many each needs."""
    rows = db.session.execute(
        select(BasketComponent.item_id, Basket.slug, BasketComponent.quantity)
        .join(Basket, Basket.current_version_id == BasketComponent.version_id)
        .join(Item, Item.id == BasketComponent.item_id)
        .where(Item.supply == STOCKED, BasketComponent.kind == "component")
        .order_by(Basket.slug)
    ).all()
    ids = [row.item_id for row in rows]
    item_id = max(sorted(set(ids)), key=ids.count)
    return item_id, [(row.slug, row.quantity) for row in rows if row.item_id == item_id]


def test_one_jar_in_many_baskets_and_sixteen_who_want_it(example: Flask) -> None:
    item_id, baskets = _shared()
    assert len(baskets) >= 2
    need = max(quantity for _slug, quantity in baskets)
    leave(item_id, need * 5 + 1)
    slugs = [slug for slug, _quantity in baskets]
    crowd = [buyers(1, [(slugs[at % len(slugs)], 1)])[0] for at in range(16)]
    answers = together(example, [buyer.press for buyer in crowd])
    assert any(isinstance(answer, Refused) for answer in answers)
    assert 0 <= left_of(item_id) < need
    on_hand, promised, short = standing(item_id)
    assert (short, promised <= on_hand) == (0, True)


def test_counts_and_receipts_among_those_who_reserve(example: Flask) -> None:
    """Sixteen at once: eight reserve, four count (two of them find too little), four receive; the sums must hold."""
    item_id, _pieces = scarce_item()
    clear(item_id)
    come(item_id, 20, "first")

    def ask(number: int) -> Callable[[], bool]:
        need = [Need(STOCK, item_id, "", 4)]
        return _job(lambda: reserve(need, reference=f"r{number}", now=utc_now()))

    def tell(number: int, pieces: int) -> Callable[[], bool]:
        def act() -> None:
            item = db.session.get_one(Item, item_id)
            count(item, "all", pieces, why="talt", key=f"c{number}", by=COMMAND, now=utc_now())

        return _job(act)

    def bring(number: int) -> Callable[[], bool]:
        return _job(
            lambda: receive(db.session.get_one(Item, item_id), 3, key=f"m{number % 2}", by=COMMAND, now=utc_now())
        )

    jobs = [*map(ask, range(8)), *(tell(n, n * 6) for n in range(4)), *map(bring, range(4))]
    random.Random(4).shuffle(jobs)
    answers = together(example, jobs)
    reserved = db.session.scalars(
        select(func.sum(SupplyMove.pieces)).where(SupplyMove.kind == "reserve", SupplyMove.reference.like("r%"))
    ).one()
    on_hand, promised, short = standing(item_id)
    assert promised == (reserved or 0)
    assert short == max(0, promised - on_hand)
    on_shelf = select(func.sum(SupplyMove.pieces)).where(
        SupplyMove.kind.in_(("receipt", "count")),
        SupplyMove.reference.in_(("first", "m0", "m1", *(f"c{n}" for n in range(4)))),
    )
    assert on_hand == db.session.scalars(on_shelf).one()
    assert len(answers) == 16


def test_packing_cancelling_and_counting_at_once_keep_the_shelf(example: Flask) -> None:
    item_id, pieces = scarce_item()
    orders = [place_order() for _ in range(8)]
    for order in orders:
        pay(order)
    ids = [order.id for order in orders]
    before = standing(item_id)[0]

    def short_count() -> None:
        count(db.session.get_one(Item, item_id), "all", 2 * pieces, why="talt", key="c", by=COMMAND, now=utc_now())

    packing = [_job(lambda o=o: pack(lock_order(o), by=COMMAND, now=utc_now())) for o in ids]  # type: ignore[misc]
    ending = [
        _job(lambda o=o: cancel(lock_order(o), by=COMMAND, now=utc_now(), why="x"))  # type: ignore[misc]
        for o in ids[:4]
    ]
    together(example, [*packing, *ending, _job(short_count)])
    on_hand, promised, short = standing(item_id)
    assert short == max(0, promised - on_hand)
    assert 0 <= on_hand <= before
    row = db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == item_id)).one()
    assert row.taken >= 0
