"""What a refund or a discount would do, to be seen before it happens. Nothing is written and nobody is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select

from orders.models import Order, OrderLine, Share
from orders.refunds.discount import plan_discount
from orders.refunds.plan import Bearer, Cause, Plan, charged, plan_component, plan_goodwill, plan_pieces
from orders.reversals.models import Refund, RefundLine, RefundShare
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft
from shop.db import db
from shop.people.models import Enterprise


@dataclass(frozen=True, slots=True)
class Change:
    """What one owner has of the order, and what is taken of it, in øre without VAT. No enterprise: the common pot."""

    enterprise: Enterprise | None
    before_ore: int
    taken_ore: int

    @property
    def after_ore(self) -> int:
        return self.before_ore - self.taken_ore


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything that would change: `gross_ore` is what the buyer gets; each owner's part sums to `net_ore`."""

    gross_before_ore: int
    vat_before_ore: int
    gross_ore: int
    net_ore: int
    vat_ore: int
    changes: tuple[Change, ...]
    was_sold: bool

    @property
    def pot(self) -> Change:
        return next(change for change in self.changes if change.enterprise is None)

    @property
    def gross_after_ore(self) -> int:
        return self.gross_before_ore - self.gross_ore

    @property
    def empties_the_pot(self) -> bool:
        """Whether the pot gets to be below nothing by this."""
        return self.pot.taken_ore > 0 and self.pot.after_ore < 0

    @property
    def digest(self) -> str:
        """A fingerprint of all its figures: what a person has seen is what happens, or it is shown anew."""
        figures = [self.gross_before_ore, self.vat_before_ore, self.gross_ore, self.vat_ore, int(self.was_sold)]
        for change in self.changes:
            figures += [change.enterprise.id if change.enterprise else 0, change.before_ore, change.taken_ore]
        return sha256(" ".join(map(str, figures)).encode()).hexdigest()[:32]


def foresee_discount(order: Order, gross_ore: int, bearer: Bearer) -> Outlook:
    """What a discount would do. Refuses what `give_discount` refuses."""
    plan = plan_discount(order, gross_ore, bearer)
    owners = dict(
        db.session.execute(
            select(Share.id, Share.enterprise_id).join(OrderLine).where(OrderLine.order_id == order.id)
        ).all()
    )
    taken: dict[int | None, int] = {}
    for line in plan.lines:
        for share_id, ore in line.shares.items():
            taken[owners[share_id]] = taken.get(owners[share_id], 0) + ore
    return _outlook(order, lines_left(order.id), plan.gross_ore, plan.net_ore, taken, sold=False)


def foresee_pieces(order: Order, picks: Mapping[int, int], cause: Cause) -> Outlook:
    """What taking back pieces of lines would do. Refuses what `refund_pieces` refuses."""
    return _foresee(order, plan_pieces(order, picks, cause), cause)


def foresee_component(order: Order, share_id: int, pieces: int, cause: Cause) -> Outlook:
    """What taking one enterprise's part of a line would do. Refuses what `refund_component` refuses."""
    return _foresee(order, plan_component(order, share_id, pieces, cause), cause)


def foresee_goodwill(order: Order, gross_ore: int, cause: Cause) -> Outlook:
    """What money without goods would do. Refuses what `refund_goodwill` refuses."""
    return _foresee(order, plan_goodwill(order, gross_ore, cause), cause)


def _foresee(order: Order, plan: Plan, cause: Cause) -> Outlook:
    taken: dict[int | None, int] = {}
    for line, take in plan.takes:
        for share in charged(plan, line, take, cause):
            taken[share.enterprise_id] = taken.get(share.enterprise_id, 0) + share.ore
    return _outlook(order, plan.left, plan.gross_ore, plan.net_ore, taken, sold=plan.was_sold)


def _outlook(
    order: Order, left: Sequence[LineLeft], gross: int, net: int, taken: Mapping[int | None, int], *, sold: bool
) -> Outlook:
    before: dict[int | None, int] = {}
    for line in left:
        for share in line.shares:
            before[share.enterprise_id] = before.get(share.enterprise_id, 0) + share.ore
    for owner, ore in charges_of(order.id).items():
        before[owner] = before.get(owner, 0) - ore
    before.setdefault(None, 0)
    ids = [owner for owner in before.keys() | taken.keys() if owner is not None]
    names = {row.id: row for row in db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)))}
    changes = [Change(names[owner], before.get(owner, 0), taken.get(owner, 0)) for owner in ids]
    changes.sort(key=lambda change: (-change.before_ore, change.enterprise.name if change.enterprise else ""))
    return Outlook(
        sum(line.gross_ore for line in left),
        sum(line.vat_ore for line in left),
        gross,
        net,
        gross - net,
        (*changes, Change(None, before[None], taken.get(None, 0))),
        sold,
    )


def charges_of(order_id: int) -> dict[int | None, int]:
    """What each named bearer has been charged for an order, beside its own shares, in øre. None: the common pot."""
    rows = db.session.execute(
        select(RefundShare.enterprise_id, func.sum(RefundShare.ore).label("ore"))
        .join(RefundLine, RefundLine.id == RefundShare.refund_line_id)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order_id, RefundShare.share_id.is_(None))
        .group_by(RefundShare.enterprise_id)
    )
    return {row.enterprise_id: int(row.ore) for row in rows}
