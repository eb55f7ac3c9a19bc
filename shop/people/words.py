"""What is said of members in the office."""

from shop.i18n import lazy_gettext as _

VAT_STATUSES = {
    "registered": _("momsregistreret"),
    "below_threshold": _("under momsgrænsen"),
    "blind_exemption": _("blindes varer, ikke registreret"),
    "exempt_activity": _("momsfri virksomhed"),
}
