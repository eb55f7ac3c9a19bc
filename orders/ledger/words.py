"""What the books' accounts and codes are called in the office."""

from orders.books import models as books
from orders.reversals.models import AS_SOLD, BY_ALL, BY_ENTERPRISE, BY_POT, CANCEL, COMPONENT, GOODS, GOODWILL
from shop.i18n import lazy_gettext as _

ACCOUNTS = {
    books.RECEIVABLE: _("Købernes gæld"),
    books.GATEWAY: _("Hos betalingsudbyderen"),
    books.BANK: _("Banken"),
    books.CASH: _("Kassen"),
    books.EARNED: _("Optjent"),
    books.PAYABLE: _("Til udbetaling"),
    books.POT: _("Den fælles pulje"),
    books.VAT_OUT: _("Salgsmoms"),
    books.FEES: _("Betalingsgebyrer"),
    books.WRITTEN_OFF: _("Afskrevet"),
}
CODES = {
    books.SALE: _("salg"),
    books.FREIGHT: _("fragt"),
    books.DISCOUNT: _("rabat"),
    books.RECEIPT: _("indbetaling"),
    books.FEE: _("gebyr"),
    books.REFUND: _("refusion"),
    books.GOODWILL: _("kulance"),
    books.CANCELLATION: _("annullering"),
    books.REPAID: _("tilbagebetaling"),
    books.DUE: _("frigivet til udbetaling"),
    books.WRITE_OFF: _("afskrivning"),
    books.REPLACEMENT: _("ny pakke"),
    books.CORRECTION: _("rettelse"),
    books.UNDONE: _("indbetaling flyttet væk igen"),
    books.REMINDER: _("rykkergebyr eller rente"),
}
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
