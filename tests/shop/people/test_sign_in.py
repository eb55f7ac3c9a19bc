"""Signing in and out: who gets in, what the others are told, and how often they may try."""

import re
from datetime import timedelta

import pytest
import time_machine

from shop.days import utc_now
from shop.db import db
from shop.people.attempts import MOST_FAILURES
from shop.people.models import Person, SignInAttempt
from tests.shop.people.conftest import PASSWORD, Shop


@pytest.mark.parametrize(
    ("email", "door"),
    [("koordinator@example.dk", "/kontor"), ("bo@example.dk", "/partner"), ("to@example.dk", "/kontor")],
)
def test_a_password_leads_to_the_door_of_ones_role(shop: Shop, email: str, door: str) -> None:
    visitor = shop.visitor().sign_in(email)
    assert visitor.status == 302
    assert visitor.follow().at == door


def test_an_english_reader_stays_in_english(shop: Shop) -> None:
    visitor = shop.visitor().open("/en/log-ind")
    visitor.send("/en/log-ind", email="BO@Example.dk", password=PASSWORD)
    assert visitor.follow().at == "/en/partner"


def test_next_is_followed_inside_the_shop_only(shop: Shop) -> None:
    visitor = shop.visitor().open("/konto")
    assert visitor.at == "/log-ind?next=%2Fkonto"
    assert 'name="next" value="/konto"' in visitor.follow().page
    assert shop.visitor().sign_in("bo@example.dk", next="/konto").at == "/konto"
    for elsewhere in (
        "https://evil.example/x",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "///e.example",
    ):
        assert re.match(r"/(?![/\\])", shop.visitor().sign_in("bo@example.dk", next=elsewhere).at), elsewhere


def test_the_answer_is_the_same_for_a_wrong_password_and_an_unknown_address(shop: Shop) -> None:
    wrong = shop.visitor().sign_in("bo@example.dk", "forkert kodeord")
    unknown = shop.visitor().sign_in("by@example.dk", "forkert kodeord")
    assert wrong.status == unknown.status == 200
    assert "E-mail og adgangskode passer ikke sammen" in wrong.page
    assert wrong.page.replace(wrong.token, "") == unknown.page.replace(unknown.token, "").replace("by@", "bo@")
    assert shop.visitor().open("/konto").status == 302


def test_a_person_without_a_password_is_told_the_same(shop: Shop) -> None:
    def forget() -> None:
        person = db.session.query(Person).filter_by(email="bo@example.dk").one()
        person.password = None

    shop.do(forget)
    assert "passer ikke sammen" in shop.visitor().sign_in("bo@example.dk").page


@pytest.mark.parametrize("typed", ["", " ", "\0", "a" * 10_000, "<b>@</b>", "🎁@🎁.dk", "bo@example.dk\nx"])
def test_whatever_is_typed_gets_an_answer(shop: Shop, typed: str) -> None:
    for email, password in ((typed, PASSWORD), ("bo@example.dk", typed)):
        visitor = shop.visitor().sign_in(email, password)
        assert visitor.status in (200, 302)
        assert visitor.status == 200 or email.strip() == "bo@example.dk"


def test_what_is_missing_is_said_beside_the_field(shop: Shop) -> None:
    page = shop.visitor().sign_in("", "").page
    assert '<p class="error" id="email-error">Skriv din e-mail.</p>' in page
    assert '<p class="error" id="password-error">Skriv din adgangskode.</p>' in page


@pytest.mark.parametrize("email", ["bo@example.dk", "ingen@example.dk"])
def test_after_ten_failures_an_account_waits_whether_it_exists_or_not(shop: Shop, email: str) -> None:
    for _ in range(MOST_FAILURES):
        assert "passer ikke sammen" in shop.visitor().sign_in(email, "forkert kodeord").page
    stopped = shop.visitor().sign_in(email)
    assert stopped.status == 200
    assert "Der er prøvet for mange gange. Vent et kvarter" in stopped.page
    assert "passer ikke sammen" not in stopped.page
    assert shop.visitor().sign_in("to@example.dk").status == 302


def test_after_a_quarter_of_an_hour_the_account_is_open_again(shop: Shop) -> None:
    for _ in range(MOST_FAILURES):
        shop.visitor().sign_in("bo@example.dk", "forkert kodeord")
    with time_machine.travel(utc_now() + timedelta(minutes=16)):
        assert shop.visitor().sign_in("bo@example.dk").status == 302
    assert shop.ask(lambda: db.session.query(SignInAttempt).count()) == 0


def test_signing_in_forgets_the_failures(shop: Shop) -> None:
    for _ in range(MOST_FAILURES - 1):
        shop.visitor().sign_in("bo@example.dk", "forkert kodeord")
    assert shop.visitor().sign_in("bo@example.dk").status == 302
    assert "passer ikke sammen" in shop.visitor().sign_in("bo@example.dk", "forkert kodeord").page


def test_one_address_may_not_try_for_ever(shop: Shop) -> None:
    visitor = shop.visitor().open("/log-ind")
    answers = {visitor.send("/log-ind", email=f"n{n}@example.dk", password="").status for n in range(61)}
    assert answers == {200, 429}


def test_a_form_without_its_token_changes_nothing(shop: Shop) -> None:
    visitor = shop.visitor()
    answer = visitor.client.post(
        "/log-ind", data={"email": "bo@example.dk", "password": PASSWORD}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert visitor.open("/konto").status == 302


def test_signing_out_ends_the_session(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk")
    assert visitor.open("/konto").status == 200
    assert visitor.send("/log-ud").at == "/log-ind"
    assert visitor.open("/konto").status == 302


def test_the_session_ends_with_the_browser_and_is_no_ones_elses(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk", remember="y")
    cookie = visitor.headers["Set-Cookie"]
    assert "HttpOnly; Path=/; SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert visitor.client.get_cookie("remember_token") is None


def test_the_library_takes_no_json_and_no_tokens(shop: Shop) -> None:
    visitor = shop.visitor().open("/log-ind")
    answer = visitor.client.post(
        "/log-ind",
        json={"email": "bo@example.dk", "password": PASSWORD},
        headers={"X-CSRFToken": visitor.token, "Accept": "application/json"},
    )
    assert answer.status_code == 415
    assert visitor.open("/konto").status == 302
