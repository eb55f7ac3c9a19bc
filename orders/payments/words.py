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
REPAYMENTS = {"asked": _("på vej"), "done": _("givet tilbage"), "failed": _("kom ikke frem")}
DISPUTES = {
    "open": _("venter på svar"),
    "won": _("afgjort til butikkens fordel"),
    "lost": _("afgjort til køberens fordel"),
}
DISPUTE_REASONS = {
    "product_not_received": _("Køberen siger, at varen ikke er kommet."),
    "product_unacceptable": _("Køberen siger, at varen ikke er som aftalt."),
    "fraudulent": _("Kortets ejer siger, at det ikke var dem, der købte."),
    "duplicate": _("Køberen siger, at der er trukket to gange."),
    "credit_not_processed": _("Køberen venter på penge tilbage."),
    "unrecognized": _("Køberen kender ikke betalingen."),
}
MOVEMENTS = {
    "charge": _("betaling"),
    "payment": _("betaling"),
    "refund": _("penge tilbage"),
    "payment_refund": _("penge tilbage"),
    "refund_failure": _("penge tilbage, der ikke kom frem"),
    "payment_failure_refund": _("penge tilbage, der ikke kom frem"),
    "adjustment": _("indsigelse"),
    "stripe_fee": _("kortindløserens eget gebyr"),
}
LATER_AT_BANK = {
    "lapse": _("Reservationen udløber"),
    "trouble": _("Det næste træk bliver afvist"),
    "customer": _("Banken vil have, at køberen selv godkender"),
    "dispute": _("Køberen gør indsigelse mod betalingen"),
    "win": _("Indsigelsen afgøres til butikkens fordel"),
    "lose": _("Indsigelsen afgøres til køberens fordel"),
}
