"""What is said of payments."""

from shop.i18n import lazy_gettext as _

METHODS = {
    "card": _("kort"),
    "mobilepay": "MobilePay",
    "klarna": "Klarna",
    "link": "Link",
}
# Why a bank has said no, by its own code; any other is «afvist».
REASONS = {
    "authentication_required": _("Banken vil have, at køberen selv godkender."),
    "insufficient_funds": _("Der er ikke penge nok på kortet."),
    "expired_card": _("Kortet er udløbet."),
    "card_declined": _("Banken har afvist kortet."),
}
DISPUTES = {
    "open": _("venter på svar"),
    "won": _("afgjort til butikkens fordel"),
    "lost": _("afgjort til køberens fordel"),
}
LATER_AT_BANK = {
    "lapse": _("Reservationen udløber"),
    "trouble": _("Det næste træk bliver afvist"),
    "customer": _("Banken vil have, at køberen selv godkender"),
    "dispute": _("Køberen gør indsigelse mod betalingen"),
    "win": _("Indsigelsen afgøres til butikkens fordel"),
    "lose": _("Indsigelsen afgøres til køberens fordel"),
}
