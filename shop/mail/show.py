"""What letters and their states are called."""

from typing import Any

from shop.i18n import lazy_gettext as _
from shop.mail.models import BOUNCED, FAILED, SENT, WAITING, Letter

STATE_NAMES = {SENT: _("sendt"), WAITING: _("venter"), FAILED: _("fejlet"), BOUNCED: _("afvist")}
STATE_TONES = {SENT: "done", WAITING: "wait", FAILED: "stop", BOUNCED: "stop"}
_KINDS = {
    "order_confirmation": _("Ordrebekræftelse"),
    "order_sent": _("Besked om afsendelse"),
    "order_tracking": _("Pakkenumre"),
    "order_cancelled": _("Besked om annullering"),
    "order_reduced": _("Besked om noget, der er taget ud"),
    "order_discount": _("Besked om rabat"),
    "pay_link": _("Link til at betale"),
    "order_link": _("Link til ordren"),
    "invoice": _("Faktura"),
    "credit_note": _("Kreditnota"),
    "withdrawal_receipt": _("Kvittering for fortrydelse"),
    "withdrawal_refunded": _("Besked om penge tilbage"),
    "withdrawal_declined": _("Afslag på fortrydelse"),
    "order_changed": _("Besked om ændring"),
    "reminder": _("Rykker"),
    "order_taken": _("Ordre taget imod på kontoret"),
    "order_not_approved": _("Ordre, der ikke blev godkendt til faktura"),
    "order_on_invoice": _("Ordre, der skal godkendes til faktura"),
    "report_received": _("Kvittering for en henvendelse"),
    "report_answered": _("Svar på en henvendelse"),
    "parcel_sent": _("Besked om en ny pakke"),
    "parcel_back": _("Besked om en pakke, der kom tilbage"),
    "notice": _("Besked om noget nyt"),
    "notices": _("Dagens beskeder"),
    "invitation": _("Invitation"),
    "reset_instructions": _("Link til ny adgangskode"),
    "reset_notice": _("Besked om ny adgangskode"),
    "change_notice": _("Besked om ændret adgangskode"),
    "two_factor_rescue": _("Bøn om hjælp til at logge ind"),
}


def name_of(letter: Letter) -> Any:
    """What a letter is called: its subject, or its kind while it has not been written out."""
    return letter.subject or _KINDS.get(letter.kind, _("Brev"))
