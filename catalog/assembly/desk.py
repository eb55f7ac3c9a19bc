"""What the assembler of a basket sees: every figure worked out from the draft as it stands, and what is in the way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.assembly.models import BasketDraft, DraftPart
from catalog.assembly.queries import Left, boxes, left_of
from catalog.baskets.models import Basket, BasketComponent, BasketVersion, Offer
from catalog.baskets.offers import ACCEPTED, DECLINED, PROPOSED
from catalog.baskets.policies import FeeEstimate, floor_of
from catalog.baskets.publish import fee_estimate, work_out_facts
from catalog.baskets.queries import terms_of
from catalog.baskets.shares import Slice, slices_of
from catalog.items.facts import age_limit, allergens_of
from catalog.items.models import APPROVED, MADE, SERVICE, Item
from catalog.items.queries import capacity_in, find_price, rates_on
from catalog.supply.calendar import earliest_day
from catalog.supply.models import OFFER, STOCK, WEEK
from shop.days import iso_week
from shop.db import db
from shop.tax import vat_in_gross

WEEKS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class DeskPart:
    """An item in the draft: the offer it stands on, or the last one asked for; its price a piece (net øre).

    `was_ore` is what it cost in the version this one was copied from, when that is another price. `is_gone`: it is not
    sold any more. `is_newer`: its texts and facts have changed since that version.
    """

    part: DraftPart
    item: Item
    offer: Offer | None
    asked: Offer | None
    price_ore: int
    was_ore: int | None
    is_gone: bool
    is_newer: bool

    @property
    def is_service(self) -> bool:
        return self.item.kind == SERVICE


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft with everything worked out. Amounts øre; `pieces_left` is what stock and offers allow, in baskets.

    `weeks` says how many baskets the made-to-order parts allow in each of the coming ISO weeks. `short` are the codes
    of what is missing before it can be published, `warnings` of what deserves a look.
    """

    draft: BasketDraft
    parts: list[DeskPart]
    version: BasketVersion
    slices: list[Slice]
    floor_gross_ore: int | None
    allergens: list[str]
    traces: list[str]
    age: int
    earliest: date
    pieces_left: int | None
    weeks: list[tuple[str, int]]
    box_holds_g: int | None
    used_ml: int
    room_ml: int
    short: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def pot_ore(self) -> int:
        return self.slices[-1].ore

    @property
    def vat_ore(self) -> int:
        return self.version.gross_ore - self.version.net_ore

    @property
    def accepted(self) -> dict[int, Offer]:
        return {one.item.id: one.offer for one in self.parts if one.offer is not None}

    @property
    def goods(self) -> list[DeskPart]:
        return [one for one in self.parts if not one.is_service]


def find_draft(slug: str) -> BasketDraft | None:
    """A draft by its basket's address, with its parts, their items, prices and enterprises: four questions."""
    return db.session.scalar(
        select(BasketDraft)
        .join(BasketDraft.basket)
        .where(Basket.slug == slug)
        .options(
            joinedload(BasketDraft.basket).joinedload(Basket.current),
            selectinload(BasketDraft.parts)
            .joinedload(DraftPart.item)
            .options(joinedload(Item.current), joinedload(Item.enterprise), selectinload(Item.prices)),
            joinedload(BasketDraft.copied_from).selectinload(BasketVersion.components),
        )
    )


def set_out(draft: BasketDraft, today: date) -> Desk:
    """Work everything out of a draft. Two questions: offers, and what is left."""
    ids = [part.item_id for part in draft.parts]
    offers = _offers_of(draft, ids)
    weeks = [iso_week(today + timedelta(weeks=n)) for n in range(WEEKS_AHEAD)]
    left = left_of(ids, weeks)
    first = max(draft.open_on or today, today)
    before = {one.item_id: one for one in draft.copied_from.components} if draft.copied_from else {}
    parts = [_desk_part(part, offers, left, first, today, before.get(part.item_id)) for part in draft.parts]
    rate_bp = rates_on(today)["S"]
    fee = fee_estimate(rate_bp)
    version = _as_version(draft, parts, rate_bp, fee)
    floor = floor_of(draft.policy, draft.pot_percent_bp, terms_of(version).parts, fee)
    version.floor_ore = floor if floor is not None else 0
    goods = [one.item.current for one in parts if not one.is_service and one.item.current]
    allergens, traces = allergens_of(goods)
    desk = Desk(
        draft, parts, version, slices_of(version),
        gross_for(floor, rate_bp) if floor is not None and parts else None,
        allergens, traces, age_limit(goods), earliest_day(version.lead_days, first), _pieces_left(parts, left),
        _by_week(parts, left, weeks), dict(boxes()).get(draft.box), *_room(parts),
    )  # fmt: skip
    desk.short.extend(_short_of(desk, floor))
    desk.warnings.extend(_warnings_of(desk))
    return desk


def floor_with(desk: Desk, policy: str, pot_percent_bp: int, today: date) -> int | None:
    """The floor (net) of what is in the draft under another policy; None: the pot could never pay the fee."""
    fee = fee_estimate(rates_on(today)["S"])
    return floor_of(policy, pot_percent_bp, terms_of(desk.version).parts, fee) if desk.parts else None


def _offers_of(draft: BasketDraft, ids: Collection[int]) -> dict[int, list[Offer]]:
    """The offers of the present versions of these items, the newest first."""
    rows = db.session.execute(
        select(Item.id, Offer)
        .join(Offer, Offer.item_version_id == Item.current_version_id)
        .where(
            Item.id.in_(ids),
            or_(
                Offer.state == ACCEPTED,
                (Offer.basket_id == draft.basket_id) & Offer.state.in_((PROPOSED, DECLINED)),
            ),
        )
        .order_by(Offer.id.desc())
    )
    found: dict[int, list[Offer]] = {}
    for item_id, offer in rows:
        found.setdefault(item_id, []).append(offer)
    return found


def _desk_part(
    part: DraftPart, offers: Mapping[int, list[Offer]], left: Left, first: date, today: date,
    before: BasketComponent | None,
) -> DeskPart:  # fmt: skip
    item = part.item
    mine = offers.get(item.id, [])
    offer = _best([one for one in mine if one.state == ACCEPTED and one.from_on <= first <= one.until_on], part, left)
    asked = next((one for one in mine if one.state != ACCEPTED), None)
    is_gone = item.state != APPROVED or item.current is None or not _is_member(item, today)
    price_ore = offer.price_ore if offer else asked.price_ore if asked else _agreed_on(item, today)
    was_ore = before.agreed_ore if before is not None and before.agreed_ore != price_ore else None
    is_newer = before is not None and before.item_version_id != item.current_version_id
    return DeskPart(part, item, offer, asked, price_ore, was_ore, is_gone, is_newer)


def _best(offers: Collection[Offer], part: DraftPart, left: Left) -> Offer | None:
    """This basket's own offer before others, then one with enough left for a basket, then the newest."""
    mine = part.draft.basket_id
    return max(
        offers,
        key=lambda one: (
            left.get((OFFER, part.item_id, str(one.id)), 0) >= part.quantity, one.basket_id == mine,
            one.basket_id is None, one.id,
        ),
        default=None,
    )  # fmt: skip


def _agreed_on(item: Item, day: date) -> int:
    price = find_price(item, day)
    return price.agreed_ore if price else 0


def _is_member(item: Item, today: date) -> bool:
    return item.enterprise.left_on is None or item.enterprise.left_on > today


def _as_version(draft: BasketDraft, parts: Iterable[DeskPart], rate_bp: int, fee: FeeEstimate) -> BasketVersion:
    """The version the draft would become: made for reckoning, never kept."""
    net_ore = draft.gross_ore - vat_in_gross(draft.gross_ore, rate_bp)
    ordered = sorted(parts, key=lambda one: one.is_service)
    version = BasketVersion(
        basket_id=draft.basket_id, no=0, name_da=draft.name_da, name_en=draft.name_en, gross_ore=draft.gross_ore,
        net_ore=net_ore, vat_category="S", policy=draft.policy, pot_percent_bp=draft.pot_percent_bp,
        fee_ore=fee.of_net(net_ore), floor_ore=0,
        components=[_component(one, place) for place, one in enumerate(ordered, start=1) if one.item.current],
    )  # fmt: skip
    if version.components:
        work_out_facts(version)
    else:
        version.lead_days, version.weight_g, version.enterprises = 1, 0, 0
    return version


def _component(one: DeskPart, place: int) -> BasketComponent:
    assert one.item.current is not None
    return BasketComponent(
        kind="service" if one.is_service else "component", position=place, item=one.item,
        item_version=one.item.current, enterprise_id=one.item.enterprise_id, quantity=one.part.quantity,
        agreed_ore=one.price_ore, guaranteed_ore=one.part.guaranteed_ore,
        offer=one.offer or one.asked or Offer(lead_days=one.item.lead_days),
    )  # fmt: skip


def gross_for(floor_ore: int, rate_bp: int) -> int:
    """The lowest whole-krone price with VAT at which the net price reaches a floor."""
    gross = floor_ore * (10_000 + rate_bp) // 10_000 // 100 * 100
    while gross - vat_in_gross(gross, rate_bp) < floor_ore or gross <= 0:
        gross += 100
    return gross


def _pieces_left(parts: Iterable[DeskPart], left: Left) -> int | None:
    limits = []
    for one in parts:
        if one.offer is not None:
            limits.append(left.get((OFFER, one.item.id, str(one.offer.id)), 0) // one.part.quantity)
        if one.item.supply != MADE:
            limits.append(left.get((STOCK, one.item.id, ""), 0) // one.part.quantity)
    return max(0, min(limits)) if limits else None


def _by_week(parts: Iterable[DeskPart], left: Left, weeks: Iterable[str]) -> list[tuple[str, int]]:
    made = [one for one in parts if one.item.supply == MADE]

    def baskets_in(one: DeskPart, week: str) -> int:
        return max(0, left.get((WEEK, one.item.id, week), capacity_in(one.item, week))) // one.part.quantity

    return [(week, min(baskets_in(one, week) for one in made)) for week in weeks] if made else []


def _room(parts: Iterable[DeskPart]) -> tuple[int, int]:
    """The room the goods take and the room in what they are packed in, in ml; 0 where nobody has measured."""
    used = room = 0
    for one in parts:
        version = one.item.current
        if version is not None and version.is_packaging:
            room = max(room, version.volume_ml)
        elif version is not None and not one.is_service:
            used += version.volume_ml * one.part.quantity
    return used, room


def _short_of(desk: Desk, floor: int | None) -> list[str]:
    """What is missing before it can be published, as codes that the page has words for."""
    version = desk.version
    found = {
        "name": not desk.draft.name_da.strip(),
        "goods": not desk.goods,
        "gone": any(one.is_gone for one in desk.parts),
        "offer": any(one.offer is None and not one.is_gone for one in desk.parts),
        "no_floor": floor is None,
        "price": version.gross_ore <= 0,
        "floor": version.gross_ore > 0 and floor is not None and version.net_ore < floor,
    }
    return [code for code, holds in found.items() if holds]


def _warnings_of(desk: Desk) -> list[str]:
    draft = desk.draft
    ends = min((one.offer.until_on for one in desk.parts if one.offer), default=None)
    found = {
        "box": desk.box_holds_g is not None and desk.version.weight_g > desk.box_holds_g,
        "room": 0 < desk.room_ml < desk.used_ml,
        "pieces": desk.pieces_left is not None and desk.pieces_left < draft.pieces,
        "period": ends is not None and (draft.close_on is None or ends < draft.close_on),
        "english": not (draft.name_en and draft.text_en),
        "unnamed_weight": any(not one.item.current.weight_g for one in desk.goods if one.item.current),
    }
    return [code for code, holds in found.items() if holds]
