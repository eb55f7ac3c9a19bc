"""Journals that can be read: of a basket with its offers, of an offer, and of an enterprise."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.assembly import history
from catalog.assembly.history import basket_history, offer_history
from catalog.assembly.windows import open_and_close
from catalog.baskets.models import PUBLISHED, BasketVersion
from catalog.items.models import APPROVED
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND, record
from shop.mail.models import Letter
from tests.catalog.assembly_world import AGREED, accept, asked, basket_of, begin, item_of, publish
from tests.orders.office_room import Office, words
from tests.orders.packing_world import issue_to_maker
from tests.tools.statements import counted

STUCK = "skulle være til salg"


def stuck_basket(item: str = "sort-te") -> str:
    """A basket whose first day has come, and one of its items was taken off meanwhile."""
    slug, today = begin(*AGREED), local_day(utc_now())
    version = publish(slug, open_on=today + timedelta(days=3))
    with transaction():
        item_of(item).state = "withdrawn"
        db.session.get_one(BasketVersion, version.id).open_on = today
    open_and_close()
    return slug


def test_a_basket_that_could_not_open_stands_in_the_way_until_it_is_mended(example: Flask) -> None:
    office = Office(example)
    assert STUCK not in office.get("/kontor")
    slug = stuck_basket()
    open_and_close()  # again and again
    open_and_close()
    board = office.get("/kontor")
    assert board.count(STUCK) == 1
    assert f'href="/kontor/kurve/{slug}"' in board
    assert "Kan ikke fås mere: Sort te" in words(board)
    assert STUCK in Office(example).get("/kontor")  # still there tomorrow, and for everybody
    told = list(db.session.scalars(select(Letter).where(Letter.kind == "notice")))
    assert sum("ikke sat til salg" in str(letter.values) for letter in told) == len(
        {letter.to_address for letter in told}
    )
    acts = [told.entry.act for told in basket_history(basket_of(slug).id)]
    assert acts.count("not_opened") == 1
    page = words(office.get(f"/kontor/kurve/{slug}"))
    assert "Version 1 skulle være til salg" in page
    assert "kunne ikke sætte den til salg (version 1, mangler Sort te" in page


def test_it_opens_by_itself_when_all_of_it_can_be_had_again(sqlite_example: Flask) -> None:
    slug = stuck_basket()
    with transaction():
        item_of("sort-te").state = APPROVED
    open_and_close()
    assert basket_of(slug).state == PUBLISHED
    assert STUCK not in Office(sqlite_example).get("/kontor")


def test_it_is_mended_by_the_next_version(sqlite_example: Flask) -> None:
    slug, office = stuck_basket(), Office(sqlite_example)
    office.post(f"/kontor/kurve/{slug}/begynd")
    office.post(f"/kontor/kurve/{slug}/del", vare=str(item_of("sort-te").id), gor="ud", edition="0")
    assert STUCK in office.get("/kontor")
    publish(slug)
    assert basket_of(slug).state == PUBLISHED
    assert STUCK not in office.get("/kontor")


def test_it_is_not_sold_after_all(sqlite_example: Flask) -> None:
    slug, office = stuck_basket(), Office(sqlite_example)
    office.post(f"/kontor/kurve/{slug}/saelges-ikke")
    assert STUCK not in office.get("/kontor")
    open_and_close()
    assert basket_of(slug).state == "withdrawn"
    page = words(office.follow(f"/kontor/kurve/{slug}/saelges-ikke"))
    assert "Der er ikke nogen version, der venter på at komme til salg." in page
    assert "holdt den tilbage fra salg (version 1)" in page


def test_what_never_opened_and_whose_days_are_over_is_forgotten(sqlite_example: Flask) -> None:
    slug = stuck_basket()
    with transaction():
        version = basket_of(slug).next
        assert version is not None
        version.open_on, version.close_on = (local_day(utc_now()) - timedelta(days=days) for days in (9, 1))
    open_and_close()
    assert basket_of(slug).next_version_id is None
    assert STUCK not in Office(sqlite_example).get("/kontor")


def test_the_front_page_asks_two_more_for_baskets_that_could_not_open(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    office.get("/kontor")
    with counted() as before:
        office.get("/kontor")
    stuck_basket()
    office.get("/kontor")
    with counted() as after:
        office.get("/kontor")
    assert len(after) <= len(before) + 2


def test_a_basket_tells_of_itself_and_of_its_offers(example: Flask) -> None:
    slug = begin("kost", *AGREED)
    offer = asked(slug, "kost")
    accept(offer)
    publish(slug)
    office = Office(example)
    page = words(office.get(f"/kontor/kurve/{slug}"))
    for told in ("satte den til salg (version 1)", "Kost med langt skaft: kommandolinjen: sagde ja", "begyndte"):
        assert told in page, told
    page = words(office.get(f"/en/kontor/kurve/{slug}"))
    for told in ("put it on sale (version 1)", "said yes", "asked the enterprise"):
        assert told in page, told
    assert [told.entry.act for told in offer_history(offer.id)] == ["accepted", "asked"]


def test_an_offer_has_a_page_with_its_journal_and_its_end(sqlite_example: Flask) -> None:
    offer = asked(begin("kost"), "kost")
    office = Office(sqlite_example)
    page = office.get(f"/kontor/tilbud/{offer.id}")
    assert "spurgte virksomheden" in page
    assert "Tag spørgsmålet tilbage" in page
    assert "Skriv" in office.post(f"/kontor/tilbud/{offer.id}/slut", 422, why=" ")
    page = words(office.follow(f"/kontor/tilbud/{offer.id}/slut", why="Kurven blev ikke til noget"))
    assert "sluttede aftalen. Kurven blev ikke til noget" in page
    assert "Begrundelse: «Kurven blev ikke til noget»" in page
    assert "Det kan ikke gøres nu" in office.post(f"/kontor/tilbud/{offer.id}/slut", 409, why="igen")
    office.get("/kontor/tilbud/999999", 404)


def test_an_enterprise_has_a_page_with_its_offers_and_its_journal(sqlite_example: Flask) -> None:
    issue_to_maker()
    office = Office(sqlite_example)
    assert 'href="/kontor/katalog/virksomheder/blindes-arbejde"' in office.get("/kontor/katalog/virksomheder")
    page = office.get("/kontor/katalog/virksomheder/blindes-arbejde")
    assert "lavede en liste over, hvad den bringer (" in words(page)
    assert "Opvaskebørste" in page
    assert "blindes varer, ikke registreret" in words(page)
    assert "made a list of what it brings" in office.get("/en/kontor/katalog/virksomheder/blindes-arbejde")
    with counted() as asked_for:
        office.get("/kontor/katalog/virksomheder/blindes-arbejde")
    assert len(asked_for) <= 20
    office.get("/kontor/katalog/virksomheder/findes-ikke", 404)


def test_a_long_journal_shows_the_newest(sqlite_example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "NEWEST", 3)
    offer = asked(begin("kost"), "kost")
    now = utc_now()
    with transaction():
        for number in range(5):
            record("ended", "offer", offer.id, by=COMMAND, now=now + timedelta(seconds=number), why=str(number))
    assert [told.entry.why for told in offer_history(offer.id)] == ["4", "3", "2"]
    assert db.session.scalar(select(func.count()).select_from(JournalEntry).where(JournalEntry.subject == "offer"))
