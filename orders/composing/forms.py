"""What is asked of the composer, and the key that is agreed on."""

from datetime import date
from typing import Any

from wtforms import BooleanField, Form, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput

from catalog.assembly.demands import MOST_OF_ONE, Demands
from catalog.assembly.queries import Delivery, boxes, delivery_in, first_delivery, room_of
from catalog.items.allergens import ALLERGENS
from shop.days import format_day
from shop.forms import ChoiceField, DayField, KronerField, WholeField, choices, line_field
from shop.i18n import gettext, language
from shop.i18n import lazy_gettext as _

WEEKS_AHEAD = 26


class ComposeForm(Form):
    """The demands on a basket. The price is without VAT."""

    pris = KronerField(_("Højst, kr. uden moms"), least=100, most=10_000_000)
    antal = WholeField(_("Antal kurve"), least=1, most=100_000, default=100)
    uge = ChoiceField(_("Skal være fremme i"))
    virksomheder = WholeField(_("Varer fra mindst så mange virksomheder"), least=1, most=100, default=3)
    flest = WholeField(_("Højst så mange af én vare"), least=1, most=99, default=MOST_OF_ONE)
    pakke = ChoiceField(_("Pakkes i"))
    uden = SelectMultipleField(_("Uden"), choices=choices(ALLERGENS.items()), option_widget=CheckboxInput())
    uden_alkohol = BooleanField(_("Uden alkohol"))
    med = SelectMultipleField(_("Skal indeholde"), option_widget=CheckboxInput())


def compose_form(typed: Any, items: list[tuple[str, str]], today: date) -> ComposeForm:
    """The form with the weeks, sizes and items there are today."""
    form = ComposeForm(typed)
    form.uge.offer([("", gettext("så tidligt som muligt")), *_weeks(today)])
    form.pakke.offer([
        ("", gettext("hvad som helst")),
        *((name, gettext("%(size)s, højst %(kg)s kg", size=name, kg=f"{grams / 1000:g}")) for name, grams in boxes()),
    ])  # fmt: skip
    form.med.choices = choices(items)
    return form


def _weeks(today: date) -> list[tuple[str, str]]:
    found = []
    for number in range(WEEKS_AHEAD):
        year, week, _day = date.fromordinal(today.toordinal() + 7 * number).isocalendar()
        if (delivery := delivery_in(year, week)) is not None and delivery.deliver_on > today:
            day = format_day(delivery.deliver_on, language())
            found.append((f"{year}-W{week:02}", gettext("uge %(week)s (senest %(day)s)", week=week, day=day)))
    return found


def read_demands(form: ComposeForm, today: date) -> tuple[Demands, Delivery]:
    """The demands as the composer takes them, of a form that is valid."""
    assert form.pris.data is not None
    assert form.antal.data is not None
    assert form.virksomheder.data is not None
    assert form.flest.data is not None
    year, _dash, week = (form.uge.data or "").partition("-W")
    delivery = delivery_in(int(year), int(week)) if week else None
    delivery = delivery or first_delivery(today)
    contains = frozenset(form.med.data or ())
    return Demands(
        net_ore=form.pris.data, pieces=form.antal.data, enterprises=form.virksomheder.data,
        without=frozenset(form.uden.data or ()), no_alcohol=bool(form.uden_alkohol.data), contains=contains,
        most_of_one=form.flest.data, most_weight_g=dict(boxes()).get(form.pakke.data or ""),
        most_units=room_of(contains), deliver_on=delivery.deliver_on, days_under_way=delivery.days_under_way,
    ), delivery  # fmt: skip


class TakeForm(Form):
    """A proposal that is to become a basket."""

    navn = line_field(_("Kurvens navn"), 200)
    varer = StringField()
    pris = WholeField(_("Pris"), least=0, most=10_000_000)


class KeyForm(Form):
    """The day a key holds from."""

    valid_from = DayField(_("Gælder fra"), description=_("For eksempel 1.1.2027."))


class KeyRow(Form):
    """One enterprise's parts of the key."""

    parts = WholeField(_("Dele"), least=0, most=1000)
