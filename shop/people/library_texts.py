"""Danish for the libraries' own texts: the form library has none, the sign-in library's covers a quarter.

Ours are message catalogues beside the shop's own (`flask_security.po`, `wtforms.po`), compiled with them.
"""

from functools import cache

from babel.support import NullTranslations, Translations
from flask import Flask, request

from shop.i18n import TRANSLATIONS, language


@cache
def _form_texts(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code], domain="wtforms")


def speak_danish(app: Flask) -> None:
    """Let every form's built-in messages be in the reader's language."""

    @app.before_request
    def choose_form_texts() -> None:
        # Where the form library keeps the catalogue it has loaded for a request; it asks no further when it is there.
        request.wtforms_translations = _form_texts(language())  # type: ignore[attr-defined]
