"""What a partner chooses to find lines of its money."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Form, SearchField

from orders.money.queries import Selection
from orders.money.words import choice_names
from orders.shares.pictures import month_words
from shop.forms import ChoiceField, at_most, one_line
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.listing import LONGEST_SEARCH


class MoneyForm(Form):
    """Words, a month and how the lines stand. What is wrong is said beside its field and chooses nothing."""

    q = SearchField(
        _("Ordrenummer, vare, kurv eller bemærkning"), filters=[one_line], validators=[at_most(LONGEST_SEARCH)]
    )
    maaned = ChoiceField(_("Måned"), default="")
    tilstand = ChoiceField(_("Tilstand"), default="")

    def __init__(self, typed: Any, months: Sequence[date]) -> None:
        super().__init__(typed)
        self.maaned.offer([("", gettext("Alle")), *((f"{month:%Y-%m}", month_words(month)) for month in months)])
        self.tilstand.offer([("", gettext("Alle")), *choice_names().items()])

    def read(self) -> Selection:
        """The selection that was made rightly; a field with an error counts as empty."""
        self.validate()
        words: Any = "" if self.q.errors else self.q.data
        month = "" if self.maaned.errors else str(self.maaned.data or "")
        state = "" if self.tilstand.errors else str(self.tilstand.data or "")
        return Selection(words or "", date.fromisoformat(f"{month}-01") if month else None, state)


def months_until(last: date, first: date) -> list[date]:
    """The first days of the months from `first` to `last`, the newest first; at least the last one."""
    month = last.replace(day=1)
    until = min(month, first.replace(day=1))
    found = []
    while month >= until:
        found.append(month)
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return found
