"""Who may enter which door, and how somebody with several roles changes between them."""

import pytest

from shop.days import utc_now
from shop.db import db
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.people.commands import add_membership
from shop.people.members import withdraw_membership
from shop.people.models import COORDINATOR, Membership
from shop.people.queries import coordinators, find_person
from tests.shop.people.conftest import Shop

OFFICE, SUPPLIER = "/kontor/folk", "/partner/folk"


@pytest.mark.parametrize("path", [OFFICE, SUPPLIER, "/konto", "/indgang", "/ny-adgangskode", "/noedkoder", "/bekraeft"])
def test_not_signed_in_leads_to_signing_in_and_back(shop: Shop, path: str) -> None:
    visitor = shop.visitor().open(path)
    assert visitor.status == 302
    assert visitor.at.startswith(f"/log-ind?next={path.replace('/', '%2F')}")


def test_a_form_sent_without_being_signed_in_leads_to_signing_in(shop: Shop) -> None:
    visitor = shop.visitor().open("/log-ind")
    for path in (OFFICE, SUPPLIER, "/konto", "/rolle"):
        assert visitor.send(path, email="x@example.dk").at == "/log-ind"


def test_a_supplier_does_not_get_into_the_office_nor_the_office_to_a_supplier(shop: Shop) -> None:
    supplier, office = shop.visitor().sign_in("bo@example.dk"), shop.visitor().sign_in("koordinator@example.dk")
    assert supplier.open(SUPPLIER).status == 200
    assert supplier.open(OFFICE).status == 403
    assert supplier.send(OFFICE, email="x@example.dk", place="1", language="da").status == 403
    assert office.open(OFFICE).status == 200
    assert office.open(SUPPLIER).status == 403


def test_a_person_with_several_roles_changes_between_them(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("to@example.dk").open(OFFICE)
    assert "Lige nu: Kontoret" in visitor.page
    assert "Skift til Teen" in visitor.page
    assert visitor.send("/rolle", membership=membership_of(shop, "boersten")).at == "/partner"
    assert "Kolleger hos Børsten" in visitor.open(SUPPLIER).page
    assert visitor.open("/indgang").at == "/partner"
    visitor.send("/rolle", membership=membership_of(shop, "teen"))
    assert "Kolleger hos Teen" in visitor.open(SUPPLIER).page
    assert visitor.send("/rolle", membership=membership_of(shop, "")).at == "/kontor"


def test_with_one_role_there_is_nothing_to_switch(shop: Shop) -> None:
    assert "Skift til" not in shop.visitor().sign_in("bo@example.dk").open(SUPPLIER).page


@pytest.mark.parametrize("wanted", ["", "x", "0", "999999", "1"])
def test_a_role_one_does_not_have_is_not_there(shop: Shop, wanted: str) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk").open(SUPPLIER)
    assert visitor.send("/rolle", membership=wanted).status == 404


def test_a_withdrawn_role_ends_at_once(shop: Shop) -> None:
    supplier = shop.visitor().sign_in("bo@example.dk")
    assert supplier.open(SUPPLIER).status == 200
    office = shop.visitor().sign_in("koordinator@example.dk").open(OFFICE)
    office.send(f"/kontor/folk/rolle/{membership_of(shop, 'boersten', 'bo@example.dk')}/fjern").follow()
    assert "Bo Børste har ikke længere adgang i den rolle." in office.page
    assert supplier.open(SUPPLIER).status == 403
    assert supplier.open("/indgang").at == "/konto"
    assert "Du har ingen roller lige nu." in supplier.follow().page


def test_the_last_coordinator_stays(shop: Shop) -> None:
    def withdraw(number: int) -> None:
        withdraw_membership(coordinators()[number], by=COMMAND, now=utc_now())

    shop.do(lambda: withdraw(1))
    with pytest.raises(Refused):
        shop.do(lambda: withdraw(0))
    assert shop.ask(lambda: len(coordinators())) == 1


def test_a_role_is_had_once(shop: Shop) -> None:
    def join() -> None:
        person = find_person("koordinator@example.dk")
        assert person is not None
        add_membership(person, COORDINATOR, None, utc_now())

    shop.do(join)
    assert shop.ask(lambda: db.session.query(Membership).filter_by(role=COORDINATOR).count()) == 2


def test_ones_name_and_language_are_ones_own_to_change(shop: Shop) -> None:
    visitor = shop.visitor().sign_in("bo@example.dk").open("/konto")
    assert visitor.send("/konto", name="", language="da").status == 422
    assert "Skriv dit navn." in visitor.page
    assert visitor.send("/konto", name="🎁" * 201, language="da").status == 422
    assert visitor.send("/konto", name="<b>Bo</b>", language="xx", notices="now").status == 422
    assert visitor.send("/konto", name="<b>Bo</b>", language="en", notices="never").status == 422
    assert visitor.send("/konto", name="<b>Bo</b>", language="en", notices="daily").at == "/konto"
    assert "&lt;b&gt;Bo&lt;/b&gt;" in visitor.follow().page
    assert (shop.person("bo@example.dk").language, shop.person("bo@example.dk").notices) == ("en", "daily")


def membership_of(shop: Shop, slug: str, email: str = "to@example.dk") -> str:
    for membership in shop.person(email).memberships:
        if (membership.enterprise.slug if membership.enterprise else "") == slug:
            return str(membership.id)
    raise LookupError(slug)
