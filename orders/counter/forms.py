"""The forms an order and its money are taken down in. What is typed of an order is read by `orders.counter.answers`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import Form, RadioField, StringField, TextAreaField
from wtforms.widgets import DateInput, EmailInput, NumberInput

from catalog.baskets.models import Basket
from catalog.items.models import Item
from orders.checkout.forms import CheckoutForm, Text, shown, tell
from orders.checkout.organisation import kind_of
from orders.counter.answers import BASKET_FIELD, ITEM_FIELD
from orders.payments.models import CASH, INVOICE, LATER, LINK, SAVED, TRANSFER
from shop.forms import ChoiceField, DayField, KronerField, Needed, choices, line_field
from shop.i18n import LANGUAGE_NAMES, localised
from shop.i18n import lazy_gettext as _

WAYS = {
    LINK: _("Betalingslink: køberen betaler med kort på ordrens egen side"),
    TRANSFER: _("Overførsel: køberen overfører til butikkens konto"),
    CASH: _("Kontant: pengene er modtaget nu"),
    INVOICE: _("Faktura: kun virksomheder og offentlige, og du siger god for dem"),
}
WAY_NAMES = {
    LINK: _("betalingslink"), TRANSFER: _("overførsel"), CASH: _("kontant"), INVOICE: _("faktura"),
    SAVED: _("gemt kort"), LATER: _("link, når det er tid"),
}  # fmt: skip


class TakenForm(CheckoutForm):
    """Who orders, what stands on the card, how it gets there, and how it is paid."""

    email = Text(_("E-mail"), needed=False, widget=EmailInput())
    line1 = Text(_("Vej og nummer"), needed=False)
    postcode = Text(_("Postnummer"), needed=False)
    city = Text(_("By"), needed=False)
    card = TextAreaField(_("Hilsen på kortet"))
    language = RadioField(_("Køberens sprog"), validate_choice=False)
    way = RadioField(_("Hvordan betales der?"), validate_choice=False)


def taken_form(
    typed: Mapping[str, str],
    told: Mapping[str, Any],
    baskets: Sequence[Basket],
    items: Sequence[Item],
    ways: Sequence[tuple[str, str]],
) -> TakenForm:
    """The form with what was typed and what is to be said about it, and a number field for everything on sale."""
    numbers = {
        **{f"{BASKET_FIELD}{basket.id}": _number(basket) for basket in baskets},
        **{f"{ITEM_FIELD}{item.id}": _number(item) for item in items},
    }
    values = {**shown(typed), "buyer_kind": kind_of(typed), "is_gift": bool(typed.get("is_gift"))}
    form: TakenForm = type("TakenOrderForm", (TakenForm,), numbers)(data=values)
    form.delivery.choices = choices(ways)
    form.language.choices = choices(LANGUAGE_NAMES)
    form.way.choices = choices(WAYS.items())
    tell(form, told)
    return form


def _number(thing: Basket | Item) -> StringField:
    assert thing.current is not None
    return StringField(_("Antal af %(name)s", name=localised(thing.current, "name")), widget=NumberInput(min=0))


class DateField(DayField):
    """A day in the browser's own date field, which takes no other spelling than 2026-12-01."""

    def write(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)


class MoneyForm(Form):
    """Money that has come in by hand."""

    kind = ChoiceField(_("Hvordan"), [(TRANSFER, _("Overførsel")), (CASH, _("Kontant"))], validators=[Needed()])
    ore = KronerField(_("Beløb"), least=1)
    received_on = DateField(_("Hvilken dag"), widget=DateInput())
    note = line_field(_("Note"), 200, needed=False, hint=_("For eksempel bankens tekst."))
