"""What a basket can be composed of today: candidates, and what every basket costs beside its goods.

An item is a candidate when it is approved goods of an enterprise that has not left, and its enterprise has accepted an
offer of its present version that holds on the day of delivery: nothing enters a basket otherwise. It costs what the
offer says (of several, the newest that has enough left).

A box to pack in has room for its `volume_ml` of other goods, each of which takes its own; the sizes of a parcel (S, M,
L) are what it may weigh, by the steps of *Pakke efter vægt*.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from catalog.assembly.demands import Candidate, Frame
from catalog.baskets.models import AGREED, PUBLISHED, Basket, BasketComponent, BasketVersion, Offer
from catalog.baskets.policies import divide
from catalog.baskets.publish import TASTE_OF_ALCOHOL, fee_estimate
from catalog.baskets.queries import PARTS, terms_of
from catalog.items.models import APPROVED, GOODS, MADE, Item, ItemVersion
from catalog.items.queries import capacity_in, rates_on
from catalog.supply.calendar import Calendar, earliest_day, shop_calendar
from catalog.supply.models import OFFER, STOCK, WEEK, Supply
from shop.days import add_working_days, iso_week
from shop.db import db
from shop.money import divide_half_up, offset_for
from shop.people.models import Enterprise
from shop.settings.read import value
from shop.tax import FULL_BP

PLENTY = 1_000_000
Left = dict[tuple[str, int, str], int]  # by kind, item, and part: the ISO week, or the offer's id


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate with the rows it came from, so that it can be shown and put in a basket."""

    candidate: Candidate
    item: Item
    version: ItemVersion
    offer: Offer


@dataclass(frozen=True, slots=True)
class Like:
    """A published basket's own way: which services are done for it, and what part of its price the pot has."""

    frame: Frame
    version: BasketVersion | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The day a basket is to be there, the day it is packed for that, and the days between."""

    deliver_on: date
    pack_on: date

    @property
    def days_under_way(self) -> int:
        return (self.deliver_on - self.pack_on).days


def delivery_in(year: int, week: int) -> Delivery | None:
    """The last day of an ISO week on which anything is delivered; None when nothing is, or there is no such week."""
    calendar = shop_calendar()
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    days = [day for day in (monday + timedelta(days=n) for n in range(6, -1, -1)) if calendar.is_open(day)]
    return _packed_for(days[0], calendar) if days else None


def first_delivery(today: date) -> Delivery:
    """The first day on which everything that has an accepted offer could be there."""
    leads = select(Offer.lead_days).where(Offer.state == "accepted", Offer.until_on >= today)
    return _packed_for(earliest_day(max(db.session.scalars(leads), default=1), today), shop_calendar())


def _packed_for(day: date, calendar: Calendar) -> Delivery:
    """The last working day from which the parcel is there on the day."""
    packed = day
    while add_working_days(packed, calendar.transit_days, calendar.closed) > day or not calendar.is_working(packed):
        packed -= timedelta(days=1)
    return Delivery(day, packed)


def candidates_for(delivery: Delivery, pieces: int, today: date, *, contains: Collection[str] = ()) -> dict[int, Kept]:
    """Everything that may be in baskets that are there on the day, by item id. Three questions, whatever there is.

    A box or basket to pack in is a candidate only when it is asked for (`contains`): it is no gift by itself.
    """
    rows = db.session.execute(
        select(Offer, Item, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Offer.item_version_id)
        .join(Item, and_(Item.id == ItemVersion.item_id, Item.current_version_id == ItemVersion.id))
        .join(Enterprise, Enterprise.id == Item.enterprise_id)
        .where(
            Item.state == APPROVED,
            Item.kind == GOODS,
            or_(Enterprise.left_on.is_(None), Enterprise.left_on > delivery.deliver_on),
            Offer.state == "accepted",
            Offer.from_on <= delivery.deliver_on,
            Offer.until_on >= delivery.deliver_on,
            or_(ItemVersion.is_packaging.is_(False), Item.slug.in_(contains)),
        )
        .options(joinedload(Item.enterprise))
        .order_by(Offer.id)
    ).all()
    week = iso_week(delivery.pack_on)
    left = left_of({item.id for _offer, item, _version in rows}, [week])
    ready = {lead: earliest_day(lead, today) for lead in sorted({offer.lead_days for offer, _item, _version in rows})}
    found: dict[int, Kept] = {}
    for offer, item, version in rows:
        there = min(_of_item(item, left, week), left.get((OFFER, item.id, str(offer.id)), 0))
        kept = Kept(_candidate(item, version, offer, there, ready[offer.lead_days]), item, version, offer)
        before = found.get(item.id)
        if before is None or there >= min(pieces, before.candidate.pieces):
            found[item.id] = kept
    return found


def _candidate(item: Item, version: ItemVersion, offer: Offer, pieces: int, ready_on: date) -> Candidate:
    return Candidate(
        item.id,
        item.slug,
        item.enterprise.slug,
        offer.price_ore,
        pieces,
        weight_g=version.weight_g,
        units=0 if version.is_packaging else version.volume_ml,
        allergens=frozenset(version.allergens),
        has_alcohol=version.abv_permille > TASTE_OF_ALCOHOL,
        ready_on=ready_on,
        keeps_days=version.shelf_days - version.min_shelf_days if version.shelf_days else None,
    )


def left_of(item_ids: Collection[int], weeks: Collection[str]) -> Left:
    """What is not spoken for of these items: on hand, of those weeks that have been begun, and of each offer."""
    rows = db.session.execute(
        select(Supply.kind, Supply.item_id, Supply.part, Supply.most - Supply.taken).where(
            Supply.item_id.in_(item_ids), or_(Supply.kind.in_((STOCK, OFFER)), Supply.part.in_(weeks))
        )
    )
    return {(kind, item_id, part): pieces for kind, item_id, part, pieces in rows}


def _of_item(item: Item, left: Left, week: str) -> int:
    if item.supply == MADE:
        return left.get((WEEK, item.id, week), capacity_in(item, week))
    return left.get((STOCK, item.id, ""), 0)


def _baskets_of(one: BasketComponent, left: Left, week: str) -> int:
    """How many baskets a component allows, by its item and by its offer."""
    return min(_of_item(one.item, left, week), left.get((OFFER, one.item_id, str(one.offer_id)), 0)) // one.quantity


def like_published(net_ore: int, delivery: Delivery, today: date) -> Like:
    """What is done for, and kept back from, the published basket nearest in price, among those with agreed prices.

    Its services at the price of their offers, and the pot's part of its price; without such a basket nothing is done,
    and the pot takes the fee alone.
    """
    fee = fee_estimate(rates_on(today)["S"])
    versions = db.session.scalars(
        select(BasketVersion)
        .join(Basket, Basket.current_version_id == BasketVersion.id)
        .where(Basket.state == PUBLISHED, BasketVersion.policy == AGREED)
        .options(*PARTS)
    ).all()
    if not versions:
        return Like(Frame(fee=fee), None)
    model = min(versions, key=lambda version: (abs(version.net_ore - net_ore), version.id))
    services = [component for component in model.components if component.kind == "service"]
    week = iso_week(delivery.pack_on)
    left = left_of({one.item_id for one in services}, [week])
    pot = divide(terms_of(model), model.net_ore, 1, offset_for(f"preview:{model.id}")).pot
    frame = Frame(
        services_ore=sum(one.agreed_ore * one.quantity for one in services),
        pot_percent_bp=divide_half_up(pot * FULL_BP, model.net_ore) if model.net_ore else 0,
        fee=fee,
        service_pieces=min((_baskets_of(one, left, week) for one in services), default=PLENTY),
    )
    return Like(frame, model)


def boxes() -> list[tuple[str, int]]:
    """The sizes a parcel comes in, the lightest first, and how many grams each may weigh."""
    weights = sorted(int(row["max_g"]) for row in value("freight.parcel"))
    return list(zip(("S", "M", "L", "XL", "XXL"), weights, strict=False))


def items_to_choose() -> Sequence[Item]:
    """Every approved item of a member, by enterprise and name, for who says what must be in a basket."""
    return db.session.scalars(
        select(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .join(Enterprise, Enterprise.id == Item.enterprise_id)
        .where(Item.state == APPROVED, Enterprise.left_on.is_(None))
        .options(joinedload(Item.current), joinedload(Item.enterprise))
        .order_by(Enterprise.name, ItemVersion.name_da, Item.id)
    ).all()


def room_of(slugs: Collection[str]) -> int | None:
    """The room (ml) in the boxes and baskets among these items; None when there is none, or nobody has measured it."""
    rows = db.session.scalars(
        select(ItemVersion.volume_ml)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.slug.in_(slugs), ItemVersion.is_packaging, ItemVersion.volume_ml > 0)
    ).all()
    return max(rows) if rows else None


def names_of_items(slugs: Collection[str]) -> dict[str, ItemVersion]:
    """What the items are called that have such addresses, sold or not; who has none is not there."""
    rows = db.session.execute(
        select(Item.slug, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.slug.in_(slugs))
        .order_by(Item.slug)
    )
    return dict(rows.all())
