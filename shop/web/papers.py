"""A paper as an answer: looked at in the browser, and printed from there."""

from flask import Response, make_response


def pdf_answer(pdf: bytes, name: str) -> Response:
    """A PDF to be looked at and printed; saved, it is called `name`."""
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
