"""The second step: set up with an app, asked for afterwards, recovery codes, and coordinators in production."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from shop.app import create_app
from shop.days import utc_now
from shop.db import db
from shop.people.attempts import MOST_FAILURES
from tests.conftest import Originals, settings_for
from tests.shop.people.conftest import PASSWORD, Shop, Visitor, settle


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still, so that a code lasts as long as a test and the next one comes when asked for."""
    with time_machine.travel(utc_now().replace(second=5), tick=False) as traveller:
        yield traveller


def key_on(page: str) -> str:
    found = re.search(r"<kbd>([^<]+)</kbd>", page)
    assert found, page
    return found[1]


def set_up(visitor: Visitor, shop: Shop) -> str:
    """Set up an app from the page a visitor may open; the key the app keeps."""
    visitor.open("/totrin/opsaet").send("/totrin/opsaet", setup="authenticator")
    assert 'src="data:image/svg+xml;base64,' in visitor.page
    key = key_on(visitor.page)
    visitor.send("/totrin", code=shop.totp(key))
    return key


def test_set_up_then_asked_for_at_the_next_sign_in(shop: Shop, clock: time_machine.Traveller) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk")
    key = set_up(visitor, shop)
    assert visitor.at == "/konto"
    assert "To trin er slået til" in visitor.follow().page
    clock.shift(timedelta(seconds=60))
    again = shop.visitor().sign_in("bo@example.dk", next="/konto")
    assert again.at.startswith("/totrin?")
    assert again.open("/konto").status == 302, "the password alone is not enough"
    again = shop.visitor().sign_in("bo@example.dk", next="/konto").follow()
    assert "Skriv koden" in again.page
    assert "Koden passer ikke, eller den er brugt." in again.send("/totrin?next=/konto", code="000000").page
    assert 'id="code-error">Udfyld feltet.' in again.send("/totrin", code="").page
    again.send("/totrin", code=shop.totp(key), next="/konto")
    assert again.at == "/konto"
    assert again.follow().status == 200


def test_a_code_works_once(shop: Shop, clock: time_machine.Traveller) -> None:
    key = set_up(shop.visitor().sign_in("bo@example.dk"), shop)
    clock.shift(timedelta(seconds=60))
    code = shop.totp(key)
    first, second = (shop.visitor().sign_in("bo@example.dk").follow() for _ in range(2))
    assert first.send("/totrin", code=code).status == 302
    assert "eller den er brugt" in second.send("/totrin", code=code).page


@pytest.mark.usefixtures("clock")
def test_a_wrong_code_at_set_up_can_be_typed_again(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk")
    visitor.open("/totrin/opsaet").send("/totrin/opsaet", setup="authenticator")
    key = key_on(visitor.page)
    assert "Koden passer ikke" in visitor.send("/totrin", code="abc").page
    assert not shop.person("bo@example.dk").has_second_factor
    assert visitor.send("/totrin", code=shop.totp(key)).at == "/konto"
    assert shop.person("bo@example.dk").has_second_factor


def test_codes_cannot_be_guessed_for_ever(shop: Shop, clock: time_machine.Traveller) -> None:
    key = set_up(shop.visitor().sign_in("bo@example.dk"), shop)
    clock.shift(timedelta(seconds=60))
    visitor = shop.visitor().sign_in("bo@example.dk").follow()
    for number in range(MOST_FAILURES):
        visitor.send("/totrin", code=f"{number:06d}")
    assert "prøvet for mange gange" in visitor.send("/totrin", code=shop.totp(key)).page
    assert "prøvet for mange gange" in shop.visitor().sign_in("bo@example.dk").page


def make_recovery_codes(visitor: Visitor) -> list[str]:
    assert "Du har ingen nødkoder endnu." in visitor.open("/noedkoder?show_codes=1").page
    codes = re.findall(r"<li><kbd>([^<]+)</kbd>", visitor.send("/noedkoder").page)
    assert len(codes) == 8
    return codes


@pytest.mark.usefixtures("clock")
def test_a_recovery_code_lets_in_once(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk")
    set_up(visitor, shop)
    codes = make_recovery_codes(visitor)
    assert all(code not in str(shop.person("bo@example.dk").mf_recovery_codes) for code in codes)
    lost = shop.visitor().sign_in("bo@example.dk").follow().open("/totrin/noedkode")
    assert "Den nødkode passer ikke, eller den er brugt." in lost.send("/totrin/noedkode", code="1234").page
    assert lost.send("/totrin/noedkode", code=codes[0].replace("-", " ").upper()).status == 302
    assert "Du har 7 nødkoder tilbage." in lost.open("/konto").page
    twice = shop.visitor().sign_in("bo@example.dk").follow().open("/totrin/noedkode")
    assert "eller den er brugt" in twice.send("/totrin/noedkode", code=codes[0]).page


def test_the_pages_of_the_second_step_are_closed_without_a_password(shop: Shop) -> None:
    for path in ("/totrin", "/totrin/noedkode", "/totrin/opsaet", "/totrin/valg"):
        assert shop.visitor().open(path).at == "/log-ind"
    assert "Der er gået for lang tid. Log ind igen." in shop.visitor().open("/totrin").follow().page


@pytest.mark.usefixtures("clock")
def test_who_has_lost_phone_and_codes_can_call_the_coordinators(shop: Shop) -> None:
    set_up(shop.visitor().sign_in("bo@example.dk"), shop)
    visitor = shop.visitor().sign_in("bo@example.dk").follow()
    for _ in range(2):
        visitor.send("/totrin/hjaelp", help_setup="help")
        assert "Koordinatorerne har fået besked" in visitor.page
    letters = shop.letters("two_factor_rescue")
    assert [letter.to_address for letter in letters] == ["koordinator@example.dk", "to@example.dk"]
    assert "people reset --email bo@example.dk" in letters[0].text


@pytest.mark.usefixtures("clock")
def test_switched_off_again_by_whoever_may(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk")
    set_up(visitor, shop)
    visitor.open("/totrin/opsaet")
    assert "Slå to trin fra" in visitor.page
    visitor.send("/totrin/opsaet", setup="disable")
    assert "To trin er slået fra." in visitor.follow().page
    assert shop.visitor().sign_in("bo@example.dk").follow().at == "/partner"
    for method in ("email", "sms", "", "x" * 10_000):
        assert "Det kan du ikke vælge." in visitor.send("/totrin/opsaet", setup=method).page


def test_after_two_hours_the_password_is_asked_for_again(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk")
    with time_machine.travel(utc_now() + timedelta(hours=3)):
        asked = visitor.open("/totrin/opsaet")
        assert asked.at.startswith("/bekraeft?next=")
        page = asked.follow().send("/bekraeft", password="forkert", next="/totrin/opsaet").page
        assert "Adgangskoden passer ikke." in page
        assert visitor.send("/bekraeft", password=PASSWORD, next="/totrin/opsaet").at == "/totrin/opsaet"
        assert visitor.open("/totrin/opsaet").status == 200


@pytest.fixture
def production(originals: Originals, tmp_path: Path) -> Iterator[Shop]:
    """A shop in production: its cookies travel over TLS only."""
    url = originals.copy("sqlite", example=False, folder=tmp_path)
    more = {"MODE": "production", "PAYMENTS": "invoice-only", "MAIL_URL": "smtp://127.0.0.1:1"}
    app = create_app(settings_for(url, tmp_path, **more))
    app.testing = True
    app.config["SESSION_COOKIE_SECURE"] = False  # the test's client speaks plain HTTP
    shop = Shop(app)
    shop.do(settle)
    yield shop
    with app.app_context():
        db.engine.dispose()


@pytest.mark.usefixtures("clock")
def test_in_production_a_coordinator_sets_up_before_anything_else(production: Shop) -> None:
    visitor = production.visitor().sign_in("koordinator@example.dk")
    assert visitor.at == "/totrin/opsaet"
    assert visitor.open("/kontor/folk").at.startswith("/log-ind")
    assert "Som koordinator logger du ind i to trin" in visitor.open("/totrin/opsaet").page
    assert "Slå to trin fra" not in visitor.page
    set_up(visitor, production)
    assert visitor.follow().at == "/kontor"
    assert visitor.open("/kontor/folk").status == 200
    assert "Det kan du ikke vælge." in visitor.open("/totrin/opsaet").send("/totrin/opsaet", setup="disable").page


def test_in_production_a_supplier_may_choose(production: Shop) -> None:
    assert production.visitor().sign_in("bo@example.dk").follow().at == "/partner"


def test_in_production_a_supplier_who_becomes_coordinator_is_led_to_set_up(production: Shop) -> None:
    from shop.people.commands import add_membership
    from shop.people.models import COORDINATOR
    from shop.people.queries import find_person

    visitor = production.visitor().sign_in("bo@example.dk")

    def promote() -> None:
        person = find_person("bo@example.dk")
        assert person is not None
        add_membership(person, COORDINATOR, None, utc_now())

    production.do(promote)
    assert visitor.open("/kontor/folk").at == "/totrin/opsaet"
