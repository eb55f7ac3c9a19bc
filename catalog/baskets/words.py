"""What the parts of the catalogue are called in the office."""

from catalog.baskets.models import AGREED, GUARANTEED, PROPORTIONAL, PUBLISHED, UNPUBLISHED
from catalog.items.models import APPROVED, DRAFT
from shop.i18n import lazy_gettext as _

POLICIES = {
    AGREED: _("aftalt pris"),
    PROPORTIONAL: _("i forhold til prisen"),
    GUARANTEED: _("garanteret mindstepris"),
}
STATES = {DRAFT: _("kladde"), PUBLISHED: _("til salg"), APPROVED: _("godkendt"), UNPUBLISHED: _("taget af")}
