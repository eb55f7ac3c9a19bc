"""A basket under assembly, through the real verbs."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from catalog.assembly.change import begin_basket, lock_draft, publish_draft, put
from catalog.assembly.desk import Desk, find_draft, set_out
from catalog.assembly.models import BasketDraft
from catalog.baskets.models import Basket, BasketVersion, Offer
from catalog.baskets.offers import Terms, accept_offer, ask
from catalog.items.models import Item
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND

AGREED = ("viskestykke", "chokolademandler", "sort-te", "pakning-af-kurv")  # items with an accepted offer


def item_of(slug: str) -> Item:
    return db.session.scalars(select(Item).where(Item.slug == slug)).one()


def basket_of(slug: str) -> Basket:
    return db.session.scalars(select(Basket).where(Basket.slug == slug)).one()


def begin(*slugs: str, name: str = "Prøvekurven", gross_ore: int = 39_900) -> str:
    """A new basket with one of each item; its address."""
    with transaction():
        draft = begin_basket(name, by=COMMAND, now=utc_now(), gross_ore=gross_ore)
        for slug in slugs:
            put(draft, item_of(slug), 1, by=COMMAND, now=utc_now())
        return draft.basket.slug


def desk_of(slug: str) -> Desk:
    """The desk as a page sees it now."""
    db.session.rollback()
    draft = find_draft(slug)
    assert draft is not None
    return set_out(draft, local_day(utc_now()))


def change(slug: str, item: str, quantity: int) -> None:
    with transaction():
        put(locked(slug), item_of(item), quantity, by=COMMAND, now=utc_now())


def locked(slug: str) -> BasketDraft:
    draft = lock_draft(basket_of(slug).id)
    assert draft is not None
    return draft


def publish(slug: str, *, open_on: date | None = None, close_on: date | None = None) -> BasketVersion:
    """Publish the draft as the door does."""
    with transaction():
        draft = locked(slug)
        draft.open_on, draft.close_on = open_on, close_on
        found = find_draft(slug)
        assert found is not None
        desk = set_out(found, local_day(utc_now()))
        return publish_draft(draft, desk.accepted, by=COMMAND, now=utc_now())


def terms(price_ore: int = 5_000, most: int = 100, days: int = 60) -> Terms:
    today = local_day(utc_now())
    return Terms(price_ore, most, today, today + timedelta(days=days), 2)


def asked(slug: str, item: str, wanted: Terms | None = None) -> Offer:
    """The item's enterprise has been asked for it."""
    with transaction():
        return ask(item_of(item), wanted or terms(), basket=basket_of(slug), quantity=1, by=COMMAND, now=utc_now())


def accept(offer: Offer) -> None:
    with transaction():
        accept_offer(db.session.get_one(Offer, offer.id), by=COMMAND, now=utc_now())


def shares(desk: Desk) -> Sequence[int]:
    return [one.ore for one in desk.slices]
