"""What a coordinator types about items."""

from wtforms import Form

from catalog.items.rates import CATEGORIES
from shop.forms import ChoiceField, DayField, PercentField, line_field
from shop.i18n import lazy_gettext as _


class RateForm(Form):
    """A VAT rate from a day on, and the law it comes from."""

    category = ChoiceField(_("Momskategori"), CATEGORIES.items())
    rate_bp = PercentField(_("Sats, procent"), description=_("For eksempel 25."))
    valid_from = DayField(_("Gælder fra"), description=_("For eksempel 1.1.2028."))
    source = line_field(_("Kilde"), 200, hint=_("Loven eller den bekendtgørelse, som satsen står i."))
