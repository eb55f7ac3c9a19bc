"""What the books' rules, events and accounts are called."""

from collections.abc import Iterator

from orders.books import models as m
from orders.books.check import Report
from shop.i18n import gettext
from shop.i18n import lazy_gettext as _

RULES = {
    "order_is_its_lines": _("Hver ordre er summen af sine linjer"),
    "shares_are_the_net_amount": _("Andelene af hver linje er linjens beløb uden moms"),
    "line_is_booked_at_its_price": _("Hver sendt linje er bogført til sin pris"),
    "share_is_booked_at_what_is_left": _("Hver andel er bogført til det, der er tilbage af den"),
    "nobody_gives_more_than_is_left": _("Ingen har givet mere tilbage, end de fik"),
    "payable_is_its_open_lines": _("Det, hver virksomhed har til gode, er summen af dens åbne linjer"),
    "gateway_is_what_was_received": _("Kortkontoen er det, banken har trukket, givet tilbage og beholdt"),
    "payment_is_booked": _("Hver betaling er bogført"),
    "money_by_hand_is_booked": _("Hver overførsel og hvert kontantbeløb er bogført"),
    "undone_money_is_booked": _("Hver overførsel, der var en andens, er bogført væk igen"),
    "bank_lines_are_divided": _("Det, der er tilbage af hver banklinje, er det, ingen ordre har fået"),
    "reminders_are_booked": _("Hvert rykkergebyr og hver rente er bogført"),
    "sent_is_sold": _("Det, der er sendt, er solgt, og ikke andet"),
    "parcels_are_booked": _("Det, der er sendt i flere pakker, er bogført pakke for pakke"),
    "sold_is_invoiced": _("Det, der er solgt, står på fakturaer og kreditnotaer"),
    "numbers_have_no_gaps": _("Numrene på fakturaer og kreditnotaer har ingen huller"),
    "nothing_twice": _("Intet er bogført to gange"),
    "kept_sums_are_right": _("De summer, siderne regner videre på, er posteringernes"),
    "hashes_are_right": _("Ingen postering er ændret"),
    "guards_are_there": _("Databasens spærringer er på plads"),
}
ACCOUNTS = {
    m.RECEIVABLE: _("Købernes gæld"),
    m.GATEWAY: _("Hos betalingsudbyderen"),
    m.BANK: _("Banken"),
    m.CASH: _("Kasse"),
    m.EARNED: _("Optjent"),
    m.PAYABLE: _("Til udbetaling"),
    m.POT: _("Den fælles pulje"),
    m.VAT_OUT: _("Salgsmoms"),
    m.FEES: _("Betalingsgebyrer"),
    m.WRITTEN_OFF: _("Afskrevet"),
}
CODES = {
    m.SALE: _("salg"),
    m.FREIGHT: _("fragt"),
    m.DISCOUNT: _("rabat"),
    m.RECEIPT: _("indbetaling"),
    m.FEE: _("gebyr"),
    m.REFUND: _("refusion"),
    m.GOODWILL: _("kulance"),
    m.CANCELLATION: _("annullering"),
    m.REPAID: _("tilbagebetaling"),
    m.DUE: _("frigivet til udbetaling"),
    m.WRITE_OFF: _("afskrivning"),
    m.REPLACEMENT: _("ny pakke"),
    m.CORRECTION: _("rettelse"),
    m.PAYOUT: _("overført fra kortindløseren"),
    m.UNDONE: _("indbetaling flyttet væk igen"),
    m.REMINDER: _("rykkergebyr eller rente"),
}


def account_name(kind: str, owner: str | None) -> str:
    """What an account is called, with whose it is."""
    return f"{ACCOUNTS[kind]}: {owner}" if owner else str(ACCOUNTS[kind])


def report_lines(report: Report) -> Iterator[str]:
    """A check of the books as a treasurer reads it."""
    yield gettext("%(count)s posteringer er kontrolleret.", count=report.postings)
    for finding in report.findings:
        yield f"{'!!' if finding.broken else 'ok'}  {RULES[finding.rule]}"
        yield from (f"      {line}" for line in finding.broken)
    yield gettext("Bøgerne stemmer.") if report.holds else gettext("Bøgerne stemmer ikke.")
