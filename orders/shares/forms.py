"""What a partner types to find its own lines, or a day to drive."""

from datetime import date
from typing import Any

from wtforms import Form, SearchField
from wtforms.validators import ValidationError

from orders.shares.queries import Selection
from shop.forms import DayField, at_most, one_line
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.listing import LONGEST_SEARCH


class SelectionForm(Form):
    """Words and a period. What is mistyped is said beside its field and does not choose anything."""

    q = SearchField(_("Ordrenummer, vare eller kurv"), filters=[one_line], validators=[at_most(LONGEST_SEARCH)])
    fra = DayField(_("Bestilt fra og med"), needed=False)
    til = DayField(_("Bestilt til og med"), needed=False)

    def validate_til(self, field: DayField) -> None:
        if self.fra.data and field.data and field.data < self.fra.data:
            raise ValidationError(gettext("Perioden slutter, før den begynder. Byt om på de to dage."))

    def read(self) -> Selection:
        """The selection that was typed rightly; a field with an error counts as empty."""
        self.validate()
        _write_well(self.fra)
        _write_well(self.til)
        words: Any = "" if self.q.errors else self.q.data
        first: Any = None if self.fra.errors else self.fra.data
        last: Any = None if self.til.errors else self.til.data
        return Selection(words or "", first, last)


class DayForm(Form):
    """One day to drive."""

    dag = DayField(_("Vis en anden dag"), needed=False)

    def read(self, today: date) -> date:
        """The day that was typed rightly, else today."""
        typed: Any = self.dag.data if self.validate() else None
        _write_well(self.dag)
        return typed or today


def _write_well(field: DayField) -> None:
    """Show a day that could be read as days are written here; one that could not stays as it was typed."""
    if field.data and not field.errors:
        field.raw_data = None
