"""Place example orders through the real verbs, in time order over the last twelve months."""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from catalog.baskets.models import PUBLISHED, Basket
from catalog.example.load import top_up
from catalog.items.models import APPROVED, GOODS, Item
from catalog.items.queries import price_on
from orders.cart.draft import Draft, draft
from orders.cart.models import Cart, CartLine
from orders.checkout.place import Details, find_order_of_cart, place
from orders.delivery.freight import ways_to_deliver
from orders.delivery.plan import first_day, shop_calendar
from orders.documents.issue import find_invoice
from orders.example_refunds import take_back_some, take_out_before
from orders.lock import lock_order
from orders.models import COMPANY, PICKUP, PRIVATE, PUBLIC, Order
from orders.moves import cancel, close, expire, pack, send
from orders.organisation import Organisation
from orders.payments.capture import capture_order
from orders.payments.credit import ask_for_credit, give_credit, usual_days
from orders.payments.models import TRANSFER, SandboxPayment
from orders.payments.pay import last_payment, settle, start_payment
from orders.payments.received import note_received
from orders.payments.sandbox import play
from orders.reversals.queries import gross_left
from orders.states import CONFIRMED, PACKED, SENT
from orders.terms import terms_no
from shop.address import PostalAddress
from shop.days import day_starts, local_day
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import BUYER, COMMAND

FIRST = ("Anna", "Bent", "Camilla", "Dorte", "Erik", "Fatima", "Grethe", "Hassan", "Inge", "Jens", "Kirsten", "Lars")
LAST = ("Eksempelsen", "Prøvegaard", "Testrup", "Mønster", "Skovprøve", "Eksempelholm")
TOWNS = (
    ("8000", "Aarhus C"), ("8200", "Aarhus N"), ("8210", "Aarhus V"), ("8230", "Åbyhøj"), ("8260", "Viby J"),
    ("8600", "Silkeborg"), ("7500", "Holstebro"), ("5000", "Odense C"), ("2100", "København Ø"), ("9000", "Aalborg"),
)  # fmt: skip
CARDS = ("Tillykke med dagen.", "Tak for hjælpen.", "God jul til jer alle.", "", "", "God bedring.")
EXAMPLE_CVR, EXAMPLE_GLN = "12345674", "5798009811578"
LATER_WEEKS = 8  # a wish this much later is still a gift
MOST_CHOICES = 20
MONTH_WEIGHTS = {12: 6, 11: 4, 10: 2}  # most gifts are given before Christmas


@dataclass(slots=True)
class _World:
    """What the example orders choose from."""

    baskets: Sequence[int]
    items: Sequence[int]
    prices: dict[tuple[str, int], int]


def place_orders(count: int, *, seed: int, now: datetime, progress: Callable[[str], None]) -> None:
    """Place and carry through `count` orders. The same seed and number again adds nothing.

    They are sent in the order of their days, so that the numbers of their invoices follow the calendar.
    """
    dice = random.Random(f"faelleskurven:{seed}")
    moments = _moments(dice, count, now)
    world = _world(local_day(now))
    sold: list[tuple[date, int]] = []
    for number, moment in enumerate(moments, start=1):
        one = random.Random(f"{seed}:{number}")
        if number % 25 == 1:
            with transaction():
                top_up(now=moment, reference=f"demo:{seed}:{number}")
        sold.append(_sell(one, world, f"{seed}:{number}", moment, now))
        if number % 200 == 0:
            progress(f"{number}/{count}")
    for _pack_on, order_id in sorted(sold):
        _fulfil(order_id, now)
    take_back_some([order_id for _pack_on, order_id in sold], seed=seed, now=now)


def _moments(dice: random.Random, count: int, now: datetime) -> list[datetime]:
    """Moments within the last twelve months, in order, more of them before Christmas."""
    today = local_day(now)
    days = [today - timedelta(days=back) for back in range(365, -1, -1)]
    weights = [MONTH_WEIGHTS.get(day.month, 1) for day in days]
    chosen = dice.choices(days, weights, k=count)
    moments = [day_starts(day) + timedelta(seconds=dice.randrange(7 * 3600, 22 * 3600)) for day in chosen]
    return sorted(min(moment, now - timedelta(minutes=90)) for moment in moments)


def _world(today: date) -> _World:
    baskets = db.session.scalars(select(Basket).where(Basket.state == PUBLISHED).order_by(Basket.position)).all()
    items = db.session.scalars(
        select(Item).where(Item.state == APPROVED, Item.sold_alone, Item.kind == GOODS).order_by(Item.id)
    ).all()
    prices = {("basket", basket.id): basket.current.gross_ore for basket in baskets if basket.current}
    prices.update({("item", item.id): price_on(item, today).gross_ore for item in items})
    return _World([basket.id for basket in baskets], [item.id for item in items], prices)


def _sell(dice: random.Random, world: _World, name: str, moment: datetime, now: datetime) -> tuple[date, int]:
    """Place an order, and let it be paid, given up or regretted; the day to pack it on, and its id."""
    key = hashlib.sha256(f"demo:{name}".encode()).hexdigest()[:32]
    with transaction():
        order = find_order_of_cart(key)
        if order is not None:
            return order.pack_on, order.id
        order_id = _place(dice, world, key, moment)
        pack_on = db.session.get_one(Order, order_id).pack_on
    fate = dice.random()
    if fate < 0.03:
        with transaction():
            expire(lock_order(order_id), now=moment + timedelta(hours=1))
        return pack_on, order_id
    _pay(order_id, moment + timedelta(minutes=2))
    regretted = moment + timedelta(hours=5)
    if fate < 0.06 and regretted < now:
        with transaction():
            cancel(lock_order(order_id), by=COMMAND, now=regretted, why="Køberen fortrød bestillingen")
        return pack_on, order_id
    take_out_before(dice, order_id, moment + timedelta(minutes=30))
    return pack_on, order_id


def _place(dice: random.Random, world: _World, key: str, moment: datetime) -> int:
    """Place one order as a buyer would: what is sold out for a day is wished for later, or left for something else."""
    cart = Cart(token_hash=hashlib.sha256(key.encode()).hexdigest(), key=key, made_at=moment, touched_at=moment)
    db.session.add(cart)
    for _choice in range(MOST_CHOICES):
        _fill(cart, dice, world)
        drafted = draft(cart, today=local_day(moment))
        details = _details(dice, drafted, local_day(moment))
        for weeks in range(LATER_WEEKS + 1):
            try:
                order = place(cart, replace(details, wanted_on=_later(details.wanted_on, weeks)), by=BUYER, now=moment)
            except Refused as refused:
                if refused.field != "sold_out":
                    raise
                continue
            if order.buyer_kind != PRIVATE and int(key[:2], 16) % 3:  # two of three buy on an invoice
                ask_for_credit(order, now=moment)
            else:
                start_payment(order, back_url=f"/ordre/{order.token}", now=moment)
            return order.id
    raise Refused(_("Eksempelbutikken har udsolgt. Begynd forfra med en tom datamappe."))


def _details(dice: random.Random, drafted: Draft, today: date) -> Details:
    buyer = _address(dice)
    is_gift = dice.random() < 0.6
    recipient = _address(dice) if is_gift else buyer
    ways = ways_to_deliver(drafted.weight_g, recipient.postcode, today)
    way = dice.choices(ways, [1 if one.method == PICKUP else 6 for one in ways])[0]
    wanted = first_day(drafted.lead_days, way.method, today, shop_calendar())
    for _step in range(dice.randrange(4)):
        wanted = _next_open(wanted + timedelta(days=1))
    kind, organisation = _organisation(dice)
    if organisation:
        buyer = replace(buyer, name=organisation.name, attention=buyer.name)
    return Details(
        buyer=buyer,
        buyer_kind=kind,
        organisation=organisation,
        email=f"koeber{dice.randrange(10_000)}@example.com",
        phone="12345678",
        recipient=recipient,
        recipient_phone="12345678",
        is_gift=is_gift,
        delivery=way.method,
        place=way.place.get("slug", ""),
        wanted_on=wanted,
        age_confirmed=drafted.age,
        terms_no=terms_no(),
        language="en" if dice.random() < 0.05 else "da",
        seen_ore=drafted.gross_ore + way.gross_ore,
    )


def _organisation(dice: random.Random) -> tuple[str, Organisation | None]:
    """One order in five is a company's or a public body's. All names and numbers are examples with right digits."""
    # Dice of its own, so that everything else of the order falls as it would have fallen without.
    own = random.Random(str(dice.getstate()[1][:5]))
    kind = own.choices((PRIVATE, COMPANY, PUBLIC), (8, 1, 1))[0]
    requisition = f"REK-{own.randrange(100, 1000)}" if own.random() < 0.5 else ""
    if kind == COMPANY:
        return kind, Organisation(f"Eksempelfirma {own.randrange(1, 40)} A/S", EXAMPLE_CVR, requisition=requisition)
    if kind == PUBLIC:
        name = f"Eksempel Kommune, afdeling {own.randrange(1, 40)}"
        return kind, Organisation(name, EXAMPLE_CVR, EXAMPLE_GLN, own.choice(("HAHA", "PEPE", "LILO")), requisition)
    return kind, None


def _later(day: date, weeks: int) -> date:
    return _next_open(day + timedelta(weeks=weeks))


def _next_open(day: date) -> date:
    calendar = shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day


def _fill(cart: Cart, dice: random.Random, world: _World) -> None:
    """Put one or two baskets into a cart, and now and then a single item; what lay there before is taken out."""
    cart.lines.clear()
    for basket_id in dice.sample(world.baskets, dice.choices((1, 2), (5, 1))[0]):
        cart.lines.append(
            CartLine(
                basket_id=basket_id,
                quantity=dice.choices((1, 2, 3, 5), (12, 3, 2, 1))[0],
                card_text=dice.choice(CARDS),
                seen_ore=world.prices["basket", basket_id],
            )
        )
    if dice.random() < 0.3:
        item_id = dice.choice(world.items)
        cart.lines.append(
            CartLine(item_id=item_id, quantity=dice.randrange(1, 4), seen_ore=world.prices["item", item_id])
        )
    db.session.flush()


def _address(dice: random.Random) -> PostalAddress:
    postcode, city = dice.choice(TOWNS)
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    return PostalAddress(name, "", f"Eksempelvej {dice.randrange(1, 200)}", "", postcode, city)


def _pay(order_id: int, moment: datetime) -> None:
    with transaction():
        payment = last_payment(order_id)
        if payment is None:
            order = lock_order(order_id)
            give_credit(order, usual_days(order.buyer_kind), by=COMMAND, now=moment)
            return
        row = select(SandboxPayment).where(SandboxPayment.foreign_id == payment.foreign_id)
        play(db.session.scalars(row).one(), "pay")
    settle(payment.id, now=moment)


def _fulfil(order_id: int, now: datetime) -> None:
    """Pack, send and close what is paid as far as the calendar has come."""
    order = db.session.get_one(Order, order_id)
    packed = day_starts(order.pack_on) + timedelta(hours=10)
    delivered = day_starts(order.wanted_on) + timedelta(hours=12)
    if order.state == CONFIRMED and packed < now:
        with transaction():
            pack(lock_order(order_id), by=COMMAND, now=packed)
    if order.state == PACKED and packed + timedelta(hours=4) < now:
        with transaction():
            send(lock_order(order_id), by=COMMAND, now=packed + timedelta(hours=4), render=False)
        capture_order(order_id, now=packed + timedelta(hours=4))
        _pay_invoice(order_id, now)
    if order.state == SENT and delivered + timedelta(days=14) < now:
        with transaction():
            close(lock_order(order_id), by=COMMAND, now=delivered + timedelta(days=14))


def _pay_invoice(order_id: int, now: datetime) -> None:
    """Most invoices are paid on the day they fall due; one in eight is not."""
    invoice = find_invoice(order_id)
    due_on = invoice.data["due_on"] if invoice else None
    if due_on is None or order_id % 8 == 0 or date.fromisoformat(due_on) >= local_day(now):
        return
    on = date.fromisoformat(due_on)
    with transaction():
        order = lock_order(order_id)
        note_received(
            order, kind=TRANSFER, ore=gross_left(order_id), received_on=on, key=f"demo:{order.cart_key}", by=COMMAND,
            now=day_starts(on) + timedelta(hours=9),
        )  # fmt: skip
