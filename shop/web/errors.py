"""What a person sees when a page is not there, a request is refused, or we have failed."""

import logging
from typing import Any

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from shop.db import db, how_it_broke
from shop.errors import Refused
from shop.i18n import gettext as _

log = logging.getLogger("shop")


def _words(code: int) -> tuple[str, str]:
    if code == 404:
        return _("Siden findes ikke"), _("Måske er linket gammelt, eller der er en tastefejl i adressen.")
    if code == 403:
        return _("Det har du ikke adgang til"), _("Log ind med en anden rolle, eller gå tilbage til forsiden.")
    if code == 405:
        return _("Sådan kan siden ikke bruges"), _("Gå tilbage, og brug knapperne på siden.")
    if code == 413:
        return _("Det var for meget på én gang"), _("Vælg en mindre fil, eller gør teksten kortere, og prøv igen.")
    if code == 429:
        return _("Det gik lidt hurtigt"), _("Vent et øjeblik, og prøv igen. Intet er gået tabt.")
    if code >= 500:
        return (
            _("Noget gik galt hos os"),
            _("Det er ikke din fejl. Det er noteret, og der er kun trukket det, din ordre viser. Prøv igen om lidt."),
        )
    return _("Det forstod vi ikke"), _("Gå tilbage, og prøv igen.")


def error_page(code: int) -> tuple[str, int]:
    """The page of an error, in words without codes."""
    title, text = _words(code)
    return render_template("storefront/shop/error.html", code=code, title=title, text=text), code


def _http(error: Any) -> Any:
    if error.code is None or error.code < 400:
        return error
    return error_page(error.code)


def _refused(error: Any) -> tuple[str, int]:
    db.session.rollback()
    text = str(error.sentence)
    return render_template(
        "storefront/shop/error.html", code=409, title=_("Det kan ikke lade sig gøre"), text=text
    ), 409


def _broken(error: Any) -> tuple[str, int]:
    db.session.rollback()
    log.error("unexpected: %s", how_it_broke(error))
    return error_page(500)


def install(app: Flask) -> None:
    """Let refusals and errors end as pages."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    if not app.testing:
        app.register_error_handler(Exception, _broken)
