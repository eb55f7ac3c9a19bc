"""The composer and the fairness meter in the office."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.assembly.models import BasketDraft, SeasonKey
from orders.composing.season import fairness, key_on, season_of, set_key
from orders.models import Share
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.people.models import Enterprise
from tests.catalog.assembly_world import desk_of
from tests.orders.office_room import Office, words
from tests.tools.statements import counted
from tests.tools.world import pay, place_order

PATH, SEASON = "/kontor/kurve/foreslaa", "/kontor/kurve/fordeling"
ASKED = "pris=400&antal=50&virksomheder=4&flest=1&uge=&pakke="


def test_three_proposals_and_one_is_taken(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.get(f"{PATH}?{ASKED}&uden=nuts")
    assert page.count('class="proposal"') == 3
    assert "Nødder" not in words(page).split("Krav")[0]
    wanted = re.findall(r'name="varer"\s+value="([^"]+)"', page)
    prices = re.findall(r'name="pris"\s+value="([0-9]+)"', page)
    assert len(wanted) == len(prices) == 3
    office.post(f"{PATH}?{ASKED}", navn="Forslag A", varer=wanted[1], pris=prices[1])
    desk = desk_of("forslag-a")
    assert desk.short == []  # everything in it is agreed, and the price pays for it
    assert {f"{one.item.id}x{one.part.quantity}" for one in desk.parts} == set(wanted[1].split())
    assert 0 <= 40_000 - desk.version.net_ore <= 100  # the whole krone above a price of at most 400
    assert len({one.item.enterprise_id for one in desk.goods}) >= 4


def test_demands_that_clash_are_named(sqlite_example: Flask) -> None:
    page = words(Office(sqlite_example).get(f"{PATH}?pris=40&antal=50&virksomheder=9&flest=1&uge=&pakke="))
    assert "Ingen kurv passer til alle kravene" in page
    assert "Det kan lade sig gøre med" in page


def test_what_cannot_be_read_is_said_and_kept(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.get(f"{PATH}?pris=mange&antal=0&virksomheder=4&flest=1&uge=2020-W01&pakke=kasse&uden=luft", 422)
    assert 'value="mange"' in page
    assert page.count('class="error"') == 5
    for varer in ("", "1x", "x", "999999x1", "1x1 <script>"):
        status = 409 if varer == "999999x1" else 422
        assert "Spørg igen" in office.post(f"{PATH}?{ASKED}", status, navn="A", varer=varer, pris="40000")
    office.post(f"{PATH}?{ASKED}", 422, navn="", varer="1x1", pris="40000")
    assert db.session.scalars(select(BasketDraft)).all() == []


def test_the_meter_adds_up_to_what_was_sold(example: Flask) -> None:
    order = place_order([("den-groenne-kurv", 2)])
    pay(order)
    rows = fairness(local_day(utc_now()))
    sold = db.session.scalars(select(Share.ore).where(Share.enterprise_id.is_not(None))).all()
    assert sum(row.ore for row in rows) == sum(sold) > 0
    assert abs(sum(row.ore_permille for row in rows) - 1000) <= len(rows)
    packers = [row for row in rows if row.enterprise.slug == "flexvirk"]
    assert packers[0].minutes > 0
    behind = [row.ore_permille - row.agreed_permille for row in rows]
    assert behind == sorted(behind)


def test_a_key_holds_from_its_day(example: Flask) -> None:
    today = local_day(utc_now())
    ids = {one.slug: one.id for one in db.session.scalars(select(Enterprise))}
    with transaction():
        set_key({ids["kamoon"]: 3, ids["flexvirk"]: 0}, today, by=COMMAND, now=utc_now())
        set_key({ids["kamoon"]: 5}, today + timedelta(days=7), by=COMMAND, now=utc_now())
        set_key({ids["kamoon"]: 6}, today + timedelta(days=7), by=COMMAND, now=utc_now())
    assert key_on(today) == {ids["kamoon"]: 3, ids["flexvirk"]: 0}
    assert key_on(today + timedelta(days=7))[ids["kamoon"]] == 6
    assert key_on(today - timedelta(days=1)) == {}
    assert season_of(today).key == {"kamoon": 3, "flexvirk": 0}
    for parts, day in (({1: 1}, today - timedelta(days=1)), ({1: 0, 2: 0}, today)):
        with pytest.raises(Refused), transaction():
            set_key(parts, day, by=COMMAND, now=utc_now())


def test_the_key_is_agreed_in_the_office(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    ids = [one.id for one in db.session.scalars(select(Enterprise))]
    typed: dict[str, Any] = {f"e{owner}-parts": "1" for owner in ids}
    page = office.post(SEASON, 422, **typed | {f"e{ids[0]}-parts": "halvdelen"}, valid_from="i morgen")
    assert 'value="halvdelen"' in page
    assert 'value="i morgen"' in page
    office.post(SEASON, 409, **typed, valid_from="1.1.2020")
    office.post(SEASON, **typed | {f"e{ids[0]}-parts": "11"}, valid_from=f"{local_day(utc_now()):%d.%m.%Y}")
    assert db.session.query(SeasonKey).count() == len(ids)
    assert "55,0 %" in words(office.get(SEASON))


def test_the_pages_ask_little(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    place_order([("den-groenne-kurv", 2)])
    for path in (SEASON, PATH, f"{PATH}?{ASKED}"):
        office.get(path)
        with counted() as sent:
            office.get(path)
        assert len(sent) <= 20, path
