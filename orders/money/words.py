"""What a line of an enterprise's money is called and how it came about, in one sentence of the reader's language."""

from datetime import date

from orders.books.models import (
    BANK,
    CANCELLATION,
    CORRECTION,
    DISCOUNT,
    DUE,
    EARNED,
    FREIGHT,
    GOODWILL,
    PAYABLE,
    REFUND,
    REPLACEMENT,
    SALE,
)
from orders.money.queries import CHARGE, ENDED, ENTRY, EXPECTED, SHARE, TAKEN, UNPAID, Entry, Line, Taking
from orders.money.queries import REFUND as REFUND_LINE
from orders.money.vat import VatDays
from orders.reversals.models import BY_ENTERPRISE, CANCEL, COMPONENT
from orders.reversals.models import GOODWILL as GOODWILL_REFUND
from orders.shares.origin import ShareOrigin
from shop.i18n import gettext as _
from shop.i18n import language, localised
from shop.money import format_kr


def state_names() -> dict[str, str]:
    """What it is called how a line stands."""
    return {
        EXPECTED: _("forventet"),
        EARNED: _("optjent"),
        PAYABLE: _("til udbetaling"),
        UNPAID: _("afventer betaling"),
        ENDED: _("annulleret eller udløbet"),
    }


def choice_names() -> dict[str, str]:
    """How lines may be chosen by how they stand: the same, and all that was taken back."""
    return {**state_names(), TAKEN: _("taget tilbage")}


def kind_names() -> dict[str, str]:
    """What the kinds of lines are called."""
    return {
        SHARE: _("andel"),
        REFUND_LINE: _("taget tilbage"),
        CHARGE: _("opkrævet"),
        ENTRY: _("bogført"),
    }


def code_names() -> dict[str, str]:
    """What the codes of postings mean to whoever they are booked for."""
    return {
        SALE: _("Pakken er sendt: andelen er optjent"),
        FREIGHT: _("Leveringen er kørt: andelen er optjent"),
        DISCOUNT: _("Rabat, der er trukket fra"),
        DUE: _("Køberens penge er kommet: til udbetaling"),
        REFUND: _("Taget tilbage"),
        GOODWILL: _("Penge tilbage til køberen uden varer"),
        CANCELLATION: _("Annulleret"),
        REPLACEMENT: _("Varer sendt igen uden beregning"),
        CORRECTION: _("Rettelse"),
    }


def sentence(line: Line, vat: VatDays, today: date) -> str:
    """How a line came about, in one sentence. VAT is told about only when the enterprise may charge it that day."""
    if line.taking is not None:
        return _of_taking(line, line.taking, vat, today)
    if line.entry is not None:
        return _of_entry(line.entry)
    assert line.share is not None
    return share_sentence(line.share, vat, today)


def share_sentence(share: ShareOrigin, vat: VatDays, today: date) -> str:
    """«3 × Opvaskebørste i Den grønne kurv, ordre 1042: aftalt pris 42,00 kr. stykket, din andel 126,00 kr. (…).»"""
    text = _("%(what)s: %(rule)s, din andel %(share)s", what=_sold(share), rule=_rule(share), share=_kr(share.ore))
    return _ended(text + _vat_words(share.ore, share, vat, today))


def _rule(share: ShareOrigin) -> str:
    rule: str = _("aftalt pris %(price)s stykket", price=_kr(share.basis_ore))
    if share.policy == "proportional" and share.is_divided:
        rule = _("aftalt pris %(price)s stykket, delt efter kurvens pris", price=_kr(share.basis_ore))
    elif share.policy == "guaranteed" and share.is_divided:
        least = _kr(share.guaranteed_ore or 0)
        rule = _("mindst %(price)s stykket og en del af overskuddet", price=least)
    if share.discount_ore > 0:
        rule = _("%(rule)s, rabat %(discount)s trukket fra", rule=rule, discount=_kr(share.discount_ore))
    return rule


def _sold(share: ShareOrigin) -> str:
    """What was sold of the enterprise's, and in which order."""
    told = {"pieces": share.pieces, "item": localised(share, "item"), "number": share.number}
    words: str = _("%(pieces)s × %(item)s, ordre %(number)s", **told)
    if share.in_basket:
        words = _("%(pieces)s × %(item)s i %(basket)s, ordre %(number)s", basket=localised(share, "text"), **told)
    return words


def _of_taking(line: Line, taking: Taking, vat: VatDays, today: date) -> str:
    taken = _kr(-line.ore)
    if line.share is None:
        what = _("%(basket)s, ordre %(number)s", basket=localised(taking, "text"), number=taking.number)
        if taking.bearer == BY_ENTERPRISE:
            return _ended(_("%(what)s: en refusion, som du bærer alene, %(taken)s", what=what, taken=taken))
        return _ended(
            _("%(what)s: din del af en refusion, som alle med en andel bærer, %(taken)s", what=what, taken=taken)
        )
    what = _sold(line.share)
    if taking.kind == CANCEL:
        text = _("%(what)s: annulleret, før pakken blev sendt, %(taken)s af din andel", what=what, taken=taken)
    elif taking.kind == COMPONENT:
        text = _("%(what)s: kun din del er taget tilbage, %(taken)s af din andel", what=what, taken=taken)
    elif taking.kind == GOODWILL_REFUND:
        text = _("%(what)s: køberen fik penge tilbage uden varer, %(taken)s af din andel", what=what, taken=taken)
    else:
        text = _("%(what)s: taget tilbage, %(taken)s af din andel", what=what, taken=taken)
    return _ended(text + _vat_words(-line.ore, line.share, vat, today))


def _of_entry(entry: Entry) -> str:
    words: str = entry.note
    if entry.other == BANK:
        words = _("Bank: %(note)s", note=entry.note) if entry.note else _("Udbetalt til din bank")
    elif entry.note:
        words = _("Rettelse: %(note)s", note=entry.note)
    return _ended(words or code_names().get(entry.code, entry.code))


def bearer_words(line: Line) -> str:
    """Who bears what was taken back; empty for any other line."""
    if line.taking is None:
        return ""
    if line.share is None:
        alone: str = _("Du bærer det hele. De andre beholder deres andel.")
        return alone if line.taking.bearer == BY_ENTERPRISE else str(_("Alle med en andel er fælles om det."))
    if line.taking.kind == COMPONENT:
        return str(_("Du bærer det. Ingen andre er berørt."))
    return str(_("Alle med en andel bærer deres del, som den blev solgt."))


def head(line: Line) -> str:
    """What a line is called in a table: its order, or what it is."""
    if line.number:
        return str(_("Ordre %(number)s", number=line.number))
    return str(_("Bank") if line.entry and line.entry.other == BANK else _("Rettelse"))


def _vat_words(ore: int, share: ShareOrigin, vat: VatDays, today: date) -> str:
    """About the VAT that comes on top. The day that counts is the day it is sent; until then, today."""
    about = vat.on_net(ore, share.vat_category, share.sent_on or today)
    if about is None:
        return ""
    words: str = _("(moms ca. %(vat)s, beregnes af hele afregningen)", vat=_kr(about))
    return f" {words}"


def _kr(ore: int) -> str:
    return format_kr(ore, language())


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
