"""What the ways of e-invoices are called."""

from typing import Any

from orders.einvoicing.ways import ACCESS_POINT, BY_HAND, FOLDER
from shop.i18n import lazy_gettext as _

WAYS: dict[str, Any] = {
    BY_HAND: _("i hånden"),
    FOLDER: _("gennem en mappe"),
    ACCESS_POINT: _("gennem et adgangspunkt"),
}
