"""An enterprise is asked for its goods: what it sees, what it answers, and what that allows."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from catalog.assembly.offered import foresee
from catalog.baskets.models import Offer
from catalog.baskets.offers import Terms, accept_offer, ask, decline, end_offer
from catalog.items.models import WITHDRAWN
from catalog.supply.models import OFFER, Supply
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from tests.catalog.assembly_world import AGREED, accept, asked, basket_of, begin, item_of, publish, terms
from tests.orders.office_room import Office, words
from tests.tools.statements import counted
from tests.tools.world import place_order

MAKER, OTHER = "blindes-arbejde@example.dk", "kamoon@example.dk"


def state_of(offer: Offer) -> str:
    db.session.rollback()
    return db.session.get_one(Offer, offer.id).state


def test_a_yes_makes_room_for_so_many_and_no_more(example: Flask) -> None:
    slug = begin(*AGREED, "kost", gross_ore=99_900)
    offer = asked(slug, "kost", terms(most=2))
    with pytest.raises(Refused, match="allerede spurgt"):
        asked(slug, "kost")
    accept(offer)
    publish(slug)
    place_order([(slug, 2)])
    with pytest.raises(Refused, match="ikke nok"):
        place_order([(slug, 1)])


def test_an_answer_is_given_once(example: Flask) -> None:
    offer = asked(begin("kost"), "kost")
    with transaction():
        decline(db.session.get_one(Offer, offer.id), "Vi kan lave 20", by=COMMAND, now=utc_now())
    for verb in (accept_offer, decline, end_offer):
        more = () if verb is accept_offer else ("?",)
        with pytest.raises(Refused, match="afslået"), transaction():
            verb(db.session.get_one(Offer, offer.id), *more, by=COMMAND, now=utc_now())
    again = asked("proevekurven", "kost")  # after a no one may ask again
    assert again.id != offer.id


def test_what_cannot_be_asked(sqlite_example: Flask) -> None:
    slug, today = begin("kost"), local_day(utc_now())
    for wrong in (
        Terms(100, 1, today, today - timedelta(days=1), 1),
        Terms(100, 1, today - timedelta(days=9), today - timedelta(days=1), 1),
    ):
        with pytest.raises(Refused, match="Perioden"):
            asked(slug, "kost", wrong)
    with transaction():
        item_of("kost").state = WITHDRAWN
    with pytest.raises(Refused, match="ikke godkendt"), transaction():
        ask(item_of("kost"), terms(), basket=None, quantity=1, by=COMMAND, now=utc_now())


def test_a_question_that_is_too_old_cannot_be_accepted(sqlite_example: Flask) -> None:
    offer = asked(begin("kost"), "kost", terms(days=3))
    with time_machine.travel(utc_now() + timedelta(days=5)), pytest.raises(Refused, match="slut"), transaction():
        accept_offer(db.session.get_one(Offer, offer.id), by=COMMAND, now=utc_now())


def test_an_agreement_that_ends_promises_nothing_more(example: Flask) -> None:
    slug = begin(*AGREED, "kost", gross_ore=99_900)
    offer = asked(slug, "kost")
    accept(offer)
    publish(slug)
    place_order([(slug, 3)])
    with transaction():
        end_offer(db.session.get_one(Offer, offer.id), "Vi holder op", by=COMMAND, now=utc_now())
    assert basket_of(slug).shown_step == "none"
    with pytest.raises(Refused):
        place_order([(slug, 1)])
    limit = db.session.scalars(select(Supply).where(Supply.kind == OFFER, Supply.part == str(offer.id))).one()
    assert (limit.most, limit.taken) == (3, 3)


def test_the_share_foreseen_is_the_one_that_is_sold(sqlite_example: Flask) -> None:
    slug = begin(*AGREED, "kost", gross_ore=99_900)
    offer = asked(slug, "kost", terms(price_ore=6_050))
    seen = foresee(db.session.get_one(Offer, offer.id), local_day(utc_now()))
    assert seen is not None
    assert (seen.share_ore, seen.gross_ore, seen.others) == (6_050, 99_900, 3)
    accept(offer)
    publish(slug)
    line = place_order([(slug, 1)]).lines[0]
    maker = item_of("kost").enterprise_id
    part = item_of("kost").current_version_id
    assert [one.ore for one in line.shares if (one.enterprise_id, one.item_version_id) == (maker, part)] == [6_050]


# --- The pages ------------------------------------------------------------------------------------------------------


def test_the_partner_says_yes_and_the_office_is_told(sqlite_example: Flask) -> None:
    office, maker = Office(sqlite_example), Office(sqlite_example, MAKER)
    slug = begin(*AGREED, "kost", gross_ore=99_900)
    item = item_of("kost").id
    page = office.get(f"/kontor/kurve/{slug}/spoerg")
    assert "Kost med langt skaft" in page
    assert "Chokolademandler" not in page  # has said yes already
    typed: dict[str, Any] = {
        "from_on": "24.11.2026", "until_on": "31.12.2099", f"vare{item}-chosen": "y", f"vare{item}-price_ore": "145",
        f"vare{item}-most_pieces": "100", f"vare{item}-lead_days": "4",
    }  # fmt: skip
    office.post(f"/kontor/kurve/{slug}/spoerg", **typed)
    offer = db.session.scalars(select(Offer).where(Offer.asked_by != "")).one()
    assert (offer.price_ore, offer.most_pieces, offer.lead_days) == (14_500, 100, 4)
    letters = [(one.to_address, one.kind) for one in db.session.scalars(select(Letter))]
    assert (MAKER, "notice") in letters
    listed = words(maker.get("/partner/tilbud"))
    assert "Kost med langt skaft venter på svar" in listed
    seen = words(maker.get(f"/partner/tilbud/{offer.id}"))
    assert "145,00 kr. uden moms" in seen
    assert "af en kurv til 999,00 kr." in seen
    maker.post(f"/partner/tilbud/{offer.id}/ja")
    assert state_of(offer) == "accepted"
    assert "har allerede" not in maker.post(f"/partner/tilbud/{offer.id}/ja", 409)
    told = [str(one.values) for one in db.session.scalars(select(Letter).where(Letter.kind == "notice"))]
    assert any("har sagt ja" in one for one in told)
    assert "aftale til" in words(office.get(f"/kontor/kurve/{slug}"))


def test_a_no_needs_a_reason_and_is_read_by_the_office(sqlite_example: Flask) -> None:
    office, maker = Office(sqlite_example), Office(sqlite_example, MAKER)
    offer = asked(begin("kost"), "kost")
    assert "error-summary" in maker.post(f"/partner/tilbud/{offer.id}/nej", 422, why="  ")
    assert state_of(offer) == "proposed"
    maker.post(f"/partner/tilbud/{offer.id}/nej", why="Vi kan lave 20")
    assert state_of(offer) == "declined"
    assert "De skriver: «Vi kan lave 20»" in words(office.get("/kontor/kurve/proevekurven"))
    assert "De sagde nej sidst" in words(office.get("/kontor/kurve/proevekurven/spoerg"))


def test_another_enterprises_offer_is_not_there(sqlite_example: Flask) -> None:
    other = Office(sqlite_example, OTHER)
    offer = asked(begin("kost"), "kost")
    other.get(f"/partner/tilbud/{offer.id}", 404)
    other.post(f"/partner/tilbud/{offer.id}/ja", 404)
    other.post(f"/partner/tilbud/{offer.id}/nej", 404, why="x")
    assert state_of(offer) == "proposed"


def test_a_row_that_cannot_be_read_asks_nobody(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    slug = begin("kost", "fejesaet")
    kost, other = item_of("kost").id, item_of("fejesaet").id
    typed: dict[str, Any] = {
        "from_on": "24.11.2026", "until_on": "31.12.2099",
        f"vare{kost}-chosen": "y", f"vare{kost}-price_ore": "145", f"vare{kost}-most_pieces": "9",
        f"vare{kost}-lead_days": "4",
        f"vare{other}-chosen": "y", f"vare{other}-price_ore": "=1+1", f"vare{other}-most_pieces": "mange",
        f"vare{other}-lead_days": "4",
    }  # fmt: skip
    page = office.post(f"/kontor/kurve/{slug}/spoerg", 422, **typed)
    assert "mange" in page
    assert "Skriv et helt tal" in page
    assert db.session.scalars(select(Offer).where(Offer.asked_by != "")).all() == []
    assert "mindst ét kryds" in office.post(
        f"/kontor/kurve/{slug}/spoerg", 422, from_on="24.11.2026", until_on="1.1.2099"
    )


def test_the_office_ends_an_agreement_with_a_reason(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    offer = asked(begin("kost"), "kost")
    office.post(f"/kontor/tilbud/{offer.id}/slut", 422, why="")
    assert state_of(offer) == "proposed"
    office.post(f"/kontor/tilbud/{offer.id}/slut", why="Kurven blev ikke til noget")
    assert state_of(offer) == "ended"
    office.post("/kontor/tilbud/999999/slut", 404, why="x")


def test_the_list_asks_as_much_of_many_as_of_few(sqlite_example: Flask) -> None:
    maker = Office(sqlite_example, MAKER)
    maker.get("/partner/tilbud")
    with counted() as few:
        maker.get("/partner/tilbud")
    asked(begin("kost"), "kost")
    asked(begin("kost", "fejesaet"), "fejesaet")
    maker.get("/partner/tilbud")
    with counted() as many:
        maker.get("/partner/tilbud")
    assert len(many) == len(few) <= 20
