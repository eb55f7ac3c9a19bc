"""What a partner types to find its own lines."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wtforms import DateField, Form, SearchField
from wtforms.validators import Length, Optional, ValidationError

from orders.shares.queries import Selection
from shop.days import FIRST_YEAR, LAST_YEAR
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _

WRITINGS = ["%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"]


def _one_line(text: str | None) -> str:
    """What was typed, without what cannot be printed; PostgreSQL refuses some of it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())


class DayField(DateField):
    """A day, as a browser sends it or as a Dane types it, within the years whose calendar is known."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, format=WRITINGS, validators=[Optional()], **options)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = _one_line(str(valuelist[0])) if valuelist else ""
        if not text:
            return
        self.data = next((day for day in (_read(text, writing) for writing in WRITINGS) if day), None)
        if self.data is None:
            raise ValueError(gettext("Skriv en dag, for eksempel 1-12-2026."))


def _read(text: str, writing: str) -> date | None:
    try:
        day = datetime.strptime(text, writing).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


class SelectionForm(Form):
    """Words and a period. What is mistyped is said beside its field and does not choose anything."""

    q = SearchField(
        _("Søg"),
        filters=[_one_line],
        validators=[Length(max=100, message=_("Søg med højst 100 tegn."))],
    )
    fra = DayField(_("Fra og med"))
    til = DayField(_("Til og med"))

    def validate_til(self, field: DayField) -> None:
        if self.fra.data and field.data and field.data < self.fra.data:
            raise ValidationError(gettext("Perioden slutter, før den begynder. Byt om på de to dage."))

    def read(self) -> Selection:
        """The selection that was typed rightly; a field with an error counts as empty."""
        self.validate()
        return Selection(
            "" if self.q.errors else self.q.data or "",
            None if self.fra.errors else self.fra.data,
            None if self.til.errors else self.til.data,
        )


class DayForm(Form):
    """One day, and today when none is typed."""

    dag = DayField(_("Dag"))
