"""What a coordinator types about baskets."""

from wtforms import Form

from shop.forms import KronerField
from shop.i18n import lazy_gettext as _


class PriceForm(Form):
    """A price with VAT to try a basket's split at."""

    pris = KronerField(_("Prøv en pris med moms, kr."), most=10_000_000)
