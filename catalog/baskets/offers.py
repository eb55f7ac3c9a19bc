"""Offers: an enterprise is asked to have an item in baskets, and says yes or no. Only a yes may stand in a basket."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from catalog.baskets.availability import refresh_steps
from catalog.baskets.models import Basket, Offer
from catalog.items.models import APPROVED, Item
from catalog.items.queries import price_on
from catalog.supply.models import OFFER, Supply
from shop.days import local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.states import Machine, NotAllowed

PROPOSED, ACCEPTED, DECLINED, ENDED = "proposed", "accepted", "declined", "ended"
OFFERS = Machine(
    "offer",
    PROPOSED,
    {
        PROPOSED: {"accept": ACCEPTED, "decline": DECLINED, "take_back": ENDED},
        ACCEPTED: {"end": ENDED},
        DECLINED: {},
        ENDED: {},
    },
)
NAMES = {
    PROPOSED: _("venter på svar"),
    ACCEPTED: _("accepteret"),
    DECLINED: _("afslået"),
    ENDED: _("slut"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What an enterprise is asked for: net øre a piece, at most so many pieces, in a period, ready in working days."""

    price_ore: int
    most_pieces: int
    from_on: date
    until_on: date
    lead_days: int


def ask(item: Item, terms: Terms, *, basket: Basket | None, quantity: int, by: By, now: datetime) -> Offer:
    """Ask an enterprise to have its item in baskets.

    Refuses an item that is not approved, a period that is over or turned about, and a second question about the same
    item and basket while the first waits for its answer.
    """
    if item.state != APPROVED or item.current_version_id is None:
        raise Refused(_("Varen er ikke godkendt til salg."))
    if terms.until_on < terms.from_on or terms.until_on < local_day(now):
        raise Refused(_("Perioden skal slutte efter i dag, og efter at den er begyndt."), field="until_on")
    waiting = select(Offer.id).where(
        Offer.item_version_id == item.current_version_id, Offer.state == PROPOSED,
        Offer.basket_id == basket.id if basket else Offer.basket_id.is_(None),
    )  # fmt: skip
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Refused(_("Virksomheden er allerede spurgt og har ikke svaret endnu."))
    today = local_day(now)
    offer = Offer(
        item_version_id=item.current_version_id, price_id=price_on(item, today).id, price_ore=terms.price_ore,
        most_pieces=terms.most_pieces, from_on=terms.from_on, until_on=terms.until_on, lead_days=terms.lead_days,
        state=PROPOSED, basket_id=basket.id if basket else None, quantity=quantity, asked_at=now,
        asked_by=by.by_name[:200],
    )  # fmt: skip
    db.session.add(offer)
    db.session.flush()
    record("asked", "offer", offer.id, by=by, now=now, item=item.slug, price_ore=terms.price_ore)
    return offer


def accept_offer(offer: Offer, *, by: By, now: datetime) -> None:
    """The enterprise says yes: the offer may stand in baskets, up to its ceiling. Refuses one that is over."""
    _check(offer, "accept")
    if offer.until_on < local_day(now):
        raise Refused(_("Perioden er slut. Bed kontoret spørge igen."))
    _answer(offer, "accept", by, now)
    db.session.flush()
    db.session.add(
        Supply(kind=OFFER, item_id=offer.item_version.item_id, part=str(offer.id), most=offer.most_pieces, taken=0)
    )
    record("accepted", "offer", offer.id, by=by, now=now, price_ore=offer.price_ore)


def decline(offer: Offer, why: str, *, by: By, now: datetime) -> None:
    """The enterprise says no, and what would do."""
    _check(offer, "decline")
    _answer(offer, "decline", by, now)
    offer.why = why
    record("declined", "offer", offer.id, by=by, now=now, why=why)


def end_offer(offer: Offer, why: str, *, by: By, now: datetime) -> None:
    """The office takes a question back, or ends an agreement: nothing more is promised of it; what is sold stays."""
    verb = "take_back" if offer.state == PROPOSED else "end"
    _check(offer, verb)
    limit = db.session.scalar(
        select(Supply).where(Supply.kind == OFFER, Supply.part == str(offer.id)).with_for_update()
    )
    if limit is not None:
        limit.most = limit.taken
    offer.state, offer.why = OFFERS.next(offer.state, verb), why
    record("ended", "offer", offer.id, by=by, now=now, why=why)
    db.session.flush()
    if limit is not None:
        refresh_steps([limit.item_id])


def _check(offer: Offer, verb: str) -> None:
    try:
        OFFERS.next(offer.state, verb)
    except NotAllowed:
        raise Refused(_("Det kan ikke gøres nu: tilbuddet er %(state)s.", state=NAMES[offer.state])) from None


def _answer(offer: Offer, verb: str, by: By, now: datetime) -> None:
    offer.state = OFFERS.next(offer.state, verb)
    offer.answered_at, offer.answered_by = now, by.by_name[:200]
