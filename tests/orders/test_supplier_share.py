"""Min andel: exactly one's own shares, to the øre, and nothing of anybody else's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from catalog.items.models import Item, ItemVersion
from orders.lock import lock_order
from orders.models import Share
from orders.moves import cancel, close, expire
from orders.shares.origin import find_share
from orders.shares.queries import (
    Selection,
    each_line,
    sum_up,
    sums_by_basket,
    sums_by_day,
    sums_by_month,
)
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import BUYER
from shop.money import format_kr
from tests.orders.supplier_world import (
    CARD,
    COORDINATOR,
    FLEXVIRK,
    FOODIES,
    HIDDEN,
    RANGERS,
    SECRETS,
    enterprise,
    order_at,
    seen,
    shares_of,
    visit,
)
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order

ALL = Selection()
THREE = [("den-groenne-kurv", 3), ("det-lange-bord", 2), ("soendagskurven", 1)]


def test_every_line_is_shown_with_exactly_its_share(example: Flask) -> None:
    pay(place_order(THREE, [("moerk-chokolade", 4)]))
    rows = seen(example, FOODIES, "/partner").tables["share-lines"]
    stored = shares_of("social-foodies")
    assert len(rows) == len(stored) == 3
    for row, share in zip(rows, stored, strict=True):
        assert share.item_version is not None
        assert row[2].startswith(share.item_version.name_da)
        assert row[2].endswith("vare")
        assert row[4:7] == [str(share.pieces), format_kr(share.basis_ore), format_kr(share.ore)]
        assert row[7] == "forventet, ordren er bekræftet"
    assert {row[3] for row in rows} == {"Den grønne kurv", "Det lange bord", "Enkeltvis"}


def test_each_enterprise_sees_exactly_its_own(example: Flask) -> None:
    pay(place_order(THREE, delivery="local"))
    seen_ids: list[int] = []
    for slug, email in (("social-foodies", FOODIES), ("flexvirk", FLEXVIRK), ("skejby-rangers", RANGERS)):
        stored = [share.id for share in shares_of(slug)]
        links = seen(example, email, "/partner").links
        shown = [int(link.rsplit("/", 1)[1]) for link in links if link.startswith("/partner/andele/")]
        assert stored
        assert shown == stored
        lines = list(each_line(enterprise(slug).id, ALL))
        assert [line.ore for line in lines] == [share.ore for share in shares_of(slug)]
        seen_ids += shown
    assert len(seen_ids) == len(set(seen_ids))


def test_anothers_share_the_pots_and_one_that_is_nowhere_are_not_there(example: Flask) -> None:
    pay(place_order(delivery="local"))
    mine = shares_of("social-foodies")[0]
    pot = db.session.scalars(select(Share.id).where(Share.kind == "pot")).first()
    assert visit(example, FOODIES, f"/partner/andele/{mine.id}").status_code == 200
    assert visit(example, RANGERS, f"/partner/andele/{mine.id}").status_code == 404
    for number in (pot, 0, 999_999, 2**31, 10**30):
        assert visit(example, FOODIES, f"/partner/andele/{number}").status_code == 404
    assert find_share(mine.id, enterprise("skejby-rangers").id) is None


def test_the_words_on_a_share_carry_its_arithmetic(example: Flask) -> None:
    place_order(THREE)
    policies = set()
    for share in shares_of("social-foodies") + list(shares_of("oens-madhus")):  # type: ignore[operator]
        email = FOODIES if share.enterprise_id == enterprise("social-foodies").id else "oens-madhus@example.dk"
        text = seen(example, email, f"/partner/andele/{share.id}").text
        policies.add(share.line.policy)
        basis, agreed = format_kr(share.basis_ore), format_kr(share.basis_ore * share.pieces)
        assert format_kr(share.ore) in text
        if share.line.policy == "guaranteed":
            found = find_share(share.id, share.enterprise_id or 0)
            assert found is not None
            assert f"{share.pieces} × {format_kr(found.guaranteed_ore or 0)} = {format_kr(found.least_ore)}" in text
            assert f"og så {format_kr(share.ore - found.least_ore)}" in text
        else:
            assert f"{share.pieces} × {basis} = {agreed}" in text
        assert "gælder fra 1. januar 2025" in text
        assert "udgave 1" in text
    assert policies == {"agreed", "proportional", "guaranteed"}


def test_a_delivery_and_a_packing_look_like_any_share(example: Flask) -> None:
    pay(place_order(delivery="local"))
    driven, packed = (seen(example, email, "/partner").tables["share-lines"][0] for email in (RANGERS, FLEXVIRK))
    assert driven[2].endswith(", levering")
    assert packed[2].endswith(", ydelse")
    assert driven[3] == "Levering"
    assert packed[3] == "Den grønne kurv"
    share = shares_of("skejby-rangers")[0]
    assert "1 × 39,00 kr. = 39,00 kr." in seen(example, RANGERS, f"/partner/andele/{share.id}").text


def test_only_paid_orders_count_and_only_sent_ones_are_earned(example: Flask) -> None:
    orders = [place_order([("den-groenne-kurv", 1)]) for _ in range(6)]
    for order in orders[1:5]:
        pay(order)
    fulfil(orders[2])
    fulfil(orders[3])
    with transaction():
        close(lock_order(orders[3].id), by=BUYER, now=utc_now())
    with transaction():
        cancel(lock_order(orders[4].id), by=BUYER, now=utc_now(), why="fortrudt")
    with transaction():
        expire(lock_order(orders[5].id), now=utc_now())
    totals = sum_up(enterprise("social-foodies").id, ALL)
    assert (totals.lines, totals.orders, totals.counted, totals.unpaid, totals.ended) == (6, 6, 3, 1, 2)
    assert (totals.expected_ore, totals.earned_ore) == (2800, 5600)
    page = seen(example, FOODIES, "/partner")
    assert "Din andel i" in page.text
    assert "84,00 kr." in page.text
    assert "56,00 kr. er optjent" in page.text
    assert "1 linje afventer betaling og er ikke talt med." in page.text
    assert [row[7] for row in page.tables["share-lines"]] == [
        "udløbet uden betaling, tæller ikke med",
        "annulleret, tæller ikke med",
        "optjent, ordren er afsluttet",
        "optjent, ordren er sendt",
        "forventet, ordren er bekræftet",
        "afventer betaling, tæller ikke med endnu",
    ]
    words = [seen(example, FOODIES, f"/partner/andele/{share.id}").text for share in shares_of("social-foodies")]
    assert ["tæller ikke med" in text for text in words] == [True, True, False, False, False, True]


def test_sums_by_day_month_and_basket_are_the_same_money(example: Flask) -> None:
    # The first two stand on either side of midnight in Denmark in summer, the next two in winter.
    moments = [
        datetime(2026, 3, 31, 21, 59, 59, 900_000, tzinfo=UTC),
        datetime(2026, 3, 31, 22, 0, tzinfo=UTC),
        datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 1, 31, 23, 0, tzinfo=UTC),
    ]
    for moment in moments:
        pay(order_at(moment, THREE), now=moment)
    order_at(moments[0], THREE)
    mine = enterprise("social-foodies").id
    days, months, baskets = (sums(mine, ALL) for sums in (sums_by_day, sums_by_month, sums_by_basket))
    assert [group.key for group in days] == [date(2026, 4, 1), date(2026, 3, 31), date(2026, 2, 1), date(2026, 1, 31)]
    assert [group.key for group in months] == [date(2026, 4, 1), date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1)]
    assert {group.text_da for group in baskets} == {"Den grønne kurv", "Det lange bord"}
    totals = sum_up(mine, ALL)
    counted = sum(share.ore for share in shares_of("social-foodies") if share.line.order.state == "confirmed")
    for groups in (days, months, baskets):
        assert sum(group.ore for group in groups) == totals.ore == counted
        assert sum(group.lines for group in groups) == totals.counted == 8
    april = sum_up(mine, Selection(first=date(2026, 4, 1), last=date(2026, 4, 1)))
    assert april.ore == days[0].ore
    for by in ("dag", "maaned", "kurv"):
        table = seen(example, FOODIES, f"/partner?efter={by}").tables["share-spread"]
        assert table[-1][1] == format_kr(totals.ore)


def test_what_is_too_much_to_read_stands_in_one_row_and_the_sum_is_whole(sqlite_example: Flask) -> None:
    noon = datetime(2026, 2, 1, 12, tzinfo=UTC)
    for day in range(33):
        pay(order_at(noon + timedelta(days=day), [("kaffepausen", 1)]))
    table = seen(sqlite_example, FOODIES, "/partner?efter=dag").tables["share-spread"]
    assert len(table) == 33
    assert table[-2] == ["Før det", "80,00 kr.", "0,00 kr.", "80,00 kr.", "2"]
    assert table[-1][1] == "1.320,00 kr."


def test_pages_of_24_with_sums_over_all_and_no_more_questions(sqlite_example: Flask) -> None:
    pay(place_order([("den-groenne-kurv", 1)]))
    for address in ("/partner", f"/partner/andele/{shares_of('social-foodies')[0].id}"):
        visit(sqlite_example, FOODIES, address)
    with counted() as few:
        visit(sqlite_example, FOODIES, "/partner")
    for _ in range(25):
        pay(place_order([("den-groenne-kurv", 1)]))
    with counted() as many:
        first = seen(sqlite_example, FOODIES, "/partner")
    assert len(many) == len(few) <= 20
    second = seen(sqlite_example, FOODIES, "/partner?side=2")
    assert [len(page.tables["share-lines"]) for page in (first, second)] == [24, 2]
    assert "Her er 26 linjer i 26 ordrer" in first.text
    for page in (first, second):
        assert "Tilsammen 728,00 kr. uden moms" in page.text
    assert "/partner?side=2#linjer" in first.links
    for side in ("0", "-1", "x", "99999999999999999999"):
        assert seen(sqlite_example, FOODIES, f"/partner?side={side}").tables["share-lines"]
    assert len(seen(sqlite_example, FOODIES, "/partner?side=999").tables["share-lines"]) == 2


def test_search_finds_numbers_items_and_baskets_and_nothing_of_others(example: Flask) -> None:
    first = place_order([("den-groenne-kurv", 1)])
    second = place_order([("fredagskurven", 1)])

    def found(words: str, email: str = FOODIES) -> list[tuple[str, str]]:
        rows = seen(example, email, f"/partner?q={words}").tables.get("share-lines", [])
        return [(row[0], row[2].split(",")[0]) for row in rows]

    assert found(first.number) == [(first.number, "Mørk chokolade 70 %")]
    assert found("FREDAGSKURVEN") == [
        (second.number, "Mørk chokolade 70 %"),
        (second.number, "Ristede nødder med havsalt"),
    ]
    assert found("mØRK") == found("Mørk")
    assert len(found("nødder")) == len(found("NØDDER")) == 1
    assert found("_") == found("Sort te") == []
    assert len(found("70 %25")) == 2
    assert found("%00") == found("")


def test_a_mistyped_period_is_said_and_chooses_nothing(sqlite_example: Flask) -> None:
    place_order()
    for query, words in {
        "fra=i+g%C3%A5r": "Skriv en dag, for eksempel 1.12.2026.",
        "fra=1.1.0001": "Skriv en dag, for eksempel 1.12.2026.",
        "fra=2.1.2026&til=1.1.2026": "Perioden slutter, før den begynder. Byt om på de to dage.",
        "q=" + 10_000 * "x": "Det er for langt. Brug højst 100 tegn.",
    }.items():
        page = seen(sqlite_example, FOODIES, f"/partner?{query}")
        assert words in page.text, query
        assert visit(sqlite_example, FOODIES, f"/partner/andele.csv?{query}").status_code == 400
    page = seen(sqlite_example, FOODIES, "/partner?fra=1.1.2025&til=2025-12-31")
    assert "Ingen linjer passer" in page.text


@pytest.mark.parametrize("language", ["", "/en"])
def test_nothing_of_the_buyer_or_the_recipient_is_in_any_byte(example: Flask, language: str) -> None:
    order = place_order(THREE, card_text=CARD, delivery="local", **SECRETS)
    pay(order)
    fulfil(order)
    for slug, email in (("social-foodies", FOODIES), ("skejby-rangers", RANGERS), ("flexvirk", FLEXVIRK)):
        addresses = ["", "?efter=dag", "?efter=kurv", "?q=quirina", "/andele.csv"]
        addresses += [f"/andele/{share.id}" for share in shares_of(slug)]
        for address in addresses:
            body = visit(example, email, f"{language}/partner{address}").get_data(as_text=True)
            words = [hidden for hidden in HIDDEN if hidden in body.replace('value="quirina"', "")]
            assert not words, (email, address, words)


def test_a_share_page_says_no_other_enterprises_amount(sqlite_example: Flask) -> None:
    place_order([("det-lange-bord", 5)])
    mine = next(share for share in shares_of("social-foodies"))
    body = visit(sqlite_example, FOODIES, f"/partner/andele/{mine.id}").get_data(as_text=True)
    others = [share.ore for share in mine.line.shares if share.enterprise_id != mine.enterprise_id]
    assert len(others) > 3
    assert not [ore for ore in others if format_kr(ore) in body]
    weave = body[body.index('<figure class="share-weave">') :]
    assert weave.count("<pattern ") == 2  # mine, and one grey for all others together


def test_html_in_an_items_name_is_text(sqlite_example: Flask) -> None:
    version = select(Item.current_version_id).where(Item.slug == "moerk-chokolade").scalar_subquery()
    with transaction():
        db.session.execute(update(ItemVersion).where(ItemVersion.id == version).values(name_da="<b>Fed</b> & glad"))
    place_order()
    page = seen(sqlite_example, FOODIES, "/partner")
    assert page.tables["share-lines"][0][2].startswith("<b>Fed</b> & glad")


def test_only_partners_come_in(example: Flask) -> None:
    for address in ("/partner", "/partner/andele/1", "/partner/andele.csv", "/partner/andele.xlsx", "/partner/koersel"):
        assert visit(example, COORDINATOR, address).status_code == 403
        stranger = example.test_client().get(address)
        assert stranger.status_code == 302
        assert "/log-ind" in stranger.headers["Location"]


def test_without_orders_the_page_says_so(sqlite_example: Flask) -> None:
    page = seen(sqlite_example, FOODIES, "/partner")
    assert "Ingen ordrer endnu" in page.text
    assert "0,00 kr." in page.text
    assert not page.tables
