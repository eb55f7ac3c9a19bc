"""A discount on an order that nobody has confirmed yet: what is let go, of which line, and out of whose share.

The lines are lowered themselves, with VAT at the rate they were sold at; what was let go stays on the line and on each
share. It is worked out first (`plan_discount`), so that a person sees it before it happens.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from orders.models import BASKET, POT, Order, OrderLine
from orders.payments.follow import confirm_and_tell
from orders.payments.pay import end_payments
from orders.refunds.plan import Bearer
from orders.reversals.models import AS_SOLD, BY_ALL, BY_ENTERPRISE, BY_POT, Refund
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft
from orders.shares.write import basket_parts
from orders.states import PLACED
from orders.tell import tell_buyer
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.models import JournalEntry
from shop.journal.record import By, record
from shop.money import divide_half_up, offset_for, split
from shop.tax import FULL_BP, GrossLine, tax_gross_lines

STEP_ORE = 5  # prices with VAT are multiples of this
ACT = "discounted"


@dataclass(frozen=True, slots=True)
class LineLess:
    """What one line and its shares lose, in øre; a share that gains loses a negative amount. Shares sum to the net."""

    line_id: int
    gross_ore: int
    net_ore: int
    shares: Mapping[int, int]

    @property
    def vat_ore(self) -> int:
        return self.gross_ore - self.net_ore


@dataclass(frozen=True, slots=True)
class Discount:
    """All that a discount would change: `whole_ore` is what the buyer was to pay before, with VAT."""

    gross_ore: int
    whole_ore: int
    lines: tuple[LineLess, ...]

    @property
    def net_ore(self) -> int:
        return sum(line.net_ore for line in self.lines)

    @property
    def vat_ore(self) -> int:
        return sum(line.vat_ore for line in self.lines)


def percent_ore(whole_ore: int, percent_bp: int) -> int:
    """So many per cent of an amount with VAT, in whole 5 øre; all of it is all of it."""
    if percent_bp == FULL_BP:
        return whole_ore
    return min(whole_ore, STEP_ORE * divide_half_up(whole_ore * percent_bp, FULL_BP * STEP_ORE))


def plan_discount(order: Order, gross_ore: int, bearer: Bearer) -> Discount:
    """What would happen. Refuses all that `give_discount` refuses, and writes nothing."""
    if order.state != PLACED:
        raise Refused(
            _("Ordre %(number)s er bekræftet. Rabat gives før; giv penge tilbage i stedet.", number=order.number)
        )
    left = lines_left(order.id)
    whole = sum(line.gross_ore for line in left)
    if not 0 < gross_ore <= whole:
        raise Refused(_("Rabatten skal være mere end 0 og højst det, køberen skal betale."), field="amount")
    lines = _lines_of(order)
    less = split(gross_ore, [line.gross_ore for line in left], offset_for(f"discount:{order.cart_key}:{_given(order)}"))
    nets = _nets(order, lines, left, less)
    borne = _borne(order, lines, left, nets, bearer)
    return Discount(
        gross_ore,
        whole,
        tuple(
            LineLess(line.line_id, gross, net, shares)
            for line, gross, net, shares in zip(left, less, nets, borne, strict=True)
        ),
    )


def give_discount(order: Order, *, gross_ore: int, bearer: Bearer, why: str, key: str, by: By, now: datetime) -> None:
    """Let go of so many øre with VAT. The order is locked by the caller; the same key is one discount.

    Refuses an order that is confirmed or over, nothing at all, more than is to be paid, a bearer who has not so much,
    and a new division of what is partly cancelled. Nothing left to pay: the order is confirmed without a payment.
    """
    if is_given(order, key):
        return
    plan = plan_discount(order, gross_ore, bearer)
    _apply(order, plan)
    db.session.flush()
    end_payments(order, now=now)  # a payment begun is of another amount
    record(
        ACT, "order", order.id, by=by, now=now, why=why,
        key=key, gross_ore=gross_ore, net_ore=plan.net_ore, bearer=bearer.kind, bearer_id=bearer.enterprise_id,
    )  # fmt: skip
    if gross_ore == plan.whole_ore:
        confirm_and_tell(order, by=by, now=now)
    else:
        tell_buyer(order, "order_discount", f"{order.id}:{key}", now=now, gross_ore=gross_ore)


def is_given(order: Order, key: str) -> bool:
    """Whether the discount of this key has been given: the journal says so, and the order is locked."""
    return any(entry.details.get("key") == key for entry in discounts_of(order.id))


def discounts_of(order_id: int) -> Sequence[JournalEntry]:
    """The discounts of an order as the journal has them, oldest first: who, why, how much, and who bears it."""
    return db.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == "order", JournalEntry.subject_id == order_id, JournalEntry.act == ACT)
        .order_by(JournalEntry.id)
    ).all()


def _given(order: Order) -> int:
    return 1 + len(discounts_of(order.id))


def _lines_of(order: Order) -> dict[int, OrderLine]:
    rows = db.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).options(selectinload(OrderLine.shares))
    )
    return {line.id: line for line in rows}


def _nets(order: Order, lines: Mapping[int, OrderLine], left: Sequence[LineLeft], less: Sequence[int]) -> list[int]:
    """What each line loses without VAT: the VAT of what stays is taken anew, at the rates the lines were sold at."""
    stays = tax_gross_lines(
        [
            GrossLine(line.gross_ore - gross, lines[line.line_id].vat_category, lines[line.line_id].vat_rate_bp)
            for line, gross in zip(left, less, strict=True)
        ],
        order.cart_key,
    )
    return [line.net_ore - taxed.net_ore for line, taxed in zip(left, stays, strict=True)]


def _borne(
    order: Order,
    lines: Mapping[int, OrderLine],
    left: Sequence[LineLeft],
    nets: Sequence[int],
    bearer: Bearer,
) -> list[dict[int, int]]:
    """What every share loses, line by line: each line's shares lose exactly its net."""
    pairs = list(zip(left, nets, strict=True))
    if bearer.kind == AS_SOLD:
        _check_whole(order)
        return [_by_policy(lines[line.line_id], net) for line, net in pairs]
    if bearer.kind == BY_ALL:
        return [_by_all(line, net, f"discount:{lines[line.line_id].key}") for line, net in pairs]
    if bearer.kind == BY_ENTERPRISE:
        lost = _by_enterprise(order, left, sum(nets), bearer.enterprise_id)
        return [_pot_levels(line, net, lost) for line, net in pairs]
    assert bearer.kind == BY_POT
    return [_pot_levels(line, net, {}) for line, net in pairs]


def _check_whole(order: Order) -> None:
    cancelled = db.session.scalar(select(func.count()).select_from(Refund).where(Refund.order_id == order.id))
    if cancelled:
        raise Refused(
            _("Noget af ordren er annulleret, så den kan ikke deles forfra. Vælg en anden til at bære rabatten."),
            field="bearer",
        )


def _by_policy(line: OrderLine, net: int) -> dict[int, int]:
    """As it would have been sold at the lower price: the basket's own policy; agreed prices stand, and the pot pays."""
    if line.kind == BASKET and line.basket_version is not None:
        parts = basket_parts(line, line.basket_version, line.net_ore - net)
        return {share.id: share.ore - part for share, part in zip(line.shares, parts, strict=True)}
    return {share.id: net if share.kind == POT else 0 for share in line.shares}


def _by_all(line: LineLeft, net: int, key: str) -> dict[int, int]:
    weights = [max(0, share.ore) for share in line.shares]
    if not any(weights):
        return _pot_levels(line, net, {})
    parts = split(net, weights, offset_for(key))
    return {share.share_id: part for share, part in zip(line.shares, parts, strict=True)}


def _by_enterprise(order: Order, left: Iterable[LineLeft], net: int, enterprise_id: int | None) -> dict[int, int]:
    """All of it out of one enterprise's rows, in proportion to them; refuses more than they hold together."""
    own = {s.share_id: s.ore for line in left for s in line.shares if s.enterprise_id == enterprise_id and s.ore > 0}
    if enterprise_id is None or net > sum(own.values()):
        raise Refused(_("Så meget har virksomheden ikke af ordren."), field="bearer")
    if not own:
        return {}
    parts = split(net, list(own.values()), offset_for(f"discount:{order.cart_key}:{enterprise_id}"))
    return dict(zip(own, parts, strict=True))


def _pot_levels(line: LineLeft, net: int, lost: Mapping[int, int]) -> dict[int, int]:
    """The shares of a line lose what is given, and the pot's the rest: more, or less than nothing."""
    found = {share.share_id: lost.get(share.share_id, 0) for share in line.shares}
    pot = next(share.share_id for share in line.shares if share.enterprise_id is None)
    found[pot] = net - sum(ore for share_id, ore in found.items() if share_id != pot)
    return found


def _apply(order: Order, plan: Discount) -> None:
    lines = _lines_of(order)
    for less in plan.lines:
        line = lines[less.line_id]
        assert sum(less.shares.values()) == less.net_ore, "the shares must lose what the line loses"
        line.gross_ore -= less.gross_ore
        line.net_ore -= less.net_ore
        line.vat_ore -= less.vat_ore
        line.discount_net_ore += less.net_ore
        line.discount_vat_ore += less.vat_ore
        for share in line.shares:
            share.ore -= less.shares[share.id]
            share.discount_ore += less.shares[share.id]
    order.gross_ore -= plan.gross_ore
    order.net_ore -= plan.net_ore
    order.vat_ore -= plan.vat_ore
