"""The office lets an enterprise in, changes what is said of it, and how it stands with VAT."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from shop.days import local_day, utc_now
from shop.db import db
from shop.mail.models import Letter
from shop.people.models import Enterprise, Invitation
from tests.tools.client import PageClient
from tests.tools.statements import counted

OFFICE, LIST = "koordinator@example.dk", "/kontor/katalog/virksomheder"
NEW = {"name": "Ålebækkens Værksted", "cvr": "DK 12 34 56 74", "status": "registered", "invited": "Leder@Example.dk"}


def made(slug: str = "aalebaekkens-vaerksted") -> Enterprise | None:
    return db.session.scalars(select(Enterprise).where(Enterprise.slug == slug)).one_or_none()


def test_an_enterprise_is_let_in_and_its_first_person_invited(example: Flask, client: PageClient) -> None:
    client.sign_in(OFFICE)
    colours = set(db.session.scalars(select(Enterprise.colour)))
    answer = client.post_form(f"{LIST}/ny", NEW)
    assert answer.status_code == 303
    found = made()
    assert found is not None
    assert (found.name, found.cvr, found.vat[0].vat_no) == (NEW["name"], "12345674", "DK12345674")
    assert found.vat[0].valid_from == found.joined_on == local_day(utc_now())
    assert found.colour not in colours
    assert db.session.scalars(select(Invitation.enterprise_id)).one() == found.id
    assert db.session.scalars(select(Letter.to_address)).one() == "leder@example.dk"
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert NEW["name"] in page
    assert "tog virksomheden ind" in page
    assert NEW["name"] in client.get("/virksomheder").get_data(as_text=True)


def test_what_is_mistyped_is_said_at_its_field_and_nothing_is_lost(example: Flask, client: PageClient) -> None:
    client.sign_in(OFFICE)
    before = len(db.session.scalars(select(Enterprise)).all())
    for typed, words in (
        ({"name": ""}, "Skriv noget her."),
        ({"cvr": "12345675"}, "CVR-nummeret passer ikke"),
        ({"cvr": ""}, "En momsregistreret virksomhed har et CVR-nr."),
        ({"status": ""}, "Vælg en fra listen."),
        ({"status": "nonsense"}, "Vælg en fra listen."),
        ({"invited": "ingen"}, "Det ligner ikke en e-mailadresse."),
        ({"postcode": "3900"}, "Skriv et dansk postnummer"),
        ({"phone": "112"}, "Skriv et dansk telefonnummer"),
        ({"name": "x" * 10_000}, "Det er for langt."),
        ({"name": "blindes ARBEJDE"}, "Der er allerede en virksomhed, der hedder det."),
        ({"name": "🎁"}, "Skriv et navn med bogstaver eller tal."),
    ):
        answer = client.post_form(f"{LIST}/ny", {**NEW, "story_da": "Det her <b>bliver</b>.", **typed})
        page = answer.get_data(as_text=True)
        assert answer.status_code in (409, 422), typed
        assert words in page, typed
        assert "Det her &lt;b&gt;bliver&lt;/b&gt;." in page
    assert len(db.session.scalars(select(Enterprise)).all()) == before
    assert db.session.scalars(select(Invitation)).all() == []


def test_two_of_one_address_get_another_each(example: Flask, client: PageClient) -> None:
    client.sign_in(OFFICE)
    for name in ("Bøgens Hus", "Boegens Hus"):
        assert client.post_form(f"{LIST}/ny", {"name": name, "status": "below_threshold"}).status_code == 303
    first, second = made("boegens-hus"), made("boegens-hus-2")
    assert first is not None
    assert second is not None
    assert second.vat[0].vat_no == ""


def test_texts_and_vat_are_changed_from_a_day_on(example: Flask, client: PageClient) -> None:
    client.sign_in(OFFICE)
    path = f"{LIST}/blindes-arbejde"
    today = local_day(utc_now())
    found = made("blindes-arbejde")
    assert found is not None
    old = [(one.valid_from, one.status) for one in found.vat]
    answer = client.post_form(f"{path}/ret", {"name": found.name, "cvr": "12345674", "short_da": "Børster og kurve."})
    assert answer.status_code == 303
    assert "Børster og kurve." in client.get("/virksomheder/blindes-arbejde").get_data(as_text=True)
    later = today + timedelta(days=10)
    status = {"status": "registered", "valid_from": later.isoformat()}
    assert client.post_form(f"{path}/moms", status, page=f"{path}/ret").status_code == 303
    found = made("blindes-arbejde")
    assert found is not None
    assert [(one.valid_from, one.status) for one in found.vat] == [*old, (later, "registered")]
    past = {"status": "registered", "valid_from": (today - timedelta(days=1)).isoformat()}
    refused = client.post_form(f"{path}/moms", past, page=f"{path}/ret")
    assert refused.status_code == 422
    assert "Det, der har været, bliver stående." in refused.get_data(as_text=True)
    assert client.get(f"{LIST}/findes-ikke/ret").status_code == 404


def test_the_page_of_a_member_asks_little(example: Flask, client: PageClient) -> None:
    client.sign_in(OFFICE)
    client.get(f"{LIST}/blindes-arbejde/ret")
    with counted() as statements:
        client.get(f"{LIST}/blindes-arbejde/ret")
    assert len(statements) <= 7, "\n".join(statements)
