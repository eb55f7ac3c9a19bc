"""What the office does with a withdrawal: the goods come back, the money is paid back, or the answer is no."""

from collections.abc import Collection
from datetime import datetime

from orders import moves
from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import Order
from orders.refunds.give import refund_pieces
from orders.refunds.plan import Cause
from orders.reversals.queries import lines_left
from orders.withdrawal.choice import UNSENT, kept_shares, refund_key, refund_of, sealed_shares, with_freight
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.states import check_move, move
from shop.errors import Refused
from shop.i18n import force_locale, gettext
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.mail.post import post_letter


def cancel(one: Withdrawal, *, by: By, now: datetime) -> None:
    """Nothing has been sent: cancel what is withdrawn from, and let go of what was reserved on the card.

    Refuses an order that has been sent. Everything cancelled is the order cancelled.
    """
    check_move(one, "cancel")
    order = _check_known(one)
    if order.state not in UNSENT:
        raise Refused(_("Ordre %(number)s er sendt. Vent på varerne, og betal tilbage.", number=order.number))
    left = {line.line_id: line.quantity for line in lines_left(order.id)}
    picks = with_freight(order, one.picks, left)
    if all(picks.get(line.id, 0) == left.get(line.id, 0) for line in order.lines if line.gross_ore > 0):
        moves.cancel(lock_order(order.id), by=by, now=now, why="")
    else:
        cause = Cause(refund_key(one.key), _why(order), stock_back=True)
        one.refund_id = refund_pieces(order, one.picks, cause, by=by, now=now).id
    move(one, "cancel", now=now)
    record("withdrawal_cancelled", "withdrawal", one.id, by=by, now=now)


def take_back(
    one: Withdrawal,
    *,
    stock_back: bool,
    opened: Collection[int] = (),
    reduction_ore: int = 0,
    reduction_why: str = "",
    by: By,
    now: datetime,
) -> None:
    """The goods have come: whether they can be sold again, which sealed goods were opened, what they lost in value.

    Refuses a reduction without its reason and one as large as what would be paid back (forbrugeraftaleloven § 24).
    """
    check_move(one, "take_back")
    order = _check_known(one)
    allowed = {share.id for share in sealed_shares(order, one.picks)}
    if not set(opened) <= allowed:
        raise Refused(_("Vælg kun varer, der er med i fortrydelsen."), field="opened")
    back = sum(part.gross_ore for part in refund_of(order, one.picks, key=one.key, opened=opened))
    if reduction_ore > back:
        raise Refused(_("Det er mere, end der skal betales tilbage."), field="reduction_ore")
    if reduction_ore and not reduction_why:
        raise Refused(_("Skriv, hvorfor varerne er mindre værd. Køberen får det at læse."), field="reduction_why")
    one.stock_back, one.opened = stock_back, sorted(opened)
    one.reduction_ore, one.reduction_why = reduction_ore, reduction_why if reduction_ore else ""
    move(one, "take_back", now=now)
    record("withdrawal_goods_back", "withdrawal", one.id, by=by, now=now, why=one.reduction_why[:1000])


def refund(one: Withdrawal, *, by: By, now: datetime) -> None:
    """Pay back what was withdrawn from, as it was sold, with the delivery when nothing else is left of the order.

    Refuses an order that has not been sent (it is cancelled instead) and a withdrawal nobody knows the order of. Goods
    need not have come: the buyer may have shown that they are sent (§ 22).
    """
    check_move(one, "refund")
    order = _check_known(one)
    if order.state in UNSENT:
        raise Refused(_("Ordre %(number)s er ikke sendt endnu. Annullér i stedet.", number=order.number))
    back = sum(part.gross_ore for part in refund_of(order, one.picks, key=one.key, opened=one.opened))
    if back <= one.reduction_ore:
        raise Refused(_("Der er ikke noget at betale tilbage. Afvis med en grund i stedet."))
    left = {line.line_id: line.quantity for line in lines_left(order.id)}
    if any(pieces > left.get(line_id, 0) for line_id, pieces in one.picks.items()):
        raise Refused(_("Noget af det er betalt tilbage på anden måde. Se ordren, og afvis med en grund."))
    given = refund_pieces(
        order,
        with_freight(order, one.picks, left),
        Cause(refund_key(one.key), _why(order), note=one.reduction_why, stock_back=one.stock_back, is_told=True),
        keep=kept_shares(order, one.opened),
        less_ore=one.reduction_ore,
        by=by,
        now=now,
    )
    one.refund_id = given.id
    move(one, "refund", now=now)
    record("withdrawal_refunded", "withdrawal", one.id, by=by, now=now, ore=given.gross_ore)
    tell("withdrawal_refunded", one, now)


def decline(one: Withdrawal, *, why: str, by: By, now: datetime) -> None:
    """Say no, with the reason and where one can complain (domain: the complaint text is told with every no)."""
    move(one, "decline", now=now)
    one.answer = why
    record("withdrawal_declined", "withdrawal", one.id, by=by, now=now, why=why[:1000])
    tell("withdrawal_declined", one, now)


def _why(order: Order) -> str:
    """The reason as it stands on the credit note, in the buyer's language."""
    with force_locale(order.language):
        return str(gettext("fortrydelse"))


def _check_known(one: Withdrawal) -> Order:
    if one.order_id is None or not one.lines:
        raise Refused(_("Find først ud af, hvilken ordre og hvilke varer det er."))
    return get_whole_order(one.order_id)


def tell(kind: str, one: Withdrawal, now: datetime) -> None:
    """Write to whoever withdrew: what was received and when (§ 20 a), and what came of it."""
    about = ("order", one.order_id) if one.order_id else ("withdrawal", one.id)
    post_letter(
        kind,
        f"{kind}:{one.id}",
        to=one.email,
        language=one.language,
        now=now,
        about=about[0],
        about_id=about[1],
        withdrawal_id=one.id,
    )
