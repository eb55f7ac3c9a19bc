"""What a person types about a packing day."""

from typing import Any

from catalog.stock.forms import KeyedForm, keyed
from orders.packing.work import MOST_MINUTES
from shop.forms import ChoiceField, Needed, WholeField
from shop.i18n import lazy_gettext as _


class MinutesForm(KeyedForm):
    """How long a batch took. Nobody is named."""

    batch = ChoiceField(_("Hvad blev pakket?"), validators=[Needed()])
    parcels = WholeField(_("Hvor mange pakker?"), least=1, most=100_000)
    minutes = WholeField(
        _("Hvor mange minutter i alt?"), least=1, most=MOST_MINUTES,
        description=_("Læg alles tid sammen: tre personer i 20 minutter er 60."),
    )  # fmt: skip


def minutes_form(batches: list[str], typed: Any = None) -> MinutesForm:
    """The form of a day with such batches."""
    form: MinutesForm = keyed(MinutesForm(typed, prefix="tid-"))
    form.batch.offer([(name, name) for name in dict.fromkeys(batches)])
    return form
