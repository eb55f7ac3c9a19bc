"""What a buyer types to withdraw, and what a coordinator types about it."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, Field, Form, RadioField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import EmailInput, NumberInput

from orders.models import Share
from orders.withdrawal.choice import Choice
from orders.withdrawal.receive import Statement
from shop.forms import KronerField, Needed, WholeField, at_most, choices, line_field, many_lines, one_line, text_field
from shop.i18n import gettext, localised
from shop.i18n import language as reader_language
from shop.i18n import lazy_gettext as _

WHOLE, PART = "alt", "del"
_KEY = re.compile(r"[0-9a-f]{32}")
_PICK = "antal_"


class StatementForm(Form):
    """Who withdraws, and where the receipt goes."""

    name = line_field(_("Dit navn"), 200)
    email = StringField(
        _("E-mail til kvitteringen"),
        widget=EmailInput(),
        filters=[one_line],
        validators=[Needed(), at_most(255)],
        description=_("Vi sender straks en kvittering med dato og klokkeslæt."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clean_email = ""

    def validate_email(self, field: Field) -> None:
        """Any address a letter can be sent to."""
        try:
            self.clean_email = validate_email(str(field.data)[:400], check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError(gettext("Den e-mail kan vi ikke skrive til. Se den efter.")) from None

    def statement(self, key: str) -> Statement:
        """What was typed, once it is valid."""
        return Statement(key, self.name.data, self.clean_email, reader_language())


class WordsForm(StatementForm):
    """A withdrawal in words, by whoever has not got the link of the order at hand."""

    number = line_field(
        _("Ordrenummer"),
        60,
        hint=_("Det står i mailen om din ordre. Kan du ikke finde det, så skriv hvornår du købte."),
    )
    scope = RadioField(
        _("Hvad fortryder du?"),
        choices=choices([(WHOLE, _("Hele ordren")), (PART, _("En del af den"))]),
        default=WHOLE,
        validate_choice=False,
    )
    said = TextAreaField(
        _("Hvilke varer, og hvor mange?"),
        filters=[many_lines],
        validators=[Length(max=1000, message=_("Det er for langt. Brug højst %(count)s tegn.", count=1000))],
        description=_("Kun hvis det er en del af ordren. Du behøver ikke at sige hvorfor."),
    )
    field_order = ("number", "scope", "said", "name", "email")

    def __iter__(self) -> Any:
        return (self[name] for name in self.field_order)

    def validate_said(self, field: Field) -> None:
        """A part needs to be named."""
        if not self.is_whole and not field.data:
            raise ValidationError(gettext("Skriv, hvilke varer du fortryder."))

    @property
    def is_whole(self) -> bool:
        return bool(self.scope.data != PART)


class PicksForm(Form):
    """Which pieces of an order. Fields are added for each line: see `picks_form`."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Something must be chosen."""
        valid = super().validate(extra_validators)
        if valid and not any(self.picks.values()):
            self.form_errors = [gettext("Vælg mindst én ting, der fortrydes.")]
            return False
        return valid

    def __iter__(self) -> Any:
        return iter(sorted(self._fields.values(), key=lambda field: not field.name.startswith(_PICK)))

    @property
    def picks(self) -> dict[int, int]:
        """Pieces by line id."""
        return {int(field.name.removeprefix(_PICK)): int(field.data or 0) for field in self.pick_fields}

    @property
    def pick_fields(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith(_PICK)]


class OrderForm(PicksForm, StatementForm):
    """What somebody with the link of an order withdraws from."""


Picks = TypeVar("Picks", bound=PicksForm)


def picks_form(kind: type[Picks], choices: Sequence[Choice], typed: Any = None, **known: str) -> Picks:
    """A form with everything that is left chosen: a tick for a line with one piece, a number for one with more."""
    fields = {f"{_PICK}{choice.line.id}": _pick_field(choice) for choice in choices if choice.left}
    made: Picks = type("ChoicesForm", (kind,), fields)(typed, data=known)
    return made


def _pick_field(choice: Choice) -> Any:
    if choice.left == 1:
        return BooleanField(choice.name, default=True)
    return WholeField(
        choice.name,
        most=choice.left,
        default=choice.left,
        widget=NumberInput(min=0, max=choice.left),
        description=_("Antal, højst %(count)s. Skriv 0, hvis du vil beholde dem alle.", count=choice.left),
    )


def read_key(text: str | None) -> str:
    """The key a page was made with, or a new one when it is none."""
    return text if text and _KEY.fullmatch(text) else secrets.token_hex(16)


class TakeBackForm(Form):
    """The goods have come back."""

    stock_back = BooleanField(_("Varerne kan sælges igen"), description=_("De lægges på lager igen."))
    reduction_ore = KronerField(
        _("Træk for tabt værdi, kr. med moms"),
        needed=False,
        description=_("Kun når varerne er brugt mere, end der skal til for at se dem an."),
    )
    reduction_why = text_field(
        _("Hvorfor er de mindre værd?"), 500, needed=False, hint=_("Køberen får det at læse i brevet.")
    )

    @property
    def opened(self) -> list[int]:
        """The shares of sealed goods that had been opened."""
        return [int(f.name.removeprefix("aabnet_")) for f in self if f.name.startswith("aabnet_") and f.data]

    @property
    def opened_fields(self) -> list[Any]:
        return [f for f in self if f.name.startswith("aabnet_")]


def take_back_form(sealed: Sequence[Share], typed: Any = None) -> TakeBackForm:
    """The form with a tick for everything sealed that could have been opened."""
    fields = {f"aabnet_{share.id}": BooleanField(localised(share.item_version, "name")) for share in sealed}
    made: TakeBackForm = type("OpenedForm", (TakeBackForm,), fields)(typed)
    return made


class DeclineForm(Form):
    """Why the answer is no."""

    why = text_field(
        _("Hvorfor siger I nej?"), 1000, hint=_("Køberen får det at læse, med besked om, hvor man kan klage.")
    )


class FindForm(Form):
    """Which order it is."""

    number = line_field(_("Ordrenummer"), 20)


def hidden_values(form: Form) -> list[tuple[str, str]]:
    """What a valid form holds, as (name, text), to be sent once more with the button that confirms."""
    values: Mapping[str, Any] = {field.name: field.data for field in form}
    return [
        (name, "1" if value is True else str(value)) for name, value in values.items() if value not in (None, False)
    ]
