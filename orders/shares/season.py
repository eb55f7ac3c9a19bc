"""What each enterprise has had of a season: the joint shop's sales from a day on, less what was taken back."""

from datetime import date, timedelta

from sqlalchemy import func, select

from orders.models import Order, OrderLine, Share
from orders.reversals.models import RefundShare
from orders.shares.queries import COUNTED
from shop.days import day_starts
from shop.db import db
from shop.people.models import Enterprise

SEASON = timedelta(days=365)


def season_before(day: date) -> date:
    """The first day of the season that ends on a day: a year, so that every workshop's busy time counts once."""
    return day - SEASON


def earned_since(first: date) -> dict[str, int]:
    """Net øre by the enterprise's slug, of orders placed since a day and neither cancelled nor unpaid."""
    shares = (
        select(Enterprise.slug, func.sum(Share.ore))
        .join(Share, Share.enterprise_id == Enterprise.id)
        .join(OrderLine, OrderLine.id == Share.line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.placed_at >= day_starts(first), Order.state.in_(COUNTED))
        .group_by(Enterprise.slug)
    )
    taken = shares.join(RefundShare, RefundShare.share_id == Share.id).with_only_columns(
        Enterprise.slug, func.sum(RefundShare.ore)
    )
    back = {slug: int(ore) for slug, ore in db.session.execute(taken)}
    return {slug: int(ore) - back.get(slug, 0) for slug, ore in db.session.execute(shares)}
