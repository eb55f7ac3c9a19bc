"""What a buyer types after the order: changes, a report with a photo, where a parcel that came back goes now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from wtforms import FileField, Form, RadioField, TextAreaField
from wtforms.widgets import DateInput, TelInput

from orders.after.change import Wish, card_lines
from orders.after.models import DAMAGED, KINDS, LOST, MISSING, WRONG
from orders.buyers import address_of
from orders.cart.change import LONGEST_CARD, read_card, without_controls
from orders.checkout.answers import KEPT, Reading, read_day, read_name, read_part, read_phone
from orders.checkout.forms import Text, shown, tell
from orders.models import PICKUP, Order
from shop.address import PostalAddress
from shop.errors import Refused
from shop.forms import choices, many_lines
from shop.i18n import lazy_gettext as _
from shop.i18n import localised

RECIPIENT = ("to_name", "to_line1", "to_line2", "to_postcode", "to_city", "to_phone")
LONGEST_SAID = 2000
MOST_ASKED = 12


class RecipientForm(Form):
    """Who gets it, where and when. A parcel that is fetched has no address: only who comes for it."""

    to_name = Text(_("Modtagerens navn"))
    to_line1 = Text(_("Vej og nummer"))
    to_line2 = Text(_("Etage, dør, c/o"), needed=False)
    to_postcode = Text(_("Postnummer"))
    to_city = Text(_("By"))
    to_phone = Text(_("Modtagerens telefon"), needed=False, widget=TelInput())
    wanted_on = Text(_("Hvilken dag"), widget=DateInput())


def kept_asked(asked: Iterable[str]) -> list[str]:
    """The questions that have been put, as the form carries them: few, short and printable."""
    return [without_controls(one)[:KEPT] for one in list(asked)[:MOST_ASKED]]


def recipient_values(order: Order) -> dict[str, str]:
    """What stands in the fields before anything is typed."""
    held = {name: str(order.recipient.get(name.removeprefix("to_"), "")) for name in RECIPIENT}
    return {**held, "wanted_on": order.wanted_on.isoformat()}


def read_recipient(
    order: Order, typed: Mapping[str, str], reading: Reading, asked: Iterable[str]
) -> tuple[PostalAddress | None, str]:
    """Who, where and how to call, as far as it can be read; everything else is said in `reading`."""
    known = frozenset(asked)
    if order.delivery == PICKUP:  # only who comes for it is asked for; the address stays whatever it is
        named, held = read_name(typed, "to_", reading, known), address_of(order.recipient)
        recipient = replace(held, name=named.name) if named else None
    else:
        recipient = read_part(typed, "to_", reading, known)
    return recipient, read_phone(typed.get("to_phone", ""), "to_phone", reading, needed=False)


def read_wanted(typed: Mapping[str, str], reading: Reading) -> date | None:
    """The day; what is none is said in `reading`."""
    day = read_day(typed.get("wanted_on", ""))
    if day is None:
        reading.errors["wanted_on"] = _("Vælg en dag, for eksempel 1-12-2026.")
    return day


def read_wish(order: Order, typed: Mapping[str, str], asked: Iterable[str]) -> tuple[Wish | None, Reading]:
    """Everything on the page of changes; a wish only when nothing is left to be said."""
    reading = Reading()
    recipient, phone = read_recipient(order, typed, reading, asked)
    day, cards = read_wanted(typed, reading), {}
    for line in card_lines(order):
        try:
            cards[line.id] = read_card(typed.get(card_field(line.id), line.card_text))
        except Refused as refused:
            reading.errors[card_field(line.id)] = refused.sentence
    if reading.told or recipient is None or day is None:
        return None, reading
    return Wish(recipient, phone, day, cards), reading


def card_field(line_id: int) -> str:
    """The name of the field of a line's card."""
    return f"card_{line_id}"


def change_form(order: Order, typed: Mapping[str, str] | None, told: Mapping[str, Any]) -> RecipientForm:
    """The form with what was typed, or what holds now, and what is to be said about it."""
    lines = card_lines(order)
    cards = {
        card_field(line.id): TextAreaField(
            _("Kortet til %(name)s", name=localised(line, "text")),
            description=_("Op til %(most)s tegn. Vi skriver det, som du skriver det.", most=LONGEST_CARD),
        )
        for line in lines
    }
    held = {**recipient_values(order), **{card_field(line.id): line.card_text for line in lines}}
    form: RecipientForm = type("ChangeForm", (RecipientForm,), cards)(data=held if typed is None else shown(typed))
    tell(form, told)
    return form


def recipient_form(order: Order, typed: Mapping[str, str] | None, told: Mapping[str, Any]) -> RecipientForm:
    """The same without cards: where a parcel that came back goes now. The old day is over, so none is suggested."""
    held = {**recipient_values(order), "wanted_on": ""}
    form = RecipientForm(data=held if typed is None else shown(typed))
    tell(form, told)
    return form


class ReportForm(Form):
    """What is wrong with what came."""

    kind = RadioField(_("Hvad er der galt?"), validate_choice=False)
    said = TextAreaField(_("Fortæl os, hvad der er sket"))
    photo = FileField(_("Et billede"))


REPORT_CHOICES = (
    (DAMAGED, _("Noget er gået i stykker eller er fordærvet")),
    (MISSING, _("Noget mangler")),
    (WRONG, _("Der er kommet noget forkert")),
    (LOST, _("Pakken er ikke kommet")),
)


def report_form(typed: Mapping[str, str], told: Mapping[str, Any]) -> ReportForm:
    """The form with what was typed; a browser never fills in a file again, so a kept one is named on the page."""
    form = ReportForm(data=shown(typed))
    form.kind.choices = choices(REPORT_CHOICES)
    form.said.flags.required = True
    tell(form, told)
    return form


def read_report(typed: Mapping[str, str]) -> tuple[str, str, dict[str, Any]]:
    """The kind and the words, and what is to be said about them by field."""
    errors: dict[str, Any] = {}
    kind = typed.get("kind", "")
    if kind not in KINDS:
        errors["kind"] = _("Vælg, hvad der er galt.")
    said = many_lines(typed.get("said", "")[: 10 * LONGEST_SAID])
    if not said:
        errors["said"] = _("Skriv kort, hvad der er sket.")
    elif len(said) > LONGEST_SAID:
        errors["said"] = _(
            "Der er plads til %(most)s tegn, og der står %(count)s. Gør det lidt kortere.",
            most=LONGEST_SAID,
            count=len(said),
        )
    return kind, said, errors
