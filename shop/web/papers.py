"""A paper as an answer: looked at in the browser and printed from there, or saved for another program."""

from flask import Response, make_response


def pdf_answer(pdf: bytes, name: str) -> Response:
    """A PDF to be looked at and printed; saved, it is called `name`."""
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def xml_answer(xml: bytes, name: str) -> Response:
    """An XML file to be saved as `name`."""
    response = make_response(xml)
    response.mimetype = "application/xml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return response
