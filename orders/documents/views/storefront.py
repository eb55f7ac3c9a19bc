"""A buyer's documents, by the order's unguessable link."""

from flask import Blueprint, Response, abort

from orders.buyers import find_order_by_token, find_order_id_by_token
from orders.documents.einvoices import einvoice_xml, is_einvoice
from orders.documents.made import NotMade, pdf_of
from orders.documents.queries import find_document
from orders.papers import confirmation_of
from orders.states import EXPIRED, PLACED
from shop.web.headers import secret

door = Blueprint("documents", __name__)


@door.get("/ordre/<token>/dokumenter/<number>.pdf")
def document(token: str, number: str) -> Response:
    """An invoice or a credit note of the order. Another order's is not there; one that cannot be made now, 503."""
    order_id = find_order_id_by_token(token) or abort(404)
    found = find_document(number, order_id=order_id) or abort(404)
    name = found.number
    try:
        return _secret(pdf_of(found, apart=True), name)
    except NotMade:
        abort(503)


@door.get("/ordre/<token>/dokumenter/<number>.xml")
def einvoice(token: str, number: str) -> Response:
    """The e-invoice of an organisation's document, with its pages in it. A private buyer's has none: 404."""
    order_id = find_order_id_by_token(token) or abort(404)
    found = find_document(number, order_id=order_id) or abort(404)
    if not is_einvoice(found):
        abort(404)
    name = found.number
    try:
        response = secret(einvoice_xml(found, pdf_of(found, apart=True)))
    except NotMade:
        abort(503)
    response.mimetype = "application/xml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return response


@door.get("/ordre/<token>/dokumenter/ordrebekraeftelse.pdf")
def confirmation(token: str) -> Response:
    """The order as it was confirmed; there is none before it has been paid."""
    order = find_order_by_token(token)
    if order is None or order.state in (PLACED, EXPIRED):
        abort(404)
    name = f"ordre-{order.number}"
    return _secret(confirmation_of(order, apart=True), name)


def _secret(pdf: bytes, name: str) -> Response:
    """A PDF whose address is a secret: kept by nobody, named to nobody."""
    response = secret(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
