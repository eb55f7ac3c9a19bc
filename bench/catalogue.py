"""A large catalogue, written with few statements: rows as the example and the coordinator's verbs would have made them.

The items are copies of the example's, each with its own name, price row and shelf; the baskets are made of them at
random (the same every time), three to eight parts each, one of them the packing. `check_like_publish` makes one of
them again through the real verbs and compares.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from catalog.baskets.models import Basket, BasketAllergen, BasketComponent, BasketVersion, Offer
from catalog.baskets.picture import picture_of
from catalog.baskets.policies import Part, floor_of
from catalog.baskets.publish import TASTE_OF_ALCOHOL, Chosen, Texts, fee_estimate, make_version
from catalog.items.models import GOODS, MADE, Item, ItemPrice, ItemVersion
from catalog.supply.models import OFFER, STOCK, Supply
from shop.db import Base, db, transaction
from shop.people.models import Enterprise, VatStatus
from shop.shown import move_page_version
from shop.tax import vat_in_gross

ENTERPRISES = 60
PIECES = 10_000_000  # nobody in the bench buys the shop empty
OFFERED = 100_000_000
ROWS_AT_ONCE = 2_000
BEGAN = date(2025, 1, 1)
POLICIES = ("agreed", "agreed", "proportional", "guaranteed")
VAT_BP = 2_500


@dataclass(frozen=True, slots=True)
class Thing:
    """An item of the large catalogue, as its baskets need it."""

    item_id: int
    version_id: int
    price_id: int
    enterprise_id: int
    offer_id: int
    price_ore: int
    lead_days: int
    source: ItemVersion


def fill(*, baskets: int, items: int, now: datetime, seed: int = 1) -> None:
    """Fill the example shop up to so many baskets and items. Call it once, on a shop with the example data."""
    dice = random.Random(seed)
    with transaction():
        enterprises = _enterprises(now)
        # The example's own things are in these baskets too, the packing in every one of them.
        db.session.execute(update(Item).values(weekly_capacity=PIECES))
        db.session.execute(update(Supply).values(most=OFFERED))
        things, packing = _items(items - _count(Item), enterprises, dice, now)
        _baskets(baskets - _count(Basket), things, packing, dice, now)
        move_page_version()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _count(table: type[Base]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(table)) or 0)


def _next_id(table: Any) -> int:
    return 1 + int(db.session.scalar(select(func.max(table.id))) or 0)


def _write(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(insert(table).execution_options(render_nulls=True), rows[begin : begin + ROWS_AT_ONCE])


def _move_sequences(*tables: Any) -> None:
    """PostgreSQL's counters know nothing of ids that were given by hand."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__table__.name
        db.session.execute(
            select(
                func.setval(
                    func.pg_get_serial_sequence(f'"{name}"', "id"), select(func.max(table.id)).scalar_subquery()
                )
            )
        )


def _values(row: Base, **changed: Any) -> dict[str, Any]:
    return {column.key: changed.get(column.key, getattr(row, column.key)) for column in row.__mapper__.columns}


def _enterprises(now: datetime) -> list[int]:
    """Copies of the example's enterprises; all their ids."""
    originals = db.session.scalars(select(Enterprise).order_by(Enterprise.id)).all()
    first, rows, status = _next_id(Enterprise), [], []
    for number in range(ENTERPRISES - len(originals)):
        source = originals[number % len(originals)]
        rows.append(_values(source, id=first + number, slug=f"{source.slug}-{number}", name=f"{source.name} {number}"))
        status.append(
            {
                "enterprise_id": first + number,
                "status": "registered",
                "vat_no": "",
                "valid_from": BEGAN,
                "checked_on": now.date(),
            }
        )
    _write(Enterprise, rows)
    _write(VatStatus, status)
    _move_sequences(Enterprise)
    return [row.id for row in originals] + [row["id"] for row in rows]


def _items(count: int, enterprises: Sequence[int], dice: random.Random, now: datetime) -> tuple[list[Thing], Thing]:
    """So many copies of the example's goods, each offered for baskets, and the example's packing offered once more."""
    originals = [
        item for item in db.session.scalars(select(Item).where(Item.kind == GOODS).order_by(Item.id)) if item.current
    ]
    service = db.session.scalars(
        select(Item)
        .join(BasketComponent, BasketComponent.item_id == Item.id)
        .where(BasketComponent.kind == "service")
        .limit(1)
    ).one()
    ids = (_next_id(Item), _next_id(ItemVersion), _next_id(ItemPrice), _next_id(Offer))
    rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in (Item, ItemVersion, ItemPrice, Offer, Supply)}
    things = []
    for number in range(count):
        source = originals[number % len(originals)]
        thing = _thing(source, enterprises[number % len(enterprises)], [one + number for one in ids], dice)
        _copy(rows, thing, source, number, now)
        things.append(thing)
    packing = _packing(service, ids[3] + count)
    rows[Offer].append(_offer(packing, now))
    rows[Supply].append(_limit(OFFER, packing.item_id, str(packing.offer_id), OFFERED))
    for table, some in rows.items():
        _write(table, some)
    db.session.execute(update(Item).where(Item.id >= ids[0]).values(current_version_id=Item.id - ids[0] + ids[1]))
    _move_sequences(Item, ItemVersion, ItemPrice, Offer)
    return things, packing


def _thing(source: Item, enterprise_id: int, ids: Sequence[int], dice: random.Random) -> Thing:
    assert source.current is not None
    item_id, version_id, price_id, offer_id = ids
    price_ore = max(500, source.prices[-1].agreed_ore + 25 * dice.randrange(-20, 21))
    return Thing(item_id, version_id, price_id, enterprise_id, offer_id, price_ore, source.lead_days, source.current)


def _packing(service: Item, offer_id: int) -> Thing:
    assert service.current is not None
    price = service.prices[-1]
    return Thing(
        service.id, service.current.id, price.id, service.enterprise_id, offer_id, price.agreed_ore, service.lead_days,
        service.current,
    )  # fmt: skip


def _copy(rows: dict[Any, list[dict[str, Any]]], thing: Thing, source: Item, number: int, now: datetime) -> None:
    version = thing.source
    slug = f"{source.slug}-{number}"
    rows[Item].append(
        _values(source, id=thing.item_id, slug=slug, enterprise_id=thing.enterprise_id, current_version_id=None)
    )
    rows[ItemVersion].append(
        _values(
            version, id=thing.version_id, item_id=thing.item_id, name_da=f"{version.name_da} {number}",
            name_en=f"{version.name_en} {number}", made_at=now, frozen_at=now,
        )
    )  # fmt: skip
    gross_ore = thing.price_ore * 2 // 5 * 5
    rows[ItemPrice].append(
        {
            "id": thing.price_id,
            "item_id": thing.item_id,
            "valid_from": BEGAN,
            "agreed_ore": thing.price_ore,
            "gross_ore": gross_ore,
        }
    )
    rows[Offer].append(_offer(thing, now))
    rows[Supply].append(_limit(OFFER, thing.item_id, str(thing.offer_id), OFFERED))
    if source.supply != MADE:
        rows[Supply].append(_limit(STOCK, thing.item_id, "", PIECES))
    else:
        rows[Item][-1]["weekly_capacity"] = PIECES


def _offer(thing: Thing, now: datetime) -> dict[str, Any]:
    return {
        "id": thing.offer_id,
        "item_version_id": thing.version_id,
        "price_id": thing.price_id,
        "price_ore": thing.price_ore,
        "most_pieces": OFFERED,
        "from_on": BEGAN,
        "until_on": now.date() + timedelta(days=730),
        "lead_days": thing.lead_days,
        "state": "accepted",
        "answered_at": now,
        "answered_by": "bench",
    }


def _limit(kind: str, item_id: int, part: str, most: int) -> dict[str, Any]:
    return {"kind": kind, "item_id": item_id, "part": part, "most": most, "taken": 0}


def _baskets(count: int, things: Sequence[Thing], packing: Thing, dice: random.Random, now: datetime) -> None:
    originals = [row.current for row in db.session.scalars(select(Basket).order_by(Basket.id)) if row.current]
    first, first_version, position = _next_id(Basket), _next_id(BasketVersion), _count(Basket)
    enterprises = {row.id: row for row in db.session.scalars(select(Enterprise))}
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (Basket, BasketVersion, BasketComponent, BasketAllergen)
    }
    for number in range(count):
        goods = _choose(things, 3 if number % 2 else dice.randrange(2, 8), dice)
        version_id = first_version + number
        parts = [_part(thing, "component", place, dice) for place, thing in enumerate(goods, start=1)]
        parts.append(_part(packing, "service", len(goods) + 1, dice))
        version = _version(originals[number % len(originals)], [*goods, packing], parts, number, now)
        version["picture"] = _picture(version, version_id, [*goods, packing], parts, enterprises)
        rows[Basket].append(
            {
                "id": first + number, "slug": f"kurv-{number}", "state": "published", "position": position + number + 1,
                "shown_step": "many", "current_version_id": None,
            }
        )  # fmt: skip
        rows[BasketVersion].append({**version, "id": version_id, "basket_id": first + number})
        rows[BasketComponent] += [{**part, "version_id": version_id} for part in parts]
        rows[BasketAllergen] += [{"version_id": version_id, "allergen": name} for name in version["allergens"]]
    for table, some in rows.items():
        _write(table, some)
    db.session.execute(
        update(Basket).where(Basket.id >= first).values(current_version_id=Basket.id - first + first_version)
    )
    _move_sequences(Basket, BasketVersion)


def _choose(things: Sequence[Thing], count: int, dice: random.Random) -> list[Thing]:
    """Different things from three enterprises or more (the packing's is one of them)."""
    while True:
        chosen = dice.sample(things, count)
        if len({thing.enterprise_id for thing in chosen}) >= min(3, count):
            return chosen


def _part(thing: Thing, kind: str, position: int, dice: random.Random) -> dict[str, Any]:
    return {
        "kind": kind,
        "position": position,
        "offer_id": thing.offer_id,
        "item_id": thing.item_id,
        "item_version_id": thing.version_id,
        "enterprise_id": thing.enterprise_id,
        "quantity": 1 if kind == "service" else dice.choice((1, 1, 1, 2)),
        "agreed_ore": thing.price_ore,
        "guaranteed_ore": 0 if kind == "service" else thing.price_ore * 8 // 10,
    }


def _version(
    source: BasketVersion, things: Sequence[Thing], parts: Sequence[dict[str, Any]], number: int, now: datetime
) -> dict[str, Any]:
    """A version's columns, as `make_version` and `publish` work them out."""
    policy = POLICIES[number % len(POLICIES)]
    percent_bp = 0 if policy == "agreed" else 1_500
    fee = fee_estimate(VAT_BP)
    floor = floor_of(policy, percent_bp, [_priced(part) for part in parts], fee)
    assert floor is not None
    agreed = sum(part["quantity"] * part["agreed_ore"] for part in parts)
    gross_ore = -(-max(floor * 5 // 4 + 5, agreed * 3 // 2) // 500) * 500
    net_ore = gross_ore - vat_in_gross(gross_ore, VAT_BP)
    goods = [(thing, part) for thing, part in zip(things, parts, strict=True) if part["kind"] == "component"]
    return {
        "no": 1,
        "name_da": f"{source.name_da} {number}",
        "name_en": f"{source.name_en} {number}",
        "tagline_da": source.tagline_da,
        "tagline_en": source.tagline_en,
        "text_da": source.text_da,
        "text_en": source.text_en,
        "gross_ore": gross_ore,
        "net_ore": net_ore,
        "vat_category": "S",
        "policy": policy,
        "pot_percent_bp": percent_bp,
        "fee_ore": fee.of_net(net_ore),
        "floor_ore": floor,
        "enterprises": len({part["enterprise_id"] for part in parts}),
        "allergens": sorted({name for thing, _ in goods for name in thing.source.allergens}),
        "has_alcohol": any(thing.source.abv_permille > TASTE_OF_ALCOHOL for thing, _ in goods),
        "weight_g": sum(thing.source.weight_g * part["quantity"] for thing, part in goods),
        "lead_days": max(thing.lead_days for thing in things),
        "published_at": now,
    }


def _priced(part: dict[str, Any]) -> Part:
    return Part(part["kind"], part["quantity"], part["agreed_ore"], part["guaranteed_ore"])


def _picture(
    version: dict[str, Any],
    version_id: int,
    things: Sequence[Thing],
    parts: Sequence[dict[str, Any]],
    enterprises: dict[int, Enterprise],
) -> str:
    """The hash under which its picture is served, from rows that never see the database."""
    drawn = BasketVersion(id=version_id, **version)
    for thing, part in zip(things, parts, strict=True):
        item = Item(id=thing.item_id, enterprise=enterprises[thing.enterprise_id])
        named = ItemVersion(**_values(thing.source, id=thing.version_id))
        drawn.components.append(BasketComponent(**part, item=item, item_version=named))
    return picture_of(drawn)[0]


def check_like_publish(slugs: Iterable[str], *, now: datetime) -> None:
    """Make baskets of the large catalogue again through the real verbs, and see that the same comes out. Rolls back."""
    try:
        for slug in slugs:
            basket = db.session.scalars(select(Basket).where(Basket.slug == slug)).one()
            old = basket.current
            assert old is not None
            names = Texts.__dataclass_fields__
            chosen = [Chosen(part.offer, part.quantity, part.kind, part.guaranteed_ore) for part in old.components]
            texts = Texts(**{name: getattr(old, name) for name in names})
            new = make_version(basket, texts, chosen, old.gross_ore, old.policy, old.pot_percent_bp, now=now)
            own = {"id", "no", "published_at", "picture"}
            assert _without(new, own) == _without(old, own)
            new.id, kept = old.id, new.id
            with db.session.no_autoflush:
                assert picture_of(new)[0] == old.picture
            new.id = kept
    finally:
        db.session.rollback()


def _without(version: BasketVersion, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in _values(version).items() if name not in names}
