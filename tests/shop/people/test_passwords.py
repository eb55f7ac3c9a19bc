"""A new password: by a letter, by changing it, and by the command line when everything is lost."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from shop.days import utc_now
from shop.db import db
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.people.attempts import MOST_FAILURES
from shop.people.commands import reset_person
from shop.people.models import Person, SignInAttempt
from shop.settings.change import change_setting
from tests.shop.people.conftest import PASSWORD, Shop

NEW = "helt andre ord"


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found[1]


def ask_for_letter(shop: Shop, email: str) -> str:
    page = shop.visitor().open("/glemt-adgangskode").send("/glemt-adgangskode", email=email).page
    assert f"Har {email} en konto her, er der nu et brev på vej" in page
    return page


def test_a_letter_leads_to_a_new_password(shop: Shop) -> None:
    elsewhere = shop.visitor().sign_in("bo@example.dk")
    ask_for_letter(shop, "bo@example.dk")
    (letter,) = shop.letters("reset_instructions")
    assert letter.to_address == "bo@example.dk"
    assert letter.subject == "Vælg en ny adgangskode"
    path = link_in(letter.text)
    assert path in letter.html
    visitor = shop.visitor().open(path)
    visitor.send(path, password="kort", password_confirm="kort")
    assert "mindst 10 tegn" in visitor.page
    visitor.send(path, password=NEW, password_confirm=NEW + "!")
    assert "De to adgangskoder er ikke ens." in visitor.page
    visitor.send(path, password=NEW, password_confirm=NEW)
    assert visitor.at == "/log-ind"
    assert "Din nye adgangskode er gemt. Log ind med den." in visitor.follow().page
    assert shop.visitor().sign_in("bo@example.dk").status == 200
    assert shop.visitor().sign_in("bo@example.dk", NEW).status == 302
    assert elsewhere.open("/konto").status == 302, "the old session is over"
    assert len(shop.letters("reset_notice")) == 1
    used = shop.visitor().open(path)
    assert used.at == "/glemt-adgangskode"
    assert "Linket virker ikke eller er brugt." in used.follow().page


def test_an_unknown_address_gets_the_same_answer_and_no_letter(shop: Shop) -> None:
    known, unknown = (ask_for_letter(shop, email) for email in ("bo@example.dk", "by@example.dk"))
    assert re.sub(r'value="[^"]*"', "", known) == re.sub(r'value="[^"]*"', "", unknown).replace("by@", "bo@")
    assert [letter.to_address for letter in shop.letters("reset_instructions")] == ["bo@example.dk"]


@pytest.mark.parametrize("typed", ["", "x", "æ" * 10_000, "a@" + "b" * 400])
def test_what_is_no_address_is_said_beside_the_field(shop: Shop, typed: str) -> None:
    page = shop.visitor().open("/glemt-adgangskode").send("/glemt-adgangskode", email=typed).page
    assert '<p class="error" id="email-error">Skriv din e-mail' in page


def test_asked_for_again_at_once_there_is_one_letter_and_later_another(shop: Shop) -> None:
    with time_machine.travel(utc_now().replace(minute=1, second=0), tick=False) as clock:
        ask_for_letter(shop, "bo@example.dk")
        ask_for_letter(shop, "bo@example.dk")
        clock.shift(timedelta(minutes=6))
        ask_for_letter(shop, "bo@example.dk")
        assert len(shop.letters("reset_instructions")) == 2


def test_the_link_is_too_old_after_a_day(shop: Shop) -> None:
    ask_for_letter(shop, "bo@example.dk")
    path = link_in(shop.letters("reset_instructions")[0].text)
    with time_machine.travel(utc_now() + timedelta(hours=25)):
        assert "Linket gjaldt i 1 dag og er for gammelt." in shop.visitor().open(path).follow().page


def test_the_link_names_the_shops_own_address_whatever_host_was_asked(shop: Shop) -> None:
    def settle() -> None:
        change_setting("seller.url", "https://kurv.example/", valid_from=utc_now().date(), by=COMMAND, now=utc_now())

    shop.do(settle)
    visitor = shop.visitor().open("/glemt-adgangskode")
    visitor.client.post(
        "/glemt-adgangskode",
        data={"csrf_token": visitor.token, "email": "bo@example.dk"},
        headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"},
    )
    assert "https://kurv.example/glemt-adgangskode/" in shop.letters("reset_instructions")[0].text


def test_an_english_person_gets_english_letters(shop: Shop) -> None:
    def speak_english() -> None:
        db.session.query(Person).filter_by(email="bo@example.dk").one().language = "en"

    shop.do(speak_english)
    ask_for_letter(shop, "bo@example.dk")
    (letter,) = shop.letters("reset_instructions")
    assert letter.language == "en"
    assert "/en/glemt-adgangskode/" in letter.text


def test_a_password_is_changed_by_the_one_who_knows_it(shop: Shop) -> None:
    visitor, elsewhere = shop.visitor().sign_in("bo@example.dk"), shop.visitor().sign_in("bo@example.dk")
    visitor.open("/ny-adgangskode")
    visitor.send("/ny-adgangskode", password="forkert", new_password=NEW, new_password_confirm=NEW)
    assert 'id="password-error">Adgangskoden passer ikke.' in visitor.page
    visitor.send("/ny-adgangskode", password="", new_password=NEW, new_password_confirm=NEW)
    assert 'id="password-error">Skriv din adgangskode.' in visitor.page
    visitor.send("/ny-adgangskode", password=PASSWORD, new_password=PASSWORD, new_password_confirm=PASSWORD)
    assert "Den nye adgangskode skal være en anden end den gamle." in visitor.page
    visitor.send("/ny-adgangskode", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    assert visitor.at == "/konto"
    assert "Din adgangskode er skiftet." in visitor.follow().page
    assert elsewhere.open("/konto").status == 302
    assert len(shop.letters("change_notice")) == 1
    assert shop.visitor().sign_in("bo@example.dk", NEW).status == 302


def test_who_has_lost_everything_is_let_in_by_a_letter(shop: Shop) -> None:
    elsewhere = shop.visitor().sign_in("bo@example.dk")

    def lose() -> None:
        person = db.session.query(Person).filter_by(email="bo@example.dk").one()
        person.tf_primary_method, person.tf_totp_secret = "authenticator", "ukendt"
        person.mf_recovery_codes = ["ukendt"]

    shop.do(lose)
    for _ in range(MOST_FAILURES):
        shop.visitor().sign_in("bo@example.dk", "forkert kodeord")
    shop.do(lambda: reset_person("BO@example.dk", utc_now()))
    person = shop.person("bo@example.dk")
    assert (person.password, person.tf_totp_secret, person.mf_recovery_codes) == (None, None, None)
    assert shop.ask(lambda: db.session.query(SignInAttempt).count()) == 0
    assert elsewhere.open("/konto").status == 302
    path = link_in(shop.letters("reset_instructions")[0].text)
    shop.visitor().open(path).send(path, password=NEW, password_confirm=NEW)
    assert shop.visitor().sign_in("bo@example.dk", NEW).follow().at == "/partner"
    acts = shop.ask(lambda: db.session.scalars(select(JournalEntry.act).where(JournalEntry.subject == "person")).all())
    assert {"reset", "reset password"} <= set(acts)


def test_nobody_cannot_be_reset(shop: Shop) -> None:
    with pytest.raises(Refused):
        shop.do(lambda: reset_person("ingen@example.dk", utc_now()))
