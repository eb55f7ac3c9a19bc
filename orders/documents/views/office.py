"""The coordinator's documents: the list, each PDF, and the delivery note for a parcel."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from orders.buyers import get_whole_order
from orders.documents.einvoices import einvoice_xml, is_einvoice
from orders.documents.made import NotMade, pdf_of
from orders.documents.queries import ALL, TROUBLE, documents_in_trouble, find_document, office_documents
from orders.documents.words import NAMES
from orders.papers import delivery_note_of
from orders.queries import find_order_id
from shop.listing import typed_search, typed_side
from shop.people.guards import coordinator_only
from shop.web.papers import pdf_answer, xml_answer
from shop.web.templating import paging

door = Blueprint("documents_office", __name__)
PATH = "/kontor/dokumenter"


@door.get(PATH)
@coordinator_only
def documents() -> ResponseReturnValue:
    """All documents, newest first, or those whose PDF could not be made."""
    which = TROUBLE if request.args.get("vis") == "mangler" else ALL
    search = typed_search(request.args.get("sog"))
    page = office_documents(which, search, typed_side(request.args.get("side")))
    return render_template(
        "office/documents/documents.html", page=page, which=which, search=search, troubles=documents_in_trouble(),
        names=NAMES, paging=paging(PATH, vis="mangler" if which == TROUBLE else "", sog=search),
    )  # fmt: skip


@door.get(f"{PATH}/<number>.pdf")
@coordinator_only
def document(number: str) -> ResponseReturnValue:
    """The PDF of a document; made now if it has not been. One that cannot be made is on the list, with the reason."""
    found = find_document(number) or abort(404)
    name = found.number
    try:
        return pdf_answer(pdf_of(found, apart=True), name)
    except NotMade:
        abort(503)


@door.get(f"{PATH}/<number>.xml")
@coordinator_only
def einvoice(number: str) -> ResponseReturnValue:
    """The e-invoice of an organisation's document, as it is sent: its pages lie in it."""
    found = find_document(number) or abort(404)
    if not is_einvoice(found):
        abort(404)
    try:
        return xml_answer(einvoice_xml(found, pdf_of(found, apart=True)), found.number)
    except NotMade:
        abort(503)


@door.get("/kontor/ordrer/<number>/foelgeseddel.pdf")
@coordinator_only
def delivery_note(number: str) -> ResponseReturnValue:
    """What is to lie in the parcel, and who gets it."""
    order_id = find_order_id(number) or abort(404)
    return pdf_answer(delivery_note_of(get_whole_order(order_id), apart=True), f"foelgeseddel-{number}")
