"""What a partner sees of the offers it is asked for, and its share of the basket they are for."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, select
from sqlalchemy.orm import contains_eager

from catalog.assembly.desk import find_draft, set_out
from catalog.baskets.models import Basket, Offer
from catalog.baskets.offers import ACCEPTED, DECLINED, ENDED, PROPOSED
from catalog.baskets.policies import divide
from catalog.baskets.queries import terms_of
from catalog.items.models import Item, ItemVersion
from shop.db import db
from shop.listing import Paged, paged
from shop.money import offset_for

TONES = {PROPOSED: "wait", ACCEPTED: "go", DECLINED: "stop", ENDED: "stop"}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the enterprise is expected to get of one basket as it is put together: net øre, and its price.

    `others` is how many other enterprises are in it.
    """

    name_da: str
    name_en: str
    gross_ore: int
    net_ore: int
    policy: str
    share_ore: int
    others: int


def offers_of(enterprise_id: int, side: int) -> Paged[Offer]:
    """A page of an enterprise's offers: those that wait for an answer first, then the newest; two questions."""
    query = (
        select(Offer)
        .join(Offer.item_version)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.enterprise_id == enterprise_id)
        .options(contains_eager(Offer.item_version))
        .order_by(case((Offer.state == PROPOSED, 0), else_=1), Offer.id.desc())
    )
    return paged(query, side)


def find_offer(number: int, enterprise_id: int) -> Offer | None:
    """An enterprise's own offer; another's is not there."""
    return db.session.scalar(_offer(number).where(Item.enterprise_id == enterprise_id))


def find_any_offer(number: int) -> Offer | None:
    """An offer, whosever it is."""
    return db.session.scalar(_offer(number))


def _offer(number: int) -> Select[Offer]:
    return (
        select(Offer)
        .join(Offer.item_version)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Offer.id == number)
        .options(contains_eager(Offer.item_version).joinedload(ItemVersion.item).joinedload(Item.enterprise))
    )


def foresee(offer: Offer, today: date) -> Foreseen | None:
    """The enterprise's part of the basket an offer is for, as the draft stands; None when there is none any more."""
    basket = db.session.get(Basket, offer.basket_id) if offer.basket_id else None
    draft = find_draft(basket.slug) if basket else None
    if draft is None or not draft.gross_ore:
        return None
    desk = set_out(draft, today)
    division = divide(terms_of(desk.version), desk.version.net_ore, 1, offset_for(f"preview:{desk.version.id}"))
    item_id, maker = offer.item_version.item_id, offer.item_version.item.enterprise_id
    for component, ore in zip(desk.version.components, division.parts, strict=True):
        if component.item.id == item_id:
            makers = {one.enterprise_id for one in desk.version.components}
            return Foreseen(
                draft.name_da, draft.name_en, draft.gross_ore, desk.version.net_ore, draft.policy, ore,
                len(makers - {maker}),
            )  # fmt: skip
    return None
