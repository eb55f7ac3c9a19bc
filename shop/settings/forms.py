"""The form that changes a setting: one value by its kind, the day it holds from, the law's source, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import FieldList, Form, FormField, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from shop.forms import (
    ChoiceField,
    DayField,
    KronerField,
    Needed,
    PercentField,
    RowForm,
    WholeField,
    at_most,
    line_field,
    many_lines,
    one_line,
    read_day,
    text_field,
)
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.people.queries import enterprises
from shop.settings.checks import CHECKS, check_filled
from shop.settings.definitions import (
    CHOICE,
    DATES,
    DAYS,
    INTEGER,
    ORE,
    PERCENT,
    SECTIONS,
    TABLE,
    TEXT,
    Definition,
)
from shop.settings.needs import choices_of
from shop.settings.queries import Held
from shop.slugs import free_slug, slug_of

MOST_ROWS = 40
BLANK_ROWS = 2
MOST_DATES = 300


def _tidy(text: str | None) -> str:
    return one_line(text)


class ParcelRow(RowForm):
    """One step of the freight table."""

    max_g = WholeField(_("Til og med, gram"), least=1, most=1_000_000)
    gross_ore = KronerField(_("Pris med moms, kr."), most=1_000_000)


class PickupRow(RowForm):
    """One place to fetch an order; its `slug` is made from its name once and never changes."""

    slug = HiddenField(filters=[_tidy])
    name_da = line_field(_("Navn"), 100)
    name_en = line_field(_("Navn på engelsk"), 100)
    address = line_field(_("Adresse"), 100)
    postcode = line_field(_("Postnr."), 20)
    city = line_field(_("By"), 60)
    enterprise = ChoiceField(_("Hos virksomheden"))
    gross_ore = KronerField(_("Pris med moms, kr."), most=1_000_000)

    def validate_postcode(self, field: Any) -> None:
        field.data = CHECKS["postcode"](field.data or "")


class SectionRow(RowForm):
    """One part of a text page, in both languages."""

    heading_da = line_field(_("Overskrift"), 200)
    text_da = text_field(_("Tekst"), 8_000)
    heading_en = line_field(_("Overskrift på engelsk"), 200)
    text_en = text_field(_("Tekst på engelsk"), 8_000)

    def validate_text_da(self, field: Any) -> None:
        check_filled(field.data or "")

    def validate_text_en(self, field: Any) -> None:
        check_filled(field.data or "")


class SectionsForm(Form):
    """A whole text page: its title and its parts, in both languages."""

    title_da = line_field(_("Sidens titel"), 200)
    title_en = line_field(_("Sidens titel på engelsk"), 200)
    sections = FieldList(FormField(SectionRow), max_entries=MOST_ROWS)


class DatesField(TextAreaField):
    """Days, one on each line; stored sorted, each once, as ISO texts."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        lines = [line for line in many_lines(str(valuelist[0]) if valuelist else "").split("\n") if line.strip()]
        days = {line: read_day(line.strip()) for line in lines[: MOST_DATES + 1]}
        wrong = [line for line, day in days.items() if day is None]
        if wrong:
            raise ValidationError(
                gettext("«%(line)s» er ikke en dag. Skriv for eksempel 24.12.2026.", line=wrong[0][:40])
            )
        if len(lines) > MOST_DATES:
            raise ValidationError(gettext("Der kan højst være %(count)s dage.", count=MOST_DATES))
        self.data = sorted({day.isoformat() for day in days.values() if day is not None})


class ChangeForm(Form):
    """What every change has besides its value."""

    valid_from = DayField(_("Gælder fra"), description=_("For eksempel 1.12.2026. Fra den dag og frem."))
    source = line_field(
        _("Kilde"), 300, needed=False, hint=_("Loven, beslutningen eller brevet, som tallet kommer fra.")
    )
    why = line_field(_("Hvorfor"), 500, needed=False, hint=_("Står i journalen."))

    definition: Definition
    today: date
    is_first: bool
    value: Any

    def validate_valid_from(self, field: Any) -> None:
        if field.data is not None and not self.is_first and field.data < self.today:
            raise ValidationError(gettext("Vælg i dag eller en senere dag. Det, der har været, bliver stående."))

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        complaint = _look_at_rows(self.definition, self) if sound else ""
        if complaint:
            self.form_errors.append(complaint)
        return sound and not complaint

    @property
    def rows(self) -> Any:
        """The list of rows, for what has any."""
        return self.value.form.sections if self.definition.kind == SECTIONS else self.value

    def add_rows(self, count: int = BLANK_ROWS) -> None:
        """Blank rows at the end, to be filled in or left."""
        for _number in range(count):
            if len(self.rows.entries) < MOST_ROWS:
                self.rows.append_entry()
        self.offer_places()

    def offer_places(self) -> None:
        """The enterprises an order can be fetched at, asked for once."""
        if "enterprise" not in self.definition.columns:
            return
        choices = [("", "–"), *((one.slug, one.name) for one in enterprises())]
        for entry in self.rows.entries:
            entry.form.enterprise.offer(choices)

    def to_store(self) -> Any:
        """The value as it is stored. Ask only when the form is sound."""
        if self.definition.kind == TABLE:
            rows = [dict(entry.form.data) for entry in self.value.entries if not entry.form.is_blank]
            return (
                _with_slugs(rows) if "slug" in self.definition.columns else sorted(rows, key=lambda row: row["max_g"])
            )
        if self.definition.kind == SECTIONS:
            page = self.value.form
            parts = [dict(entry.form.data) for entry in page.sections.entries if not entry.form.is_blank]
            return {"title_da": page.title_da.data, "title_en": page.title_en.data, "sections": parts}
        return self.value.data


def change_form(held: Held, today: date, typed: Any = None) -> ChangeForm:
    """The form of one setting: filled with what holds today, or with what has been typed."""
    definition = held.definition
    kind = type("SettingForm", (ChangeForm,), {"value": _value_field(definition)})
    stored: dict[str, Any] = {"value": held.value or None, "valid_from": today, "source": ""}
    if held.value == 0:
        stored["value"] = 0
    form: ChangeForm = kind(typed, data=stored)
    form.definition, form.today, form.is_first = definition, today, held.row is None and not held.coming
    if definition.kind in (TABLE, SECTIONS):
        form.add_rows(BLANK_ROWS if typed is None else 0)
    return form


def _value_field(definition: Definition) -> Any:
    label, needed, hint = definition.label, definition.needed, definition.hint
    if definition.kind in (INTEGER, DAYS):
        return WholeField(label, least=definition.least, most=definition.most, description=hint)
    if definition.kind == ORE:
        return KronerField(label, least=definition.least, most=definition.most, description=hint)
    if definition.kind == PERCENT:
        return PercentField(label, most_bp=definition.most, description=hint)
    if definition.kind == TABLE:
        row = ParcelRow if definition.key == "freight.parcel" else PickupRow
        return FieldList(FormField(row), label, max_entries=MOST_ROWS, description=hint)
    if definition.kind == DATES:
        return DatesField(label, description=hint)
    if definition.kind == SECTIONS:
        return FormField(SectionsForm, label, description=hint)
    if definition.kind == CHOICE:
        return ChoiceField(label, choices_of(definition), description=hint)
    assert definition.kind == TEXT, definition.kind
    return _text(label, definition.check, needed=needed, hint=hint)


def _text(label: Any, check: str, *, needed: bool, hint: Any) -> Any:
    field = line_field(label, 200, needed=needed, hint=hint)

    def read(_form: Any, typed: Any) -> None:
        if check and typed.data:
            typed.data = CHECKS[check](typed.data)

    field.kwargs["validators"] = [*([Needed()] if needed else []), at_most(200), read]
    return field


def _look_at_rows(definition: Definition, form: ChangeForm) -> str:
    """What is wrong with the rows taken together; each by itself is sound."""
    if definition.kind not in (TABLE, SECTIONS):
        return ""
    rows = [entry.form for entry in form.rows.entries if not entry.form.is_blank]
    if not rows and definition.needed:
        return str(gettext("Der skal være mindst én række."))
    if definition.key == "freight.parcel" and _twice(row.max_g.data for row in rows):
        return str(gettext("Den samme vægt står i to rækker. Ret den ene."))
    if definition.key == "freight.pickup" and _twice(row.name_da.data for row in rows):
        return str(gettext("Det samme navn står i to rækker. Ret det ene."))
    return ""


def _twice(values: Any) -> bool:
    seen = list(values)
    return len(seen) != len(set(seen))


def _with_slugs(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every place gets the name it is known by in orders; one that has it keeps it."""
    taken = {row["slug"] for row in rows if row["slug"]}
    for row in rows:
        if not row["slug"]:
            row["slug"] = free_slug(slug_of(row["name_da"]) or "sted", taken)
            taken.add(row["slug"])
    return list(rows)
