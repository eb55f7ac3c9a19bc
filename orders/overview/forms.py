"""The period that sales are asked for."""

from wtforms import Form
from wtforms.validators import ValidationError

from orders.overview.sales import MOST_DAYS
from shop.forms import DayField
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _


class PeriodForm(Form):
    """From a day to a day, at most a year."""

    fra = DayField(_("Fra og med"), needed=False, description=_("For eksempel 1.11.2027."))
    til = DayField(_("Til og med"), needed=False)

    def validate_til(self, field: DayField) -> None:
        """Refuse a period turned about, or longer than a year."""
        if not (self.fra.data and field.data):
            return
        if field.data < self.fra.data:
            raise ValidationError(gettext("Perioden slutter, før den begynder. Byt om på de to dage."))
        if (field.data - self.fra.data).days >= MOST_DAYS:
            raise ValidationError(gettext("Vælg højst et år ad gangen."))
