"""`faelleskurven compose`: what it prints on the example shop, and what it says when it cannot be."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from catalog.assembly.queries import candidates_for, delivery_in, first_delivery, like_published
from catalog.baskets.models import Offer
from catalog.items.models import Item
from catalog.supply.models import STOCK, Supply
from orders.composing.cli import compose_command
from orders.composing.season import earned_in_season, keep_figures, kept_at
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from tests.orders.money_world import sold
from tests.tools.command import command


def run(example: Flask, *words: str) -> Result:
    return example.test_cli_runner().invoke(compose_command, list(words))


def proposals(example: Flask, *words: str) -> list[dict[str, Any]]:
    told = run(example, *words, "--json")
    assert told.exit_code == 0, told.output
    found: list[dict[str, Any]] = json.loads(told.stdout)["proposals"]
    return found


def test_three_baskets_for_400_kroner_without_nuts(example: Flask) -> None:
    found = proposals(example, "--price", "400", "--enterprises", "4", "--without", "nuts")
    assert [one["aim"] for one in found] == ["nearest", "enterprises", "fairest"]
    assert len({frozenset(row["item"] for row in one["items"]) for one in found}) == 3
    nuts = set(db.session.scalars(select(Item.slug)).all()) - {
        item.slug for item in db.session.scalars(select(Item)) if item.current and "nuts" in item.current.allergens
    }
    for one in found:
        goods = sum(row["quantity"] * row["ore"] for row in one["items"])
        assert one["net_ore"] == goods + one["services_ore"] + one["pot_ore"] <= 40_000
        assert len({row["enterprise"] for row in one["items"]}) >= 4
        assert {row["item"] for row in one["items"]} <= nuts
        assert not any("nuts" in row["allergens"] for row in one["items"])
        assert set(one["items"][0]) == {"item", "enterprise", "quantity", "ore", "allergens"}
        assert one["gap"] == 0
    assert found[0]["net_ore"] == max(one["net_ore"] for one in found)


def test_every_demand_of_the_command_is_kept(example: Flask) -> None:
    words = ["--price", "400,50", "--pieces", "60", "--no-alcohol", "--contains", "kaffe-hele-boenner", "--box", "m"]
    found = proposals(example, *words, "--without", "nødder,milk", "--most", "1", "--seconds", "20")
    assert found
    items = {item.slug: item for item in db.session.scalars(select(Item))}
    for one in found:
        held = [items[row["item"]] for row in one["items"]]
        assert "kaffe-hele-boenner" in {item.slug for item in held}
        assert all(row["quantity"] == 1 and not {"nuts", "milk"} & set(row["allergens"]) for row in one["items"])
        assert all(item.current is not None and item.current.abv_permille <= 12 for item in held)
        assert sum(item.current.weight_g for item in held if item.current) <= 5000


def test_what_is_gone_or_has_no_offer_is_not_proposed(example: Flask) -> None:
    today = local_day(utc_now())
    delivery = first_delivery(today)
    kept = {one.item.slug: one for one in candidates_for(delivery, 1, today).values()}
    assert "kost" in {item.slug for item in db.session.scalars(select(Item))} - set(kept)  # nobody has offered it
    coffee, tea = kept["kaffe-hele-boenner"], kept["sort-te"]
    db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == coffee.item.id)).one().most = 3
    for offer in db.session.scalars(select(Offer).where(Offer.item_version_id == tea.version.id)):
        offer.until_on = today - timedelta(days=1)
    db.session.flush()
    again = {one.item.slug: one for one in candidates_for(delivery, 1, today).values()}
    assert again["kaffe-hele-boenner"].candidate.pieces == 3
    assert "sort-te" not in again


def test_packing_and_pot_are_those_of_the_basket_nearest_in_price(example: Flask) -> None:
    today = local_day(utc_now())
    like = like_published(16_000, first_delivery(today), today)
    assert like.version is not None
    assert (like.version.basket.slug, like.frame.services_ore) == ("et-lille-tak", 2400)
    assert like.frame.service_pieces == 400  # the week's packing
    assert like.frame.pot_of(15_920) == 1820


def test_the_season_counts_what_was_sold(example: Flask) -> None:
    assert earned_in_season(local_day(utc_now())) == {}
    order = sold()
    expected: dict[int, tuple[int, int]] = {}
    for share in (share for line in order.lines for share in line.shares):
        if share.enterprise is not None:
            ore, minutes = expected.get(share.enterprise.id, (0, 0))
            work = share.item_version.work_minutes * share.pieces if share.item_version else 0
            expected[share.enterprise.id] = (ore + share.ore, minutes + work)
    assert earned_in_season(local_day(utc_now())) == expected
    assert earned_in_season(local_day(utc_now()) + timedelta(days=370)) == {}


def test_the_season_is_kept_by_the_hour_and_todays_orders_come_on_top(example: Flask) -> None:
    first = sold()
    with transaction():
        first.placed_at -= timedelta(days=3)
    today = local_day(utc_now())
    of_the_first = earned_in_season(today)
    keep_figures(now=utc_now())
    keep_figures(now=utc_now())
    assert earned_in_season(today) == of_the_first != {}
    sold()
    assert earned_in_season(today) == {owner: (2 * ore, 2 * minutes) for owner, (ore, minutes) in of_the_first.items()}
    assert kept_at(today) is not None
    assert kept_at(today + timedelta(days=1)) is None


def test_the_delivery_of_a_week_is_its_last_open_day(sqlite_example: Flask) -> None:
    found = delivery_in(2026, 49)
    assert found is not None
    assert (found.deliver_on.isoformat(), found.pack_on.isoformat()) == ("2026-12-04", "2026-12-03")
    assert found.days_under_way == 1
    holiday = delivery_in(2026, 53)  # from 28 December: the 31st and the 1st are closed
    assert holiday is not None
    assert holiday.deliver_on.isoformat() == "2026-12-30"
    assert delivery_in(2027, 53) is None


def test_a_clash_is_told_in_both_languages_with_exit_code_1(sqlite_example: Flask) -> None:
    words = ("--price", "200", "--without", "gluten", "--contains", "smaakager")
    told = run(sqlite_example, *words)
    assert told.exit_code == 1
    danish, english = told.stderr.splitlines()
    assert danish == (
        "Det kan ikke gå op sammen: uden gluten og med «Havresmåkager». "
        "Det kan lade sig gøre med gluten i kurven. Det kan lade sig gøre med en kurv uden «Havresmåkager»."
    )
    assert english == (
        "These do not go together: without gluten and with “Oat biscuits”. "
        "It is possible with gluten in the basket. It is possible with a basket without “Oat biscuits”."
    )
    assert told.stdout == ""
    as_json = json.loads(run(sqlite_example, *words, "--json").stdout)
    assert as_json["proposals"] == []
    assert as_json["clash"] == [{"demand": "without", "of": "gluten"}, {"demand": "contains", "of": "smaakager"}]


def test_an_item_that_nobody_has_offered_is_named(sqlite_example: Flask) -> None:
    told = run(sqlite_example, "--price", "400", "--contains", "kost")
    assert told.exit_code == 1
    danish, english = told.stderr.splitlines()
    assert "«Kost med langt skaft» har ikke et accepteret tilbud den dag." in danish
    assert "“Broom with a long handle” has no accepted offer that day." in english


def test_the_way_that_is_named_is_open(sqlite_example: Flask) -> None:
    told = json.loads(run(sqlite_example, "--price", "60", "--enterprises", "3", "--json").stdout)
    price = next(way[0]["possible"] for way in told["ways"] if [one["demand"] for one in way] == ["price"])
    assert proposals(sqlite_example, "--price", f"{price / 100:.2f}", "--enterprises", "3")
    less = run(sqlite_example, "--price", f"{(price - 1) / 100:.2f}", "--enterprises", "3")
    assert less.exit_code == 1


def test_a_table_for_people(sqlite_example: Flask) -> None:
    told = run(sqlite_example, "--price", "300", "--pieces", "20")
    assert told.exit_code == 0
    assert "Nærmest prisen: " in told.stdout
    assert "Ydelser og pulje som i «" in told.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--price", "abc"], "--price abc: "),
        (["--price", "0"], "--price 0: "),
        (["--price", "-5"], "--price -5: "),
        (["--price", "1000000"], "--price 1000000: "),
        (["--price", "400", "--without", "fnug"], "There is no such allergen"),
        (["--price", "400", "--without", ""], "There is no such allergen"),
        (["--price", "400", "--contains", "intet"], "There is no item intet."),
        (["--price", "400", "--box", "Q"], "S (2000 g), M (5000 g)"),
    ],
)
def test_bad_input_is_one_sentence(sqlite_example: Flask, words: list[str], said: str) -> None:
    told = run(sqlite_example, *words)
    assert isinstance(told.exception, Refused)
    assert said in str(told.exception)


def test_a_number_out_of_range_is_refused_by_its_option(sqlite_example: Flask) -> None:
    for words in (["--pieces", "0"], ["--week", "54"], ["--enterprises", "0"], ["--seconds", "0"], ["--most", "0"]):
        told = run(sqlite_example, "--price", "400", *words)
        assert told.exit_code == 2
        assert words[0] in told.stderr


def test_an_unprepared_database_is_said_in_a_sentence(tmp_path: Path) -> None:
    told = command(tmp_path, "compose", "--price", "300", "--week", "49")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("The database is not ready")
