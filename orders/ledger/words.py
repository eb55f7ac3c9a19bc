"""What the kinds of refunds, and who bears them, are called in the office."""

from orders.reversals.models import AS_SOLD, BY_ALL, BY_ENTERPRISE, BY_POT, CANCEL, COMPONENT, GOODS, GOODWILL
from shop.i18n import lazy_gettext as _

REFUNDS = {
    CANCEL: _("Annulleret, før den blev sendt"),
    GOODS: _("Varer taget tilbage"),
    COMPONENT: _("Én vare taget ud"),
    GOODWILL: _("Kulance"),
}
BEARERS = {
    AS_SOLD: _("som solgt"),
    BY_POT: _("den fælles pulje"),
    BY_ALL: _("alle med en andel"),
    BY_ENTERPRISE: _("én virksomhed"),
}
