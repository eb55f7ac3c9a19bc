"""The e-invoices of organisations' documents: written anew each time from what was frozen."""

from orders.documents.models import Document
from orders.einvoice.from_document import einvoice_of
from orders.einvoice.values import Attachment
from orders.einvoice.write import write_einvoice


def is_einvoice(document: Document) -> bool:
    """Whether a document has an e-invoice: those of companies and public bodies have, until they are erased."""
    return "organisation" in document.data


def einvoice_xml(document: Document, pdf: bytes | None = None) -> bytes:
    """The XML of a document. With its PDF it is the one that is sent; without, the one that lies in the PDF."""
    assert is_einvoice(document)
    pages = () if pdf is None else (Attachment(f"{document.number}.pdf", document.number, pdf),)
    return write_einvoice(einvoice_of(document.data, pages))
