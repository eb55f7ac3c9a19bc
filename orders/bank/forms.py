"""What a coordinator types about the bank account: which column is which, and how a line is divided."""

from collections.abc import Sequence
from typing import Any

from wtforms import Form

from orders.bank.columns import NAMES, Layout, guessed
from orders.ledger.forms import OnceForm, WhyForm
from shop.forms import ChoiceField, KronerField, line_field, text_field
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.money import LARGEST_ORE

PARTS = 4
MOST_COLUMNS = 40


def columns_form(layout: Layout, typed: Any = None) -> Form:
    """A choice for each column of a file, by the name it has there."""
    fields = {
        f"kolonne_{place}": ChoiceField(_name(layout.headers, place), list(NAMES.items()))
        for place in range(min(layout.width, MOST_COLUMNS))
    }
    guess = guessed(layout) if typed is None else []
    made: Form = type("ColumnsForm", (Form,), fields)(
        typed, data={f"kolonne_{at}": kind for at, kind in enumerate(guess)}
    )
    return told_once(made)


def told_once(form: Form) -> Form:
    """A form whose every field may be left: it is said in its words, and not at each of them."""
    for field in form:
        field.flags.required = True
    return form


def _name(headers: Sequence[str], place: int) -> str:
    header = headers[place] if place < len(headers) else ""
    return header[:60] or gettext("Kolonne %(no)s", no=place + 1)


def columns_of(form: Form) -> list[str]:
    """What was chosen, in the columns' order."""
    return [str(field.data or "") for field in form]


class PartsForm(Form):
    """Which orders a line is divided over, and how much each gets. A row left blank is none."""

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        for no in range(1, PARTS + 1):
            order, ore = self[f"ordre_{no}"], self[f"ore_{no}"]
            if not ore.errors and bool(order.data) != bool(ore.data):
                ore.errors, sound = [gettext("Skriv både ordre og beløb.")], False
        numbers = [self[f"ordre_{no}"].data for no in range(1, PARTS + 1) if self[f"ordre_{no}"].data]
        if sound and not numbers:
            self["ordre_1"].errors, sound = [gettext("Skriv mindst én ordre og et beløb.")], False
        if len(set(numbers)) < len(numbers):
            self["ordre_1"].errors, sound = [gettext("Den samme ordre står to gange. Læg beløbene sammen.")], False
        return sound


for _no in range(1, PARTS + 1):
    setattr(PartsForm, f"ordre_{_no}", line_field(_("Ordre %(no)s", no=_no), 20, needed=False))
    _ore = KronerField(_("Beløb %(no)s", no=_no), least=1, most=LARGEST_ORE, needed=False)
    setattr(PartsForm, f"ore_{_no}", _ore)


class AsideForm(Form):
    """Why a line is no buyer's."""

    why = text_field(_("Hvad er det for penge?"), 500, hint=_("For eksempel husleje eller udbetaling fra kortfirmaet."))


class UndoForm(WhyForm):
    """Why a line was not for that order."""


class LeaveForm(OnceForm):
    """What has been agreed about money paid too much."""

    why = text_field(_("Hvad er aftalt?"), 500, hint=_("For eksempel: trækkes fra næste ordre. Det står i journalen."))
