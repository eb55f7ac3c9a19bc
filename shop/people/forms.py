"""What people type to sign in, to be let in, and to let others in."""

from typing import Any

from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    current_user,
)
from flask_security.utils import validate_redirect_url
from wtforms import EmailField, Field, Form, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from shop.days import utc_now
from shop.forms import choices, one_line
from shop.i18n import LANGUAGE_NAMES, gettext
from shop.i18n import lazy_gettext as _
from shop.people.attempts import note_failure, too_many_failures
from shop.people.letters import ask_for_reset
from shop.people.models import AT_ONCE, DAILY
from shop.people.passwords import weakness

WAIT = _("Der er prøvet for mange gange. Vent et kvarter, og prøv igen, eller lav en ny adgangskode.")


def _own_address(text: str | None) -> str:
    """An address of our own to go on to; empty for any other, and for what no browser would have kept."""
    return text if text and text.isprintable() and validate_redirect_url(text) else ""


class SignInForm(LoginForm):
    """E-mail and password. The answer is the same whether the address has an account or not."""

    remember = None  # type: ignore[assignment]  # the session ends with the browser: several people share the machine in a workshop

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # the page has the link to a new password below
        self.blank: dict[str, str] = {}

    def validate_next(self, field: Field) -> None:
        """An address outside the shop is not followed, and no reason to keep anybody out."""
        field.data = _own_address(field.data)

    def validate(self, **kwargs: Any) -> bool:
        typed = self.email.data = one_line(self.email.data)
        if not typed:
            self.blank["email"] = gettext("Skriv din e-mail.")
        if not self.password.data:
            self.blank["password"] = gettext("Skriv din adgangskode.")
        if self.blank:
            return False
        now = utc_now()
        if too_many_failures(typed, now):
            self.form_errors.append(str(WAIT))
            return False
        if super().validate(**kwargs):
            return True
        note_failure(typed, now)
        return False

    def with_blanks(self) -> "SignInForm":
        """For the page: what was left blank is said beside its field, where the library has just removed it."""
        for name, text in self.blank.items():
            self[name].errors = [text]
        return self


class ForgotForm(ForgotPasswordForm):
    """The address a password letter is asked for; only what is no address at all is an error.

    Whether it has an account is for the worker to see: the page does the same, and takes as long, for any address.
    """

    def validate(self, **_options: Any) -> bool:
        typed = self.email.data = one_line(self.email.data)
        if "@" not in typed or len(typed) > 255:
            self.form_errors.append(gettext("Skriv din e-mail, for eksempel navn@eksempel.dk."))
        else:
            ask_for_reset(typed, utc_now())
        return False  # the library's own way would look the account up here

    def with_blanks(self) -> "ForgotForm":
        """For the page: what was wrong with the only field is said beside it."""
        self.email.errors = list(self.form_errors)
        return self


class CodeForm(TwoFactorVerifyCodeForm):
    """The six digits from the app, asked for after the password and when the app is set up."""

    def validate(self, **kwargs: Any) -> bool:
        assert self.user is not None
        now = utc_now()
        if not self.is_setup and too_many_failures(self.user.email, now):
            self.code.errors = [str(WAIT)]
            return False
        if super().validate(**kwargs):
            return True
        if not self.is_setup:
            note_failure(self.user.email, now)
        return False


class SetupForm(TwoFactorSetupForm):
    """The second step set up, or taken away. Each is a button of its own: there is no list to choose from."""

    setup = HiddenField()  # type: ignore[assignment]


class RescueForm(TwoFactorRescueForm):
    """Another way in for whoever has lost the telephone. The library adds the ways there are."""

    help_setup = RadioField(choices=choices([("help", "help")]))


class RecoveryForm(MfRecoveryForm):
    """One of the recovery codes, with or without its dashes."""

    def validate(self, **kwargs: Any) -> bool:
        assert self.user is not None
        now = utc_now()
        if too_many_failures(self.user.email, now):
            self.code.errors = [str(WAIT)]
            return False
        letters = "".join(character for character in str(self.code.data or "").lower() if character.isalnum())
        self.code.data = "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
        if super().validate(**kwargs):
            return True
        note_failure(self.user.email, now)
        return False


class AgainForm(VerifyForm):
    """The password once more, before something that matters."""

    def validate_next(self, field: Field) -> None:
        """An address outside the shop is not followed, and no reason to keep anybody out."""
        field.data = _own_address(field.data)

    def validate(self, **kwargs: Any) -> bool:
        now = utc_now()
        if too_many_failures(self.user.email, now):
            self.password.errors = [str(WAIT)]
            return False
        if super().validate(**kwargs):
            return True
        note_failure(self.user.email, now)
        return False


class ChangeForm(ChangePasswordForm):
    """The old password and the new one, twice."""

    password = PasswordField(
        _("Din adgangskode nu"),
        render_kw={"autocomplete": "current-password"},
        validators=[InputRequired(_("Skriv din adgangskode."))],
    )

    def validate(self, **kwargs: Any) -> bool:
        now = utc_now()
        if too_many_failures(current_user.email, now):
            self.password.errors = [str(WAIT)]
            return False
        if super().validate(**kwargs):
            return True
        if self.password.errors:
            note_failure(current_user.email, now)
        return False


class InviteForm(Form):
    """Whom to invite, to what, and in which language the letter is."""

    email = EmailField(
        _("E-mail"),
        filters=[one_line],
        validators=[
            InputRequired(_("Skriv e-mailadressen.")),
            Length(max=255, message=_("E-mailadressen er for lang.")),
        ],
    )
    place = SelectField(_("Skal være med i"), validators=[InputRequired(_("Vælg fra listen."))])
    language = SelectField(
        _("Sprog i brevet"),
        validators=[InputRequired(_("Vælg fra listen."))],
        choices=choices(LANGUAGE_NAMES),
    )


class WelcomeForm(Form):
    """A new person's name and password."""

    name = StringField(
        _("Dit navn"),
        filters=[one_line],
        validators=[
            InputRequired(_("Skriv dit navn.")),
            Length(max=200, message=_("Navnet er for langt. Brug højst 200 tegn.")),
        ],
    )
    password = PasswordField(_("Adgangskode"), validators=[InputRequired(_("Vælg en adgangskode."))])

    def validate_password(self, field: Field) -> None:
        complaint = weakness(field.data or "")
        if complaint:
            raise ValidationError(complaint)


class PasswordForm(Form):
    """The password of somebody who is known already."""

    password = PasswordField(_("Adgangskode"), validators=[InputRequired(_("Skriv din adgangskode."))])


class ProfileForm(Form):
    """One's own name, and the language of the letters one gets."""

    name = StringField(
        _("Navn"),
        filters=[one_line],
        validators=[
            InputRequired(_("Skriv dit navn.")),
            Length(max=200, message=_("Navnet er for langt. Brug højst 200 tegn.")),
        ],
    )
    language = SelectField(
        _("Sprog i breve"),
        validators=[InputRequired(_("Vælg fra listen."))],
        choices=choices(LANGUAGE_NAMES),
    )
    notices = SelectField(
        _("Beskeder om det, der sker"),
        validators=[InputRequired(_("Vælg fra listen."))],
        choices=choices(((AT_ONCE, _("med det samme")), (DAILY, _("samlet i ét brev klokken 7")))),
    )
