"""What a coordinator types about letters."""

from typing import Any

from wtforms import EmailField, Form

from shop.forms import Needed, at_most, one_line
from shop.i18n import lazy_gettext as _
from shop.settings.checks import clean_email


class MendForm(Form):
    """The address a letter is sent to again."""

    to = EmailField(_("Send til"), filters=[one_line], validators=[Needed(), at_most(255)])

    def validate_to(self, field: Any) -> None:
        field.data = clean_email(field.data)
