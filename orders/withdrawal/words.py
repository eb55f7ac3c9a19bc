"""What a buyer is told about a withdrawal, on the page of its receipt and in its letters: short sentences."""

from collections.abc import Mapping
from datetime import date

from catalog.items.facts import join_words
from orders.buyers import get_whole_order
from orders.models import PRIVATE, Order
from orders.withdrawal.choice import choices_of, kept_shares, refund_of
from orders.withdrawal.deadlines import refund_by, return_by
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.states import CANCELLED, DECLINED, GOODS_BACK, REFUNDED
from shop.days import format_day
from shop.i18n import gettext as _
from shop.i18n import language, localised
from shop.money import format_kr
from shop.settings.read import seller


def postal_address() -> str:
    """Where goods are sent back to, on one line."""
    who = seller()
    return ", ".join(part for part in (who.name, who.address, f"{who.postcode} {who.city}".strip()) if part)


def said_lines(one: Withdrawal) -> list[str]:
    """What was withdrawn from, as it was sent."""
    if one.by_link:
        return [f"{line.quantity} × {localised(line.line, 'text')}" for line in one.lines]
    return [*([_("Hele ordren")] if one.whole else []), *(line for line in one.said.split("\n") if line)]


def unmatched(one: Withdrawal) -> list[str]:
    """What happens with a statement in words, the same whatever number it names."""
    return [
        _("Vi finder ordren, ser på det og skriver til dig."),
        _(
            "Har du fået varerne, så send dem til %(address)s senest %(day)s. Du betaler selv for at sende dem.",
            address=postal_address(),
            day=_day(return_by(one)),
        ),
        _(
            "Er det i tide, får du pengene igen senest %(day)s, på samme måde som du betalte. Vi må vente, til vi har"
            " varerne, eller du har vist, at du har sendt dem.",
            day=_day(refund_by(one)),
        ),
    ]


def what_now(one: Withdrawal) -> list[str]:
    """What happens now, to somebody who has the order's link or its letters."""
    if one.order_id is None:
        return unmatched(one)
    if one.state == CANCELLED:
        return _cancelled(one)
    if one.state == DECLINED:
        return [_("Vi har sagt nej. Grunden er: %(why)s", why=one.answer)]
    if one.state == REFUNDED and one.refund is not None:
        return [_("Vi har betalt %(amount)s tilbage.", amount=format_kr(one.refund.gross_ore, language()))]
    order = get_whole_order(one.order_id)
    return told_before_answer(order, is_late=one.in_time is False) or _in_time(one, order)


def told_before_answer(order: Order, *, is_late: bool) -> list[str]:
    """What somebody is told for whom the law has no right: it is received all the same, and a person answers."""
    if order.buyer_kind != PRIVATE:
        return [
            _("Ordren er købt af en virksomhed eller en myndighed. Dem giver loven ingen fortrydelsesret."),
            _("Vi tager imod din besked, ser på den og svarer dig. Send ikke varerne, før du har hørt fra os."),
        ]
    if is_late:
        return [
            _("Fristen for at fortryde er gået."),
            _("Vi tager imod din besked, ser på den og svarer dig. Send ikke varerne, før du har hørt fra os."),
        ]
    return []


def _cancelled(one: Withdrawal) -> list[str]:
    if one.refund_id is None:
        return [
            _("Intet var sendt, så ordren er annulleret. Der er ikke trukket penge, og det reserverede er givet fri.")
        ]
    return [_("Intet var sendt, så det er taget ud af ordren. Der bliver trukket mindre, når vi sender resten.")]


def _in_time(one: Withdrawal, order: Order) -> list[str]:
    if not one.lines or order.sent_at is None:
        return [_("Du har fortrudt i tide. Vi ser på, hvad det drejer sig om, og skriver til dig.")]
    backs = refund_of(order, one.picks, key=one.key, opened=one.opened)
    amount = format_kr(sum(back.gross_ore for back in backs) - one.reduction_ore, language())
    if one.state == GOODS_BACK:
        return [_("Vi har fået varerne. Du får %(amount)s igen, på samme måde som du betalte.", amount=amount)]
    return [
        _(
            "Send varerne til %(address)s senest %(day)s. Du betaler selv for at sende dem.",
            address=postal_address(),
            day=_day(return_by(one)),
        ),
        _(
            "Du får %(amount)s igen senest %(day)s, på samme måde som du betalte. Vi må vente, til vi har varerne,"
            " eller du har vist, at du har sendt dem.",
            amount=amount,
            day=_day(refund_by(one)),
        ),
        *exceptions_said(order, one.picks),
    ]


def exceptions_said(order: Order, picks: Mapping[int, int]) -> list[str]:
    """What among some pieces is not paid back, and what only while its seal is whole."""
    chosen = [choice for choice in choices_of(order) if picks.get(choice.line.id)]
    never = dict.fromkeys(name for choice in chosen for name in choice.never)
    sealed = dict.fromkeys(name for choice in chosen for name in choice.sealed)
    said = []
    if never:
        said.append(_("Kan ikke fortrydes og bliver ikke betalt tilbage: %(names)s.", names=join_words(never)))
    if sealed:
        said.append(_("Bliver kun betalt tilbage, hvis forseglingen er hel: %(names)s.", names=join_words(sealed)))
    return said


def kept_names(one: Withdrawal) -> str:
    """What was withdrawn from and yet not paid back: goods without the right, and sealed goods that were opened."""
    assert one.order_id is not None
    order = get_whole_order(one.order_id)
    kept = kept_shares(order, one.opened)
    versions = [
        share.item_version for line in order.lines if line.id in one.picks for share in line.shares if share.id in kept
    ]
    return join_words(dict.fromkeys(localised(version, "name") for version in versions if version is not None))


def _day(day: date) -> str:
    return format_day(day, language())
