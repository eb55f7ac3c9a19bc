"""The coordinator's withdrawals: the list by the law's last day, and one with its moves."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import PRIVATE, Order
from orders.queries import find_order_id
from orders.withdrawal import settle
from orders.withdrawal.choice import UNSENT, choices_of, refund_of, sealed_shares
from orders.withdrawal.deadlines import refund_by, return_by
from orders.withdrawal.forms import DeclineForm, FindForm, PicksForm, TakeBackForm, picks_form, take_back_form
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.queries import find_withdrawal, is_waiting_for_goods, office_withdrawals, open_counts
from orders.withdrawal.receive import lock_withdrawal, match_to_order
from orders.withdrawal.states import NAMES, OPEN, WITHDRAWAL
from orders.withdrawal.words import kept_names, said_lines
from orders.words import ACT, ACTS
from shop.days import local_day, utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.journal.queries import entries_of
from shop.listing import typed_search, typed_side
from shop.people.guards import coordinator_only
from shop.web.templating import paging, see_other

door = Blueprint("withdrawal_office", __name__)
PATH = "/kontor/fortrydelser"
ROW = f"{PATH}/<int(max=2147483647):number>"
TONES = {
    "received": "wait", "goods_back": "go", "refunded": "done", "cancelled": "done", "declined": "stop",
    "repeated": "stop",
}  # fmt: skip
WHICH = {"": "waiting", "aabne": "open", "alle": "all"}


@door.get(PATH)
@coordinator_only
def withdrawals() -> ResponseReturnValue:
    """What waits for the office, everything open, or all of them."""
    now = utc_now()
    word, search = request.args.get("vis", ""), typed_search(request.args.get("sog"))
    which = WHICH.get(word, "waiting")
    return render_template(
        "office/withdrawal/list.html", which=which, word=word, search=search, names=NAMES, tones=TONES,
        paging=paging(PATH, vis=word if which != "waiting" else "", sog=search),
        page=office_withdrawals(which, search, now, typed_side(request.args.get("side"))), counts=open_counts(now),
        refund_by=refund_by, waits=is_waiting_for_goods, today=local_day(now), said=said_lines, private=PRIVATE,
        open_states=OPEN,
    )  # fmt: skip


@door.get(ROW)
@coordinator_only
def withdrawal(number: int) -> ResponseReturnValue:
    """One withdrawal: what was said, what it concerns, and what can be done now."""
    return _page(number, wanted=request.args.get("ordre", ""))


@door.post(f"{ROW}/find")
@coordinator_only
def match(number: int) -> ResponseReturnValue:
    """Say which order, and which pieces of it, a statement in words is about."""
    form = FindForm(request.form)
    order_id = find_order_id(form.number.data or "") if form.validate() else None
    if order_id is None:
        return _page(number, 422, find=form, refusal=_("Der er ingen ordre med det nummer."))
    picks = picks_form(PicksForm, choices_of(get_whole_order(order_id)), request.form)
    if not picks.validate():
        return _page(number, 422, wanted=form.number.data or "", picks=picks)

    def verb(one: Withdrawal, order: Order | None) -> None:
        assert order is not None
        match_to_order(one, order, picks.picks, by=g.person, now=utc_now())

    return _do(
        number, verb, _("Fortrydelsen hører nu til ordre %(number)s.", number=form.number.data), order_id=order_id
    )


@door.post(f"{ROW}/varer")
@coordinator_only
def take_back(number: int) -> ResponseReturnValue:
    """The goods have come back."""
    one = find_withdrawal(number) or abort(404)
    order = get_whole_order(one.order_id) if one.order_id else None
    form = take_back_form(sealed_shares(order, one.picks) if order else (), request.form)
    if not form.validate():
        return _page(number, 422, back=form)

    def verb(one: Withdrawal, _order: Order | None) -> None:
        settle.take_back(
            one,
            stock_back=form.stock_back.data,
            opened=form.opened,
            reduction_ore=form.reduction_ore.data or 0,
            reduction_why=form.reduction_why.data or "",
            by=g.person,
            now=utc_now(),
        )

    return _do(number, verb, _("Varerne er noteret som kommet. Nu kan der betales tilbage."), back=form)


@door.post(f"{ROW}/<any(betal, annuller):word>")
@coordinator_only
def end(number: int, word: str) -> ResponseReturnValue:
    """Pay back, or cancel what has not been sent."""

    def verb(one: Withdrawal, _order: Order | None) -> None:
        if word == "annuller":
            settle.cancel(one, by=g.person, now=utc_now())
        else:
            settle.refund(one, by=g.person, now=utc_now())

    done = _("Annulleret. Køberen får besked.") if word == "annuller" else _("Betalt tilbage. Køberen får besked.")
    return _do(number, verb, done)


@door.post(f"{ROW}/afvis")
@coordinator_only
def decline(number: int) -> ResponseReturnValue:
    """Say no, with a reason."""
    form = DeclineForm(request.form)
    if not form.validate():
        return _page(number, 422, decline=form)

    def verb(one: Withdrawal, _order: Order | None) -> None:
        settle.decline(one, why=form.why.data or "", by=g.person, now=utc_now())

    return _do(number, verb, _("Afvist. Køberen får grunden og at vide, hvor man kan klage."), decline=form)


def _do(
    number: int,
    verb: Callable[[Withdrawal, Order | None], None],
    done: str,
    *,
    order_id: int | None = None,
    **forms: Any,
) -> ResponseReturnValue:
    """Lock the order and then the withdrawal, let the verb act, and show what came of it."""
    found = find_withdrawal(number) or abort(404)
    order_id = order_id or found.order_id
    try:
        with transaction():
            order = lock_order(order_id) if order_id else None
            verb(lock_withdrawal(number), order)
    except Refused as refused:
        for form in forms.values():
            if refused.field and refused.field in form._fields:
                form[refused.field].errors = [str(refused)]
        return _page(number, 409, refusal=str(refused), **forms)
    flash(done, "done")
    return see_other(f"{PATH}/{number}")


def _page(
    number: int,
    status: int = 200,
    *,
    refusal: str = "",
    wanted: str = "",
    find: FindForm | None = None,
    picks: PicksForm | None = None,
    back: TakeBackForm | None = None,
    decline: DeclineForm | None = None,
) -> ResponseReturnValue:
    one = find_withdrawal(number) or abort(404)
    order = get_whole_order(one.order_id) if one.order_id else None
    candidate = _candidate(one, wanted) if WITHDRAWAL.can(one.state, "cancel") and not one.lines else None
    if candidate is not None and picks is None:
        picks = picks_form(PicksForm, choices_of(candidate))
    return render_template(
        "office/withdrawal/one.html", one=one, order=order, refusal=refusal, **_shown(one, order),
        find=find or FindForm(data={"number": wanted or one.typed_number}), candidate=candidate, picks=picks,
        back=back or take_back_form(sealed_shares(order, one.picks) if order else ()),
        decline=decline or DeclineForm(),
    ), status  # fmt: skip


def _shown(one: Withdrawal, order: Order | None) -> dict[str, Any]:
    """What the page says of a withdrawal, whatever is being typed."""
    is_open = one.state in OPEN
    backs = refund_of(order, one.picks, key=one.key, opened=one.opened) if order and is_open else []
    return {
        "names": NAMES, "tones": TONES, "acts": ACTS, "acts_other": ACT, "private": PRIVATE,
        "said": said_lines(one), "refund_by": refund_by(one), "return_by": return_by(one),
        "is_open": is_open, "is_unsent": order is not None and order.state in UNSENT,
        "can": lambda verb: WITHDRAWAL.can(one.state, verb),
        "backs": backs, "total_ore": sum(part.gross_ore for part in backs) - one.reduction_ore,
        "kept": kept_names(one) if order and one.lines else "",
        "journal": entries_of("withdrawal", one.id),
    }  # fmt: skip


def _candidate(one: Withdrawal, wanted: str) -> Order | None:
    """The order that a statement may be about: the one it belongs to, the one asked for, or the one it names."""
    order_id = one.order_id or find_order_id((wanted or one.typed_number).strip().lstrip("#")[:20])
    return get_whole_order(order_id) if order_id else None
