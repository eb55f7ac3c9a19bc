"""What the office types of a member."""

from typing import Any

from wtforms import EmailField, Form
from wtforms.validators import ValidationError

from shop.address import AddressRefused, check_postcode, phone_digits
from shop.checkdigits import clean_cvr
from shop.days import local_day, utc_now
from shop.errors import Refused
from shop.forms import ChoiceField, DayField, Needed, at_most, line_field, one_line, text_field
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _
from shop.people.enterprises import REGISTERED, TEXTS
from shop.people.members import tidy_email
from shop.people.words import VAT_STATUSES

CHOSEN = Needed(_("Vælg en fra listen."))
STATUSES = [("", _("Vælg")), *VAT_STATUSES.items()]


def _email(field: Any) -> None:
    if not field.data:
        return
    try:
        field.data = tidy_email(field.data)
    except Refused as refused:
        raise ValidationError(str(refused)) from refused


class EnterpriseForm(Form):
    """What is known of a member; its texts can wait, its name cannot."""

    name = line_field(_("Virksomhedens navn"), 200)
    cvr = line_field(_("CVR-nr."), 20, needed=False, hint=_("8 cifre."))
    place = line_field(_("Sted"), 100, needed=False, hint=_("Sådan som kunderne ser det, for eksempel Aarhus."))
    address = line_field(_("Vej og nummer"), 200, needed=False)
    postcode = line_field(_("Postnummer"), 10, needed=False)
    city = line_field(_("By"), 100, needed=False)
    email = EmailField(_("Virksomhedens e-mail"), filters=[one_line], validators=[at_most(255)])
    phone = line_field(_("Telefon"), 30, needed=False)
    short_da = line_field(_("Kort fortalt, på dansk"), 300, needed=False)
    short_en = line_field(_("Kort fortalt, på engelsk"), 300, needed=False)
    story_da = text_field(_("Fortælling, på dansk"), 10_000, needed=False)
    story_en = text_field(_("Fortælling, på engelsk"), 10_000, needed=False)

    def validate_cvr(self, field: Any) -> None:
        """Eight digits with modulus 11 right (domain-denmark §3.3)."""
        if not field.data:
            return
        try:
            field.data = clean_cvr(field.data)
        except ValueError as error:
            raise ValidationError(gettext("CVR-nummeret passer ikke. Se efter, om alle 8 cifre er rigtige.")) from error

    def validate_postcode(self, field: Any) -> None:
        """Four Danish digits."""
        if not field.data:
            return
        try:
            field.data = check_postcode(field.data)
        except AddressRefused as error:
            raise ValidationError(gettext("Skriv et dansk postnummer med 4 cifre.")) from error

    def validate_phone(self, field: Any) -> None:
        """Eight Danish digits."""
        if not field.data:
            return
        try:
            field.data = phone_digits(field.data)
        except ValueError as error:
            raise ValidationError(gettext("Skriv et dansk telefonnummer med 8 cifre.")) from error

    def validate_email(self, field: Any) -> None:
        """An e-mail address, if any."""
        _email(field)

    @property
    def texts(self) -> dict[str, str]:
        return {name: str(self[name].data or "") for name in TEXTS}


class NewEnterpriseForm(EnterpriseForm):
    """A new member, how it stands with VAT, and who is to be let in for it."""

    status = ChoiceField(
        _("Moms"),
        STATUSES,
        validators=[CHOSEN],
        description=_("Se efter i CVR-registret: det afgør, hvordan der afregnes."),
    )
    invited = EmailField(
        _("Hvem skal kunne logge ind for virksomheden?"),
        filters=[one_line], validators=[at_most(255)],
        description=_("En e-mailadresse. Vi sender en invitation, der gælder i 14 dage."),
    )  # fmt: skip

    def validate_status(self, field: Any) -> None:
        """A registered enterprise has a CVR number."""
        if field.data == REGISTERED and not self.cvr.data:
            raise ValidationError(gettext("En momsregistreret virksomhed har et CVR-nr. Skriv det."))

    def validate_invited(self, field: Any) -> None:
        """An e-mail address, if any."""
        _email(field)


class VatStatusForm(Form):
    """How a member stands with VAT from a day on."""

    status = ChoiceField(_("Moms"), VAT_STATUSES.items(), validators=[CHOSEN])
    valid_from = DayField(_("Fra og med"))

    def validate_valid_from(self, field: DayField) -> None:
        """Documents have been issued by what held before, so only today and later days can be changed."""
        if field.data and field.data < local_day(utc_now()):
            raise ValidationError(gettext("Vælg i dag eller en senere dag. Det, der har været, bliver stående."))
