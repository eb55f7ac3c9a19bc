"""How a share came about: all that it was worked out from. Nothing of a buyer, nothing of another enterprise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import cast, func, select
from sqlalchemy.orm import aliased

from catalog.baskets.models import BasketComponent, BasketVersion, Offer
from catalog.items.models import ItemPrice, ItemVersion
from orders.models import Order, OrderLine, Share
from orders.shares.queries import ShareLine, share_lines
from shop.days import local_day
from shop.db import Ore, db
from shop.money import OFFSET_DENOMINATOR, divide_half_up


@dataclass(frozen=True, slots=True)
class ShareOrigin(ShareLine):
    """A share with all that it was worked out from."""

    line_net_ore: int
    mine_ore: int
    policy: str
    offset_bits: int
    basket_no: int | None
    pot_percent_bp: int | None
    guaranteed_ore: int | None
    price_from: date | None
    offer_from: date | None
    offer_until: date | None
    offer_answered_at: datetime | None
    offer_answered_by: str | None
    discount_ore: int
    vat_category: str
    sent_at: datetime | None

    @property
    def sent_on(self) -> date | None:
        return local_day(self.sent_at) if self.sent_at else None

    @property
    def answered_on(self) -> date | None:
        """The day the enterprise said yes to the offer that the price comes from."""
        return local_day(self.offer_answered_at) if self.offer_answered_at else None

    @property
    def agreed_ore(self) -> int:
        return self.pieces * self.basis_ore

    @property
    def least_ore(self) -> int:
        return self.pieces * (self.guaranteed_ore or 0)

    @property
    def is_divided(self) -> bool:
        """Whether the øre were divided, so that the offset had a say: a component of a basket that shares its price."""
        return self.policy in ("proportional", "guaranteed") and self.kind == "component"

    @property
    def permille(self) -> int:
        """All of the owner's part of the line's net amount, in thousandths; at most all of it."""
        if self.line_net_ore <= 0:
            return 1000
        return min(1000, divide_half_up(self.mine_ore * 1000, self.line_net_ore))

    @property
    def offset_ten_thousandths(self) -> int:
        return self.offset_bits * 10_000 // OFFSET_DENOMINATOR


def find_share(share_id: int, enterprise_id: int) -> ShareOrigin | None:
    """An enterprise's own share with all that it came from; None for one that is another's or not there."""
    return origins_of([share_id], enterprise_id).get(share_id)


def origins_of(share_ids: Collection[int], enterprise_id: int) -> dict[int, ShareOrigin]:
    """The same for several, in one question; what is another's is left out."""
    own = aliased(Share)
    all_mine = (
        select(cast(func.sum(own.ore), Ore))
        # + 0: found by the line, whose shares are few, and not by the enterprise, whose shares are all there are
        .where(own.line_id == Share.line_id, own.enterprise_id + 0 == enterprise_id)
        .correlate(Share)
        .scalar_subquery()
    )
    query = (
        share_lines(enterprise_id)
        .add_columns(
            OrderLine.net_ore,
            all_mine,
            OrderLine.policy,
            OrderLine.offset_bits,
            BasketVersion.no,
            BasketVersion.pot_percent_bp,
            BasketComponent.guaranteed_ore,
            ItemPrice.valid_from,
            Offer.from_on,
            Offer.until_on,
            Offer.answered_at,
            Offer.answered_by,
            Share.discount_ore,
            func.coalesce(ItemVersion.vat_category, OrderLine.vat_category),
            Order.sent_at,
        )
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .outerjoin(BasketComponent, BasketComponent.id == Share.component_id)
        .outerjoin(Offer, Offer.id == BasketComponent.offer_id)
        .outerjoin(ItemPrice, ItemPrice.id == Share.price_id)
        .where(Share.id.in_(share_ids))
        .order_by(None)
    )
    return {row[0]: ShareOrigin(*row) for row in db.session.execute(query)}
