"""What a buyer types to get an order's link again."""

import re
from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, Form, StringField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import EmailInput

from orders.cart.change import without_controls
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _

_NUMBER = re.compile(r"[A-Za-z0-9-]{1,20}")


def _shown(text: str | None) -> str:
    return without_controls((text or "")[:1000])


class FindOrderForm(Form):
    """The order's number and the e-mail it was made with."""

    number = StringField(
        _("Ordrenummer"), filters=[_shown], validators=[InputRequired(_("Skriv ordrenummeret. Det står i mailen."))]
    )
    email = StringField(
        _("E-mail"),
        widget=EmailInput(),
        filters=[_shown],
        validators=[InputRequired(_("Skriv den e-mail, du bestilte med."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clean_number = ""
        self.clean_email = ""

    def validate_number(self, field: Field) -> None:
        """Digits, perhaps with the shop's own letters in front."""
        text = str(field.data).strip().lstrip("#")
        if not _NUMBER.fullmatch(text):
            raise ValidationError(gettext("Et ordrenummer ser ud som 1042. Se det efter."))
        self.clean_number = text

    def validate_email(self, field: Field) -> None:
        """Any address a letter can be sent to."""
        try:
            self.clean_email = validate_email(str(field.data).strip()[:400], check_deliverability=False).normalized
        except EmailNotValidError:
            raise ValidationError(gettext("Den e-mail kan vi ikke skrive til. Se den efter.")) from None
