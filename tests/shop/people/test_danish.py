"""Every text of the sign-in and form libraries that can be shown has a Danish one."""

import re
from importlib.resources import files

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask, render_template
from flask.globals import request_ctx
from flask_wtf import FlaskForm
from wtforms import Form, StringField
from wtforms.validators import DataRequired

from shop.i18n import TRANSLATIONS
from tests.shop.people.english import english_in_text, english_on_page, english_words, texts

# Where the texts of the features that are switched on stand; the others' pages are not registered.
SOURCES = {"core.py", "forms.py", "recovery_codes.py", "tf_plugin.py", "twofactor.py"}
SWITCHED_OFF = re.compile(
    r"passkey|username|confirm|OAuth|unified|regist|associated|^If that identity|identity to sign|Identity attribute|"
    r"Refresh token is|login token|login within|to login have|breach|Phone number not|Requested method|"
    r"Currently active|new email|change of email|use this code|credential|^Welcome$|login instructions|"
    r"Send Login Link|Verification Code",
    re.IGNORECASE,
)


def catalogue(domain: str) -> Catalog:
    return read_po((TRANSLATIONS / "da" / "LC_MESSAGES" / f"{domain}.po").read_bytes().splitlines(keepends=True), "da")


def texts_of(package: str, path: str) -> Catalog:
    return read_po((files(package) / path).read_bytes().splitlines(keepends=True))


def test_the_sign_in_librarys_texts_are_danish() -> None:
    danish = catalogue("flask_security")
    missing = []
    for message in texts_of("flask_security", "translations/flask_security.pot"):
        shown = SOURCES & {place.rsplit("/", 1)[-1] for place, _ in message.locations}
        if message.id and shown and not SWITCHED_OFF.search(str(message.id)):
            found = danish.get(message.id)
            if found is None or not found.string:
                missing.append(message.id)
    assert missing == []


def test_the_form_librarys_texts_are_danish() -> None:
    danish = catalogue("wtforms")
    wanted = [message.id for message in texts_of("wtforms", "locale/wtforms.pot") if message.id]
    assert [text for text in wanted if (found := danish.get(text)) is None or not found.string] == []


def test_placeholders_are_kept() -> None:
    for domain in ("flask_security", "wtforms"):
        for message in catalogue(domain):
            allowed = set(re.findall(r"%\(\w+\)", " ".join(texts(message.id))))
            used = set(re.findall(r"%\(\w+\)", " ".join(texts(message.string))))
            assert used <= allowed, message.id


def test_our_danish_has_no_english_word() -> None:
    for domain in ("flask_security", "wtforms"):
        for message in catalogue(domain):
            for text in texts(message.string) if message.id else ():
                assert english_in_text(re.sub(r"%\(\w+\)s", "", text)) == [], text


def test_the_reader_finds_english_on_a_page_and_passes_over_code() -> None:
    assert "password" in english_words()
    page = "<!doctype html><title>x</title><p>Skriv din <b>password</b></p><img alt='Your code'><button>Submit</button>"
    assert sorted(english_on_page(page)) == ["code", "password", "submit", "your"]
    assert english_on_page("<p>Skriv <kbd>password</kbd> <a href='/password' lang='en'>English</a></p>") == []


class OneOfOurs(Form):
    name = StringField(validators=[DataRequired()])


class OneOfTheLibrarys(FlaskForm):  # type: ignore[misc]
    name = StringField(validators=[DataRequired()])


@pytest.mark.parametrize(("path", "said"), [("/", "Udfyld feltet."), ("/en/", "This field is required.")])
def test_every_form_speaks_the_readers_language(shop_app: Flask, path: str, said: str) -> None:
    def page() -> str:
        forms = OneOfOurs(), OneOfTheLibrarys(meta={"csrf": False})
        assert not any(form.validate() for form in forms)
        return " ".join(str(error) for form in forms for error in form.name.errors)

    shop_app.add_url_rule("/proeve", view_func=page)
    assert shop_app.test_client().get(f"{path}proeve").text == f"{said} {said}"


def test_a_page_that_asks_for_nobody_does_not_look_at_the_session(shop_app: Flask) -> None:
    def page() -> str:
        text = render_template("layout.html")
        session = request_ctx._session
        assert text
        assert session is not None
        return str(session.accessed)

    shop_app.add_url_rule("/proeve", view_func=page)
    client = shop_app.test_client()
    answer = client.get("/proeve", headers={"Cookie": "indgang=x; remember_token=y"})
    assert answer.text == "False"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers
