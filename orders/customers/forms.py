"""The forms of organisations' accounts. Amounts in øre."""

from typing import Any

from wtforms import EmailField, Field, Form, RadioField, StringField
from wtforms.validators import ValidationError

from orders.models import COMPANY, PUBLIC
from shop.checkdigits import clean_cvr
from shop.forms import ChoiceField, KronerField, Needed, WholeField, at_most, choices, line_field, one_line
from shop.i18n import LANGUAGE_NAMES
from shop.i18n import lazy_gettext as _

KIND_NAMES = {COMPANY: _("Virksomhed"), PUBLIC: _("Kommune eller anden offentlig")}


class OpenForm(Form):
    """A company or a public body opens an account: who it is, and where its first person gets the letter."""

    kind = RadioField(_("Hvem er I?"), choices=choices(KIND_NAMES.items()), default=COMPANY)
    name = line_field(_("Virksomhed eller institution"), 200)
    cvr = StringField(_("CVR-nummer"), filters=[one_line])
    email = EmailField(
        _("Din e-mail"), filters=[one_line], validators=[Needed(_("Skriv din e-mail.")), at_most(255)],
        description=_("Vi sender et link, så vi ved, at adressen er din."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cvr.flags.required = True  # of most: the hint says who may leave it out

    def validate_cvr(self, field: Field) -> None:
        """A company has one; a public institution may leave it out. The check digit is the mod 11 of CVR numbers."""
        if not field.data and self.kind.data == PUBLIC:
            return
        try:
            field.data = clean_cvr(field.data or "")
        except ValueError as error:
            wrong = _("Det CVR-nummer findes ikke: kontroltallet passer ikke. Se de otte tal efter.")
            blank = _("Skriv CVR-nummeret. Det har otte tal.")
            raise ValidationError(str(wrong if field.data else blank)) from error


class ColleagueForm(Form):
    """Whom to invite to the account."""

    email = EmailField(_("E-mail"), filters=[one_line], validators=[Needed(_("Skriv e-mailadressen.")), at_most(255)])
    language = ChoiceField(_("Sprog i brevet"), LANGUAGE_NAMES, validators=[Needed()])


class GrantForm(Form):
    """How much an account may owe, and how long."""

    credit_ore = KronerField(_("Må skylde op til"), least=1, description=_("Med moms, alt ubetalt lagt sammen."))
    days = WholeField(_("Betalingsfrist, dage"))


class DaysForm(Form):
    """How long one order may be owed."""

    days: Any = WholeField(_("Betalingsfrist, dage"))
