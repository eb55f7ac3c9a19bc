"""The catalogue in the office: baskets, items, enterprises, and how a price would divide."""

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.baskets.models import Basket
from catalog.baskets.publish import withdraw
from catalog.baskets.queries_office import preview
from catalog.items.models import Item
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.money import format_kr
from tests.orders.office_room import Office, words
from tests.tools.statements import counted
from tests.tools.world import place_order


def _basket(slug: str = "den-groenne-kurv") -> Basket:
    return db.session.scalars(select(Basket).where(Basket.slug == slug)).one()


def _row(page: str, name: str) -> str:
    start = page.index(name)
    return words(page[start : page.index("</tr>", start)])


def test_every_basket_shows_its_price_floor_and_pot(sqlite_example: Flask) -> None:
    page = Office(sqlite_example).get("/kontor/katalog")
    for basket in db.session.scalars(select(Basket)):
        assert basket.current is not None
        row = _row(page, f">{basket.current.name_da}</a>")
        at_list = preview(basket.current, basket.current.gross_ore, 2500)
        for amount in (basket.current.gross_ore, basket.current.net_ore, basket.current.floor_ore, at_list.pot_at_list):
            assert format_kr(amount) in row
        assert "til salg" in row


def test_a_withdrawn_basket_is_still_in_the_office(example: Flask) -> None:
    with transaction():
        withdraw(_basket(), by=COMMAND, now=utc_now(), why="pause")
    page = Office(example).get("/kontor/katalog")
    assert "taget af" in _row(page, ">Den grønne kurv</a>")
    assert "Den grønne kurv" in Office(example).get("/kontor/katalog/kurve/den-groenne-kurv")


def test_what_is_promised_away_is_counted(example: Flask) -> None:
    office = Office(example)
    item = db.session.scalars(select(Item).where(Item.slug == "opvaskeboerste")).one()
    assert item.current is not None
    before = _row(office.get("/kontor/katalog/varer?sog=opvask"), item.current.name_da).split()
    place_order(items=[("opvaskeboerste", 3)])
    after = _row(office.get("/kontor/katalog/varer?sog=opvask"), item.current.name_da).split()
    assert int(after[-2]) - int(before[-2]) == 3
    assert after[-3] == before[-3]


def test_the_lists_are_searched_and_paged_in_the_database(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    assert "1–24 af 51" in office.get("/kontor/katalog/varer")
    assert "49–51 af 51" in office.get("/kontor/katalog/varer?side=3")
    assert "Øens Madhus" in office.get("/kontor/katalog/virksomheder?sog=%C3%B8ens")
    for path in ("", "/varer", "/virksomheder"):
        page = office.get(f"/kontor/katalog{path}?sog=<script>🎁")
        assert "Her er ingen" in page
        assert "&lt;script&gt;🎁" in page


def test_a_price_below_the_floor_shows_what_the_pot_pays(sqlite_example: Flask) -> None:
    office, version = Office(sqlite_example), _basket().current
    assert version is not None
    at_list = words(office.get("/kontor/katalog/kurve/den-groenne-kurv"))
    assert "Puljen lægger til" not in at_list
    tried = preview(version, 9900, 2500)
    assert tried.is_below_floor
    assert tried.pot_at_price < 0
    assert sum(part.at_price for part in tried.parts) + tried.pot_at_price == 7920
    page = office.get("/kontor/katalog/kurve/den-groenne-kurv?pris=99")
    assert "Prisen er under bunden" in page
    assert f'<span class="money minus">{format_kr(tried.pot_at_price)}</span>' in page
    assert "Puljen lægger til" in page


@pytest.mark.parametrize("slug", ["soendagskurven", "den-groenne-kurv", "kaffepausen"])
@pytest.mark.parametrize("gross_ore", [0, 5, 9900, 19900, 39900, 99900])
def test_a_tried_price_divides_exactly(sqlite_example: Flask, slug: str, gross_ore: int) -> None:
    version = _basket(slug).current
    assert version is not None
    tried = preview(version, gross_ore, 2500)
    assert sum(part.at_price for part in tried.parts) + tried.pot_at_price == tried.net_ore
    assert all(part.at_price >= 0 for part in tried.parts)
    assert (tried.pot_at_price < 0) <= tried.is_below_floor


@pytest.mark.parametrize("typed", ["x", "-5", "1e9", "🎁", "<b>", "9" * 200, "99999999"])
def test_a_price_that_is_none_is_said_so_and_kept(sqlite_example: Flask, typed: str) -> None:
    page = Office(sqlite_example).get(f"/kontor/katalog/kurve/den-groenne-kurv?pris={typed}")
    assert 'id="pris-error"' in page
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in page


def test_a_basket_that_is_not_there_is_not_found(sqlite_example: Flask) -> None:
    Office(sqlite_example).get("/kontor/katalog/kurve/findes-ikke", 404)


@pytest.mark.parametrize("path", ["", "/varer", "/virksomheder", "/kurve/den-groenne-kurv"])
def test_no_page_of_the_catalogue_asks_for_each_row(sqlite_example: Flask, path: str) -> None:
    office = Office(sqlite_example)
    office.get("/kontor/katalog")
    with counted() as asked:
        office.get(f"/kontor/katalog{path}")
    assert len(asked) <= 12
