"""The forms of the checkout. What is typed is read by `orders.checkout.answers`; here it only gets its places."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.widgets import DateInput, EmailInput, TelInput

from catalog.items.models import Item
from orders.cart.change import without_controls
from orders.checkout.organisation import kind_of
from orders.delivery.freight import Freight
from orders.models import COMPANY, LOCAL, PICKUP, PRIVATE, PUBLIC
from shop.forms import choices
from shop.i18n import gettext, localised, pick
from shop.i18n import language as reader_language
from shop.i18n import lazy_gettext as _
from shop.money import format_kr

LONGEST_SHOWN = 4000  # characters of a text that is too long are shown again up to here


class Text(StringField):
    """A line of text. One that is needed says so to the label and the browser; what is wrong we say."""

    def __init__(self, label: Any, *, needed: bool = True, **options: Any) -> None:
        super().__init__(label, **options)
        if needed:
            self.flags.required = True


class CheckoutForm(Form):
    """Who orders, who gets it, how and when."""

    buyer_kind = RadioField(
        _("Hvem køber?"),
        choices=choices(
            [(PRIVATE, _("Privat")), (COMPANY, _("Virksomhed")), (PUBLIC, _("Kommune eller anden offentlig"))]
        ),
        default=PRIVATE,
        validate_choice=False,
    )
    org_name = Text(_("Virksomhed eller institution"))
    cvr = Text(_("CVR-nummer"))
    gln = Text(_("EAN-nummer"))
    reference = Text(_("Reference til fakturaen"))
    requisition = Text(_("Jeres ordre- eller rekvisitionsnummer"), needed=False)
    account_string = Text(_("Kontostreng"), needed=False)
    name = Text(_("Navn"))
    email = Text(_("E-mail"), widget=EmailInput())
    phone = Text(_("Telefon"), widget=TelInput())
    line1 = Text(_("Vej og nummer"))
    line2 = Text(_("Etage, dør, c/o"), needed=False)
    postcode = Text(_("Postnummer"))
    city = Text(_("By"))
    is_gift = BooleanField(_("Det er en gave: send til en anden adresse"))
    to_name = Text(_("Modtagerens navn"))
    to_line1 = Text(_("Modtagerens vej og nummer"))
    to_line2 = Text(_("Modtagerens etage, dør, c/o"), needed=False)
    to_postcode = Text(_("Modtagerens postnummer"))
    to_city = Text(_("Modtagerens by"))
    to_phone = Text(_("Modtagerens telefon"), needed=False, widget=TelInput())
    delivery = RadioField(_("Levering"), validate_choice=False)
    wanted_on = Text(_("Hvilken dag"), widget=DateInput())


def checkout_form(typed: Mapping[str, str], ways: Sequence[tuple[str, str]], told: Mapping[str, Any]) -> CheckoutForm:
    """The form with what was typed and what is to be said about it."""
    form = CheckoutForm(data={**typed, "buyer_kind": kind_of(typed), "is_gift": bool(typed.get("is_gift"))})
    form.delivery.choices = choices(ways)
    for name, sentence in told.items():
        form[name].errors = [str(sentence)]
    return form


def shown(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as a page can show it again."""
    return {name: without_controls(text[:LONGEST_SHOWN]) for name, text in typed.items()}


def tell(form: Form, told: Mapping[str, Any]) -> None:
    """Put sentences beside their fields; one without a field of its own stands over the form."""
    for name, sentence in told.items():
        if name in form:
            form[name].errors = [str(sentence)]
        else:
            form.form_errors.append(str(sentence))


def way_choices(ways: Sequence[Freight], local: Item | None, local_ore: int) -> list[tuple[str, str]]:
    """Every way of delivery as (value, words): what it costs, who does it, and where it is done."""
    offered = [(_value_of(way), _words_of(way)) for way in ways if way.method != LOCAL]
    if local is not None:
        words = gettext(
            "%(who)s bringer den ud i postnumrene %(postcodes)s: %(price)s",
            who=local.enterprise.name,
            price=format_kr(local_ore, reader_language()),
            postcodes=", ".join(local.served_postcodes),
        )
        at = sum(1 for way in ways if way.method not in (PICKUP, LOCAL))
        offered.insert(at, (LOCAL, words))
    return offered


def _value_of(way: Freight) -> str:
    return f"{PICKUP}:{way.place['slug']}" if way.method == PICKUP else way.method


def _words_of(way: Freight) -> str:
    price = format_kr(way.gross_ore, reader_language()) if way.gross_ore else gettext("gratis")
    if way.method == PICKUP:
        where = f"{way.place['address']}, {way.place['postcode']} {way.place['city']}"
        name = pick(way.place["name_da"], way.place["name_en"])
        return str(gettext("%(name)s, %(where)s: %(price)s", name=name, where=where, price=price))
    return str(gettext("Pakke til døren: %(price)s", price=price))


def name_of_way(way: Freight) -> str:
    """A chosen way in words, for the overview."""
    return localised(way, "text")
