"""Danish for the libraries' own texts: the form library has none, the sign-in library's covers a quarter.

Ours are message catalogues beside the shop's own (`flask_security.po`, `wtforms.po`), compiled with them.
"""

from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, request
from wtforms.meta import DefaultMeta

from shop.i18n import TRANSLATIONS, language


@cache
def _form_texts(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code], domain="wtforms")


class _Texts:
    """A catalogue under the names the form library calls."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self.gettext, self.ngettext = catalogue.gettext, catalogue.ngettext


def _texts_of(_meta: DefaultMeta, _form: object) -> Any:
    return _Texts(_form_texts(language()))


def speak_danish(app: Flask) -> None:
    """Let every form's built-in messages be in the reader's language, whoever wrote the form."""
    # The form library asks its own catalogues only; it has no other place to tell it of ours for all forms at once.
    DefaultMeta.get_translations = _texts_of  # type: ignore[method-assign, assignment]

    @app.before_request
    def choose_form_texts() -> None:
        # Where Flask-WTF keeps the catalogue it has loaded for a request; it asks no further when there is one.
        request.wtforms_translations = _form_texts(language())  # type: ignore[attr-defined]
