"""Fields that every form shares: each reads what is typed, says in plain words what is wrong, and keeps the text."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, StopValidation, ValidationError
from wtforms.widgets import TextInput

from shop.days import LAST_YEAR
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.money import format_amount, format_kr, parse_kr

EARLIEST_YEAR = 1900
MISSING = _("Skriv noget her.")
_DANISH_DAY = re.compile(r"([0-9]{1,2})[./-] ?([0-9]{1,2})[./-] ?([0-9]{4})")


def one_line(text: str | None) -> str:
    """What was typed, on one line and without what cannot be printed (PostgreSQL takes no NUL)."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text or "").split())


def many_lines(text: str | None) -> str:
    """What was typed, with its line breaks and without other unprintable characters."""
    lines = re.sub(r"\r\n?", "\n", text or "").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable() or c == "\t").rstrip() for line in lines).strip()


class Needed:
    """Refuses a field left empty, also one with nothing but blanks; a typed 0 is something."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, sentence: Any = MISSING) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        if field.process_errors:
            raise StopValidation
        if field.data in (None, ""):
            raise StopValidation(self.sentence)


def at_most(longest: int) -> Length:
    """Refuses a text of more than so many characters."""
    return Length(max=longest, message=_("Det er for langt. Brug højst %(count)s tegn.", count=longest))


def line_field(label: Any, longest: int, *, needed: bool = True, hint: Any = "") -> Any:
    """One line of text."""
    validators = [Needed()] if needed else []
    return StringField(label, filters=[one_line], validators=[*validators, at_most(longest)], description=hint)


def text_field(label: Any, longest: int, *, needed: bool = True, hint: Any = "") -> Any:
    """Several lines of text."""
    validators = [Needed()] if needed else []
    return TextAreaField(label, filters=[many_lines], validators=[*validators, at_most(longest)], description=hint)


class TypedField(StringField):
    """A field whose value is not a text. What was typed stays in it until it can be read."""

    widget = TextInput()
    data: Any

    def __init__(self, label: Any = None, *, needed: bool = True, **rest: Any) -> None:
        super().__init__(label, validators=[Needed()] if needed else [], **rest)

    def read(self, text: str) -> Any:
        """The value of a typed text; ValidationError with a sentence when it cannot be read."""
        return text

    def write(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if self.raw_data:
            return one_line(str(self.raw_data[0]))
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = one_line(str(valuelist[0])) if valuelist else ""
        if text:
            self.data = self.read(text)


class KronerField(TypedField):
    """An amount in kroner, read into øre."""

    def __init__(self, label: Any = None, *, least: int = 0, most: int = 10_000_000, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        try:
            ore = parse_kr(text)
        except ValueError:
            raise ValidationError(gettext("Skriv et beløb i kroner, for eksempel 59,00.")) from None
        if not self.least <= ore <= self.most:
            raise ValidationError(
                gettext(
                    "Beløbet skal være mellem %(least)s og %(most)s.",
                    least=format_kr(self.least),
                    most=format_kr(self.most),
                )
            )
        return ore

    def write(self, value: Any) -> str:
        return format_amount(int(value))


class WholeField(TypedField):
    """A whole number between two bounds, both included."""

    def __init__(self, label: Any = None, *, least: int = 0, most: int = 1_000_000, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        digits = text.replace(".", "").replace(" ", "")
        if not re.fullmatch(r"[0-9]{1,12}", digits):
            raise ValidationError(gettext("Skriv et helt tal."))
        number = int(digits)
        if not self.least <= number <= self.most:
            raise ValidationError(
                gettext("Tallet skal være mellem %(least)s og %(most)s.", least=self.least, most=self.most)
            )
        return number


class PercentField(TypedField):
    """A percentage with at most two decimals, read into basis points (1,5 % is 150)."""

    def __init__(self, label: Any = None, *, most_bp: int = 10_000, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.most_bp = most_bp

    def read(self, text: str) -> int:
        found = re.fullmatch(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))? ?%?", text)
        if found is None:
            raise ValidationError(gettext("Skriv en procent, for eksempel 1,5."))
        basis_points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        if basis_points > self.most_bp:
            raise ValidationError(gettext("Procenten kan højst være %(most)s.", most=self.most_bp // 100))
        return basis_points

    def write(self, value: Any) -> str:
        whole, rest = divmod(int(value), 100)
        return f"{whole},{rest:02d}".rstrip("0").rstrip(",")


class DayField(TypedField):
    """A day: as a browser sends it (2026-12-01), or as one writes it (1.12.2026)."""

    def read(self, text: str) -> date:
        day = read_day(text)
        if day is None:
            raise ValidationError(gettext("Skriv en dag, for eksempel 1.12.2026."))
        return day

    def write(self, value: Any) -> str:
        return f"{value.day}.{value.month}.{value.year}" if isinstance(value, date) else str(value)


def read_day(text: str) -> date | None:
    """The day a text names, from 1900 (laws are old) to the last year the calendar knows; None when it names none."""
    found = _DANISH_DAY.fullmatch(text)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year <= LAST_YEAR else None


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """What a field offers, of (value, words)."""
    return [SelectChoice(value, words) for value, words in pairs]


class ChoiceField(SelectField):
    """One of a list of (value, words)."""

    def __init__(self, label: Any = None, pairs: Iterable[tuple[str, Any]] = (), **rest: Any) -> None:
        super().__init__(label, choices=choices(pairs), **rest)

    def offer(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """Another list, known only when the form is made."""
        self.choices = choices(pairs)

    def pre_validate(self, form: Any) -> None:
        if not any(str(self.data) == str(value) for value, *_label in self.iter_choices()):
            raise ValidationError(gettext("Vælg en fra listen."))


class RowForm(Form):
    """One row of a table in a form. A row left blank is no row, and nothing is wrong with it."""

    @property
    def is_blank(self) -> bool:
        return not any(one_line(str(typed)) for field in self for typed in (field.raw_data or ()))

    def validate(self, extra_validators: Any = None) -> bool:
        return True if self.is_blank else super().validate(extra_validators)
