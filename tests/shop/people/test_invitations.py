"""Invitations: who may send them, to whom they open, and when they are over."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from shop.days import utc_now
from shop.db import db
from shop.journal.models import JournalEntry
from shop.mail.models import Letter
from shop.people.commands import first_coordinator
from shop.people.models import COORDINATOR, SUPPLIER, Enterprise, Invitation
from tests.shop.people.conftest import PASSWORD, Shop, Visitor

NEW = "ny@example.dk"


def invite_from_office(shop: Shop, email: str = NEW, place: str = "1", language: str = "da") -> Visitor:
    visitor = shop.visitor().sign_in("koordinator@example.dk").open("/kontor/folk")
    return visitor.send("/kontor/folk", email=email, place=place, language=language)


def link(shop: Shop, number: int = -1) -> str:
    found = re.search(r"/invitation/\S+", shop.letters("invitation")[number].text)
    assert found
    return found[0]


def roles(shop: Shop, email: str) -> list[tuple[str, str]]:
    return [(m.role, m.enterprise.slug if m.enterprise else "") for m in shop.person(email).memberships]


def test_somebody_new_is_let_in_with_name_and_password(shop: Shop) -> None:
    office = invite_from_office(shop)
    assert "Invitationen er på vej til ny@example.dk." in office.follow().page
    assert "ny@example.dk" in office.page
    (letter,) = shop.letters("invitation")
    assert "Karen Kontor har inviteret dig til at være med i Fælleskurven for Børsten." in letter.text
    path = link(shop)
    assert shop.ask(lambda: db.session.scalars(select(Invitation.token_hash)).one()) not in path
    visitor = shop.visitor().open(path)
    assert "Børsten" in visitor.page
    visitor.send(path, name="", password="kort")
    assert visitor.status == 422
    assert "Skriv dit navn." in visitor.page
    assert "mindst 10 tegn" in visitor.page
    visitor.send(path, name="Ny\0 Nielsen\n", password=PASSWORD)
    assert visitor.at == "/partner"
    assert visitor.open("/partner/folk").status == 200
    assert shop.person(NEW).name == "Ny Nielsen"
    assert roles(shop, NEW) == [(SUPPLIER, "boersten")]
    acts = shop.ask(lambda: db.session.scalars(select(JournalEntry.act)).all())
    assert {"invited", "added", "joined"} <= set(acts)


def test_the_first_coordinator_comes_from_the_command_line(shop: Shop) -> None:
    path = shop.do(lambda: first_coordinator(" Chef@Example.dk ", utc_now()).path)
    assert path == link(shop)
    visitor = shop.visitor().open(path).send(path, name="Chef", password=PASSWORD)
    assert visitor.at == "/kontor"
    assert roles(shop, "chef@example.dk") == [(COORDINATOR, "")]


def test_an_invitation_opens_once(shop: Shop) -> None:
    invite_from_office(shop)
    path = link(shop)
    shop.visitor().open(path).send(path, name="Ny", password=PASSWORD)
    second = shop.visitor().open(path)
    assert second.status == 410
    assert "Den er allerede taget imod." in second.page
    token = shop.visitor().open("/log-ind").token
    assert shop.visitor().client.get(path).status_code == 410
    visitor = shop.visitor().open("/log-ind")
    assert visitor.send(path, name="Igen", password=PASSWORD).status == 410
    assert token


def test_an_invitation_is_over_after_fourteen_days(shop: Shop) -> None:
    invite_from_office(shop)
    path = link(shop)
    with time_machine.travel(utc_now() + timedelta(days=13, hours=23)):
        assert shop.visitor().open(path).status == 200
    with time_machine.travel(utc_now() + timedelta(days=14, minutes=1)):
        visitor = shop.visitor().open(path)
        assert visitor.status == 410
        assert "Bed Karen Kontor om en ny." in visitor.page


def test_a_forged_link_is_not_there(shop: Shop) -> None:
    for token in ("x", "a" * 43, "%00", "æ"):
        assert shop.visitor().client.get(f"/invitation/{token}").status_code == 404


def test_it_is_not_for_somebody_else_who_is_signed_in(shop: Shop) -> None:
    invite_from_office(shop)
    path = link(shop)
    other = shop.visitor().sign_in("bo@example.dk").open(path)
    assert other.status == 403
    assert "Invitationen er til en anden" in other.page
    assert other.send(path, name="Bo", password=PASSWORD).status == 403
    assert roles(shop, "bo@example.dk") == [(SUPPLIER, "boersten")]
    assert shop.visitor().open(path).status == 200, "it still waits for the right one"


def test_somebody_known_types_the_password_or_is_signed_in(shop: Shop) -> None:
    invite_from_office(shop, "bo@example.dk", place="2")
    path = link(shop)
    visitor = shop.visitor().open(path)
    assert "Du har allerede en konto her." in visitor.page
    assert "Skriv din adgangskode." in visitor.send(path, password="").page
    assert "Adgangskoden passer ikke." in visitor.send(path, password="forkert kodeord").page
    assert visitor.send(path, password=PASSWORD).at == "/partner"
    assert roles(shop, "bo@example.dk") == [(SUPPLIER, "boersten"), (SUPPLIER, "teen")]
    assert "Kolleger hos Teen" in visitor.open("/partner/folk").page
    invite_from_office(shop, "bo@example.dk", place="kontor")
    path = link(shop)
    assert visitor.open(path).send(path).at == "/kontor"
    assert (COORDINATOR, "") in roles(shop, "bo@example.dk")


def test_guessing_a_known_persons_password_through_an_invitation_is_counted(shop: Shop) -> None:
    invite_from_office(shop, "bo@example.dk", place="2")
    path = link(shop)
    visitor = shop.visitor().open(path)
    for _ in range(10):
        visitor.send(path, password="forkert kodeord")
    assert "prøvet for mange gange" in visitor.send(path, password=PASSWORD).page
    assert "prøvet for mange gange" in shop.visitor().sign_in("bo@example.dk").page


def test_a_newer_invitation_replaces_the_older(shop: Shop) -> None:
    invite_from_office(shop)
    invite_from_office(shop)
    first, second = link(shop, 0), link(shop, 1)
    assert shop.visitor().open(first).status == 410
    assert shop.visitor().open(second).status == 200


def test_the_office_sends_again_and_takes_back(shop: Shop) -> None:
    office = invite_from_office(shop, language="en").follow()
    first = link(shop)
    office.send("/kontor/folk/invitation/1/igen").follow()
    assert "Det gamle link virker ikke mere." in office.page
    second = link(shop)
    assert [letter.language for letter in shop.letters("invitation")] == ["en", "en"]
    assert shop.visitor().client.get(first).status_code == 404
    assert shop.visitor().open(second).status == 200
    office.send("/kontor/folk/invitation/1/tilbage").follow()
    assert "trukket tilbage" in office.page
    assert shop.visitor().open(second).status == 410
    assert office.send("/kontor/folk/invitation/99/igen").status == 404


@pytest.mark.parametrize("email", ["", "x", "a" * 10_000, "<b>x</b>@example.dk", "to@example.dk"])
def test_an_address_that_will_not_do_is_said_beside_the_field(shop: Shop, email: str) -> None:
    office = invite_from_office(shop, email)
    assert office.status == 422
    assert 'id="email-error"' in office.page
    assert shop.ask(lambda: db.session.query(Letter).count()) == 0


@pytest.mark.parametrize("place", ["", "99", "x", "-1", "1 OR 1=1"])
def test_a_place_that_is_not_on_the_list_is_refused(shop: Shop, place: str) -> None:
    assert invite_from_office(shop, place=place).status == 422


def test_a_supplier_invites_colleagues_to_the_own_enterprise_only(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk").open("/partner/folk")
    assert "Tove To" in visitor.page
    visitor.send("/partner/folk", email=NEW, place="2", language="da")
    assert "Invitationen er på vej" in visitor.follow().page
    path = link(shop)
    shop.visitor().open(path).send(path, name="Ny", password=PASSWORD)
    assert roles(shop, NEW) == [(SUPPLIER, "boersten")]


def test_a_supplier_cannot_touch_another_enterprises_invitation(shop: Shop) -> None:
    invite_from_office(shop, place="2")
    visitor = shop.visitor().sign_in("bo@example.dk").open("/partner/folk")
    assert NEW not in visitor.page
    assert visitor.send("/partner/folk/invitation/1/tilbage").status == 404
    assert shop.visitor().open(link(shop)).status == 200


def test_who_left_is_not_on_the_list_of_places(shop: Shop) -> None:
    def leave() -> None:
        db.session.get_one(Enterprise, 2).left_on = utc_now().date()

    shop.do(leave)
    assert invite_from_office(shop, place="2").status == 422
