"""Parcels that cost the buyer nothing: a replacement, and the first parcel once more after it came back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select

from catalog.baskets.availability import refresh_steps
from catalog.items.models import Item
from catalog.supply.lots import Wanted
from catalog.supply.models import STOCK, Supply
from catalog.supply.reserve import Need, SoldOut, lock_supplies, release, reserve, take
from orders.after.models import AGAIN, REPLACEMENT, Parcel, ParcelSupply, Report
from orders.after.states import BACK, PLANNED, check_parcel, move_parcel
from orders.books.rules import post_replacement
from orders.cart.needs import item_need
from orders.checkout.place import check_open_day
from orders.delivery.plan import first_day, shop_calendar
from orders.models import COMPONENT, FREIGHT, LOCAL, PARCEL, Order
from orders.moves import keep_until
from orders.refunds.plan import Bearer
from orders.reversals.models import BY_POT
from orders.states import CLOSED, SENT
from orders.tell import tell_buyer
from shop.address import PostalAddress
from shop.days import local_day
from shop.db import db, insert_new, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised
from shop.journal.record import By, record

MOST_PIECES = 10_000


@dataclass(frozen=True, slots=True)
class Good:
    """One kind of goods in an order: which item of which line, and how many pieces were sold."""

    share_id: int
    line_id: int
    item: Item
    text_da: str
    text_en: str
    line_da: str
    line_en: str
    pieces: int


def goods_of(order: Order) -> list[Good]:
    """The goods of an order as they were sold, a basket's items one by one; no services."""
    sold = {share.item_version.item_id for line in order.lines for share in line.shares if share.item_version}
    items = {item.id: item for item in db.session.scalars(select(Item).where(Item.id.in_(sold)))}
    return [
        Good(
            share.id,
            line.id,
            items[share.item_version.item_id],
            share.item_version.name_da,
            share.item_version.name_en,
            line.text_da,
            line.text_en,
            share.pieces,
        )
        for line in order.lines
        for share in line.shares
        if share.kind == COMPONENT and share.item_version is not None
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """To whom a replacement goes (phone in eight digits or nothing), and who bears what it costs.

    `key` is the cause's own name: planned twice it is one parcel. `note` is read by those who bear it.
    """

    recipient: PostalAddress
    phone: str
    bearer: Bearer
    key: str
    note: str = ""
    report: Report | None = None


def plan_replacement(order: Order, picks: Mapping[int, int], plan: Plan, *, by: By, now: datetime) -> Parcel | None:
    """Plan a parcel with pieces of what was sold (share id → pieces), at no charge, and hold the goods for it.

    Refuses an order that has not been sent, nothing picked, more than was sold, and goods that are not there. It is
    packed on the first day they can be ready. None when it has been planned before.
    """
    _check_sent(order)
    picked = [(good, picks[good.share_id]) for good in goods_of(order) if picks.get(good.share_id)]
    if not picked:
        raise Refused(_("Skriv, hvor mange af mindst én vare der skal sendes."), field="picks")
    if any(pieces > good.pieces for good, pieces in picked):
        raise Refused(_("Der kan højst sendes så mange, som der var i ordren."), field="picks")
    today, calendar = local_day(now), shop_calendar()
    wanted_on = first_day(max(good.item.lead_days for good, _pieces in picked), _way(order), today, calendar)
    parcel = _insert(
        order,
        plan.key,
        now,
        by,
        report_id=plan.report.id if plan.report else None,
        kind=REPLACEMENT,
        state=PLANNED,
        recipient={**asdict(plan.recipient), "phone": plan.phone},
        lines=[_line(good, pieces) for good, pieces in picked],
        wanted_on=wanted_on,
        pack_on=check_open_day(wanted_on, _way(order), wanted_on, today, calendar),
        bearer=plan.bearer.kind,
        bearer_id=plan.bearer.enterprise_id,
        note=plan.note,
    )
    if parcel is not None:
        _hold(parcel, picked, now)
        record("replacement_planned", "order", order.id, by=by, now=now, parcel_id=parcel.id)
    return parcel


def _insert(order: Order, key: str, now: datetime, by: By, **values: Any) -> Parcel | None:
    return insert_new(
        Parcel,
        key=f"{order.id}:{key}",
        order_id=order.id,
        delivery=_way(order),
        made_at=now,
        by_name=by.by_name[:200],
        **values,
    )


def _check_sent(order: Order) -> None:
    if order.state not in (SENT, CLOSED):
        raise Refused(_("Ordre %(number)s er ikke sendt endnu.", number=order.number))


def _way(order: Order) -> str:
    """The order's own way; what a partner drove out goes by parcel, since its run list knows orders alone."""
    return PARCEL if order.delivery == LOCAL else order.delivery


def _line(good: Good, pieces: int) -> dict[str, object]:
    texts = {"text_da": good.text_da, "text_en": good.text_en}
    return {"line_id": good.line_id, "share_id": good.share_id, "item_id": good.item.id, "pieces": pieces, **texts}


def _hold(parcel: Parcel, picked: Sequence[tuple[Good, int]], now: datetime) -> None:
    assert parcel.pack_on is not None
    needs: list[Need] = [item_need(good.item, pieces, parcel.pack_on) for good, pieces in picked]
    try:
        held = reserve(needs, reference=f"parcel:{parcel.id}", now=now)
    except SoldOut as short:
        names = {f"«{localised(good.item.current, 'name')}»" for good, _n in picked if good.item.id in short.item_ids}
        raise Refused(
            _(
                "Der er ikke nok tilbage af %(names)s. Send noget andet, eller giv pengene tilbage.",
                names=", ".join(names),
            ),
            field="picks",
        ) from short
    db.session.add_all([ParcelSupply(parcel_id=parcel.id, supply_id=row.id, pieces=pieces) for row, pieces in held])
    refresh_steps({row.item_id for row, _pieces in held})


def note_back(order: Order, *, by: By, now: datetime) -> Parcel | None:
    """An order's first parcel has come back: ask its buyer where it goes now. None when that has been noted before.

    Refuses an order that has not been sent.
    """
    _check_sent(order)
    lines = [
        {"line_id": line.id, "pieces": line.quantity, "text_da": line.text_da, "text_en": line.text_en}
        for line in order.lines
        if line.kind != FREIGHT
    ]
    parcel = _insert(
        order,
        "back",
        now,
        by,
        kind=AGAIN,
        state=BACK,
        recipient=dict(order.recipient),
        lines=lines,
        bearer=BY_POT,
        note="",
        back_at=now,
    )
    if parcel is not None:
        _tell_back(parcel, order, by, now)
    return parcel


def come_back(parcel: Parcel, *, by: By, now: datetime) -> None:
    """A parcel that had been sent anew has come back too."""
    move_parcel(parcel, "come_back", now=now)
    parcel.wanted_on = parcel.pack_on = None
    _tell_back(parcel, parcel.order, by, now)


def _tell_back(parcel: Parcel, order: Order, by: By, now: datetime) -> None:
    entry = record("parcel_back", "order", order.id, by=by, now=now, parcel_id=parcel.id)
    db.session.flush()
    tell_buyer(order, "parcel_back", f"{parcel.id}:{entry.id}", now=now, parcel_id=parcel.id)


def choose_again(
    parcel: Parcel, recipient: PostalAddress, phone: str, wanted_on: date, *, by: By, now: datetime
) -> None:
    """Where and when a parcel that came back goes now. Refuses a day too early, too far off or closed."""
    check_parcel(parcel, "choose")
    today, calendar = local_day(now), shop_calendar()
    first = first_day(1, parcel.delivery, today, calendar)
    pack_on = check_open_day(first, parcel.delivery, wanted_on, today, calendar)
    parcel.recipient = {**asdict(recipient), "phone": phone}
    parcel.wanted_on, parcel.pack_on = wanted_on, pack_on
    move_parcel(parcel, "choose", now=now)
    record("parcel_chosen", "order", parcel.order_id, by=by, now=now, parcel_id=parcel.id)


def pack_parcel(parcel: Parcel, *, by: By, now: datetime) -> None:
    """Packed: what was held for it leaves the shelf. What came back lies in its parcel already."""
    check_parcel(parcel, "pack")
    held = _held(parcel)
    stock = set(
        db.session.scalars(select(Supply.id).where(Supply.id.in_([row for row, _n in held]), Supply.kind == STOCK))
    )
    keeping = keep_until(parcel.order_id, parcel.wanted_on or local_day(now))
    wanted = Wanted(keeping, whose=parcel.order.number)
    take([pair for pair in held if pair[0] in stock], reference=f"parcel:{parcel.id}", now=now, wanted=wanted)
    _let_go(parcel)
    move_parcel(parcel, "pack", now=now)
    record("parcel_packed", "order", parcel.order_id, by=by, now=now, parcel_id=parcel.id)


def send_parcel(parcel: Parcel, *, by: By, now: datetime) -> None:
    """On its way: the buyer is told, and what goods sent again cost is booked on whoever bears it."""
    move_parcel(parcel, "send", now=now)
    if parcel.kind == REPLACEMENT:
        pieces = {int(line["share_id"]): int(line["pieces"]) for line in parcel.lines}
        post_replacement(parcel.id, parcel.order_id, pieces, parcel.bearer, parcel.bearer_id, now=now)
    entry = record("parcel_sent", "order", parcel.order_id, by=by, now=now, parcel_id=parcel.id)
    db.session.flush()
    tell_buyer(parcel.order, "parcel_sent", f"{parcel.id}:{entry.id}", now=now, parcel_id=parcel.id)


def drop_parcel(parcel: Parcel, *, why: str, by: By, now: datetime) -> None:
    """Given up before it is packed: what was held for it is free again. What came back stays where it lies."""
    check_parcel(parcel, "drop")
    held = _held(parcel)
    release(held, reference=f"parcel:{parcel.id}", now=now)
    _let_go(parcel)
    move_parcel(parcel, "drop", now=now)
    record("parcel_dropped", "order", parcel.order_id, by=by, now=now, why=why, parcel_id=parcel.id)
    items = select(Supply.item_id).where(Supply.id.in_([supply_id for supply_id, _pieces in held]))
    refresh_steps(set(db.session.scalars(items)))


def lock_parcel(parcel_id: int) -> Parcel:
    """The parcel, locked."""
    return lock_row(Parcel, parcel_id)


def _held(parcel: Parcel) -> list[tuple[int, int]]:
    """What it holds (supply id, pieces), all of it locked at once in id order."""
    query = select(ParcelSupply.supply_id, ParcelSupply.pieces).where(ParcelSupply.parcel_id == parcel.id)
    held = [(supply_id, pieces) for supply_id, pieces in db.session.execute(query.order_by(ParcelSupply.supply_id))]
    lock_supplies([supply_id for supply_id, _pieces in held])
    return held


def _let_go(parcel: Parcel) -> None:
    """Packed or given up, it holds nothing: packed once more after it came back, nothing is taken again."""
    db.session.execute(delete(ParcelSupply).where(ParcelSupply.parcel_id == parcel.id))
