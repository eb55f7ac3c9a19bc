"""`faelleskurven einvoice`: the XML of an organisation's invoice or credit note, as it is sent."""

import click
from flask.cli import with_appcontext

from orders.documents.einvoices import einvoice_xml, is_einvoice
from orders.documents.made import NotMade, pdf_of
from orders.documents.queries import find_document
from shop.errors import Refused
from shop.i18n import lazy_gettext as _


@click.command("einvoice")
@click.argument("number")
@click.option("--without-pdf", is_flag=True, help="Leave the pages out: the XML that lies in the PDF.")
@with_appcontext
def einvoice_command(number: str, without_pdf: bool) -> None:
    """Print the e-invoice (Peppol BIS Billing 3.0) of an invoice or a credit note of a company or a public body."""
    found = find_document(number)
    if found is None:
        raise Refused(_("Der er intet dokument med nummeret %(number)s.", number=number))
    if not is_einvoice(found):
        raise Refused(_("%(number)s er en privat købers og har ingen e-faktura.", number=number))
    try:
        xml = einvoice_xml(found, None if without_pdf else pdf_of(found, apart=False))
    except NotMade as error:
        raise Refused(_("Siderne kan ikke laves lige nu: %(why)s", why=str(error))) from error
    click.echo(xml)
