"""The list of baskets: what each filter leaves, how it is sorted and paged, and what it says to bad values."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.baskets.filters import Filters, at_page, read_filters
from catalog.baskets.models import PUBLISHED, Basket, BasketAllergen, BasketVersion
from catalog.baskets.queries import baskets_on_page, count_baskets
from catalog.items.allergens import ALLERGENS
from shop.db import db, transaction
from shop.listing import PAGE_SIZE
from shop.shown import move_page_version
from tests.tools.page import check_page

ALL = 8


def shown(filters: Filters) -> list[BasketVersion]:
    found = [basket.current for basket in baskets_on_page(filters, "da")]
    assert len(found) == count_baskets(filters)
    return [version for version in found if version]


def names(client: FlaskClient, query: str) -> list[str]:
    html = client.get(f"/kurve{query}").get_data(as_text=True)
    check_page(html, url="/kurve")
    return re.findall(r'<h2 class="card-name"><a href="[^"]+">([^<]+)</a>', html)


def test_no_filter_shows_all_in_the_shops_order(example: Flask) -> None:
    versions = shown(Filters())
    assert len(versions) == ALL
    assert [version.basket.position for version in versions] == sorted(version.basket.position for version in versions)


@pytest.mark.parametrize(("low", "high"), [(30_000, None), (None, 40_000), (29_900, 44_900), (29_901, 44_899)])
@pytest.mark.parametrize("net", [False, True])
def test_price_is_the_price_that_is_shown(example: Flask, low: int | None, high: int | None, *, net: bool) -> None:
    everything = shown(Filters())
    left = shown(Filters(from_ore=low, to_ore=high, net=net))
    wanted = {
        version.id
        for version in everything
        if (low or 0) <= (version.net_ore if net else version.gross_ore) <= (high or 10**9)
    }
    assert {version.id for version in left} == wanted
    assert 0 < len(left) < ALL


@pytest.mark.parametrize("code", [code for code in ALLERGENS if code in {"gluten", "milk", "nuts", "sulphites"}])
def test_without_an_allergen(example: Flask, code: str) -> None:
    everything, left = shown(Filters()), shown(Filters(without=(code,)))
    assert {version.id for version in left} == {version.id for version in everything if code not in version.allergens}
    assert len(left) < ALL


def test_without_several_allergens_leaves_what_has_none_of_them(example: Flask) -> None:
    left = shown(Filters(without=("eggs", "sulphites")))
    assert left
    assert all(not {"eggs", "sulphites"} & set(version.allergens) for version in left)


def test_without_alcohol(example: Flask) -> None:
    left = shown(Filters(no_alcohol=True))
    assert 0 < len(left) < ALL
    assert not any(version.has_alcohol for version in left)


def test_number_of_enterprises(example: Flask) -> None:
    left = shown(Filters(enterprises=6))
    assert 0 < len(left) < ALL
    assert all(version.enterprises >= 6 for version in left)


def test_every_published_allergen_stands_where_the_filter_looks(example: Flask) -> None:
    for version in shown(Filters()):
        rows = db.session.scalars(select(BasketAllergen.allergen).where(BasketAllergen.version_id == version.id))
        inside = {code for part in version.components for code in part.item_version.allergens}
        assert set(rows) == set(version.allergens) == inside


@pytest.mark.parametrize(
    ("sort", "key", "backwards"),
    [("pris", "gross_ore", False), ("-pris", "gross_ore", True), ("virksomheder", "enterprises", True)],
)
def test_sorted(example: Flask, sort: str, key: str, *, backwards: bool) -> None:
    values = [getattr(version, key) for version in shown(Filters(sort=sort))]
    assert values == sorted(values, reverse=backwards)
    assert len(set(values)) > 1


def test_sorted_by_name(example: Flask) -> None:
    words = [version.name_da.lower() for version in shown(Filters(sort="navn"))]
    assert words == sorted(words)


def test_filters_are_a_form_that_works_by_its_address_alone(client: FlaskClient) -> None:
    assert len(names(client, "")) == ALL
    assert "Fredagskurven" in names(client, "?til=449")
    assert "Fredagskurven" not in names(client, "?til=449&alkohol=uden")
    assert "Fredagskurven" not in names(client, "?til=448,95")
    html = " ".join(client.get("/kurve?uden=nuts&uden=milk&fra=200&sorter=-pris").get_data(as_text=True).split())
    assert 'id="uden-nuts" name="uden" value="nuts" checked' in html
    assert 'id="uden-milk" name="uden" value="milk" checked' in html
    assert 'name="fra" inputmode="decimal" autocomplete="off" maxlength="12" value="200"' in html
    assert '<option value="-pris" selected>' in html
    assert 'class="filters" open' in html


def test_empty_fields_are_no_filters(client: FlaskClient) -> None:
    html = client.get("/kurve?fra=&til=&virksomheder=&sorter=").get_data(as_text=True)
    assert "så vi ser bort fra" not in html
    assert len(names(client, "?fra=&til=&virksomheder=&sorter=")) == ALL


def test_nothing_fits(client: FlaskClient) -> None:
    html = client.get("/kurve?til=1").get_data(as_text=True)
    check_page(html, url="/kurve")
    assert "Ingen kurv passer på det hele" in html
    assert names(client, "?til=1") == []


@pytest.mark.parametrize(
    "query",
    [
        "fra=abc",
        "til=-3",
        "fra=" + "9" * 30,
        "fra=1.2.3",
        "virksomheder=mange",
        "virksomheder=-1",
        "virksomheder=" + quote("٣"),
        "uden=luft",
        "uden=" + quote("<script>alert(1)</script>"),
        "alkohol=ja",
        "sorter=" + quote("pris; DROP TABLE basket"),
        "side=0",
        "side=abc",
        "side=99",
        "side=" + "9" * 40,
        "fra=" + quote("🎁") * 10,
        "sorter=" + "x" * 1500,
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_what_cannot_be_used_is_left_out_and_said(client: FlaskClient, query: str, prefix: str) -> None:
    answer = client.get(f"{prefix}/kurve?{query}")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    check_page(html, url="/kurve")
    assert html.count('class="notice info"') == 1
    assert "<script>alert" not in html
    assert html.count('class="card basket-card"') == ALL


def test_prices_the_wrong_way_round_are_turned(client: FlaskClient) -> None:
    assert names(client, "?fra=400&til=300") == names(client, "?fra=300&til=400")
    assert "byttet om" in client.get("/kurve?fra=400&til=300").get_data(as_text=True)


def test_unknown_queries_change_nothing(client: FlaskClient) -> None:
    many = "&".join(f"x{number}=1" for number in range(60))
    client.get(f"/kurve?{many}&til=1&alkohol=uden")
    assert len(names(client, "")) == ALL


def test_the_query_of_a_list_asks_for_it_again() -> None:
    asked = Filters(20_000, 49_950, 3, ("milk", "nuts"), no_alcohol=True, sort="-pris", net=True, page=2)
    assert read_filters(asked.pairs(2)) == asked
    assert asked.pairs()[-1] == ("sorter", "-pris")


def test_at_page_says_when_there_are_not_so_many() -> None:
    assert at_page(Filters(page=2), 3) == Filters(page=2)
    last = at_page(Filters(page=9), 3)
    assert last.page == 3
    assert len(last.notes) == 1


def test_pages_of_twenty_four_show_every_basket_once(sqlite_example: Flask, client: FlaskClient) -> None:
    with transaction():
        version = db.session.scalars(select(BasketVersion)).first()
        assert version is not None
        for number in range(PAGE_SIZE + 5):
            copy = Basket(slug=f"kopi-{number}", position=50, state=PUBLISHED)
            copy.current_version_id = version.id
            db.session.add(copy)
        move_page_version()
    first = client.get("/kurve").get_data(as_text=True)
    second = client.get("/kurve?side=2").get_data(as_text=True)
    check_page(first, url="/kurve")
    check_page(second, url="/kurve")
    slugs = [re.findall(r'class="card-name"><a href="/kurve/([^"]+)"', html) for html in (first, second)]
    assert [len(page) for page in slugs] == [PAGE_SIZE, ALL + 5]
    assert len(set(slugs[0] + slugs[1])) == ALL + PAGE_SIZE + 5
    assert re.search(r'rel="next"\s+href="/kurve\?side=2"', first)
    assert 'rel="next"' not in second
    assert 'href="/en/kurve?side=2"' in client.get("/en/kurve").get_data(as_text=True)
