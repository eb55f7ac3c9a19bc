"""A basket under assembly: what goes in, what the desk works out, and what it becomes."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from catalog.assembly.change import (
    MOST_PIECES,
    begin_basket,
    begin_next,
    copy_basket,
    guarantee,
    put,
    save_terms,
    shift,
)
from catalog.assembly.change import throw_away as discard
from catalog.assembly.desk import gross_for
from catalog.assembly.models import BasketDraft
from catalog.assembly.windows import open_and_close
from catalog.assortment.withdraw import promised_of, withdraw_item
from catalog.baskets.models import PUBLISHED, BasketVersion
from catalog.items.models import WITHDRAWN
from catalog.supply.models import OFFER, STOCK, Supply
from orders.models import Order
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.mail.models import Letter
from shop.tax import vat_in_gross
from tests.catalog.assembly_world import (
    AGREED,
    accept,
    asked,
    basket_of,
    begin,
    change,
    desk_of,
    item_of,
    locked,
    publish,
)
from tests.orders.office_room import Office
from tests.tools.world import place_order

TERMS = {
    "name_da": "Prøvekurven", "name_en": "", "tagline_da": "", "tagline_en": "", "text_da": "", "text_en": "",
    "gross_ore": 39_900, "steps": {}, "policy": "agreed", "pot_percent_bp": 0, "pieces": 50, "box": "", "open_on": None,
    "close_on": None,
}  # fmt: skip


def test_a_new_basket_is_empty_and_says_what_is_missing(example: Flask) -> None:
    slug = begin(gross_ore=0)
    assert slug == "proevekurven"
    assert desk_of(slug).short == ["goods", "price"]
    assert basket_of(slug).state == "draft"


def test_the_same_name_gets_an_address_of_its_own(sqlite_example: Flask) -> None:
    assert [begin(), begin(), begin(name="Foreslå")] == ["proevekurven", "proevekurven-2", "foreslaa-2"]
    with pytest.raises(Refused), transaction():
        begin_basket("???", by=COMMAND, now=utc_now())


def test_the_desk_divides_the_price_to_the_oere(sqlite_example: Flask) -> None:
    slug = begin(*AGREED)
    change(slug, "chokolademandler", 3)
    desk = desk_of(slug)
    agreed = {one.item.slug: one.price_ore for one in desk.parts}
    assert sum(one.ore for one in desk.slices) == desk.version.net_ore == 39_900 - 7_980
    assert desk.vat_ore == 7_980
    assert desk.pot_ore == 31_920 - sum(agreed.values()) - 2 * agreed["chokolademandler"]
    assert desk.version.weight_g == sum(
        one.item.current.weight_g * one.part.quantity for one in desk.goods if one.item.current
    )
    assert desk.allergens == ["soy", "nuts"]
    assert desk.short == []


def test_what_the_scarcest_allows(sqlite_example: Flask) -> None:
    slug = begin(*AGREED)
    change(slug, "chokolademandler", 3)
    with transaction():
        row = db.session.scalars(
            select(Supply).where(Supply.item_id == item_of("chokolademandler").id, Supply.kind == STOCK)
        ).one()
        row.most = row.taken + 10
    desk = desk_of(slug)
    assert desk.pieces_left == 3
    assert "pieces" in desk.warnings
    packing = item_of("pakning-af-kurv")
    assert [pieces for _week, pieces in desk.weeks] == [packing.weekly_capacity] * 8


def test_what_is_not_agreed_cannot_be_sold(example: Flask) -> None:
    slug = begin(*AGREED, "kost", gross_ore=99_900)
    assert desk_of(slug).short == ["offer"]
    with pytest.raises(Refused, match="accepteret tilbud"):
        publish(slug)
    offer = asked(slug, "kost")
    assert desk_of(slug).short == ["offer"]
    accept(offer)
    desk = desk_of(slug)
    assert desk.short == []
    assert next(one.price_ore for one in desk.parts if one.item.slug == "kost") == 5_000  # the offer's price counts
    version = publish(slug)
    assert (basket_of(slug).state, basket_of(slug).current_version_id) == (PUBLISHED, version.id)
    assert db.session.scalars(select(BasketDraft)).all() == []
    order = place_order([(slug, 1)])
    assert order.lines[0].text_da == "Prøvekurven"
    db.session.rollback()
    taken = db.session.scalars(select(Supply.taken).where(Supply.kind == OFFER, Supply.part == str(offer.id))).one()
    assert taken == 1


def test_a_price_below_the_floor_is_named_and_refused(sqlite_example: Flask) -> None:
    slug = begin(*AGREED, gross_ore=10_000)
    desk = desk_of(slug)
    assert desk.short == ["floor"]
    assert desk.floor_gross_ore is not None
    with pytest.raises(Refused, match="bunden"):
        publish(slug)
    with transaction():
        locked(slug).gross_ore = desk.floor_gross_ore
    assert desk_of(slug).short == []
    with transaction():
        locked(slug).gross_ore = desk.floor_gross_ore - 100
    assert desk_of(slug).short == ["floor"]


@settings(max_examples=200)
@given(floor=st.integers(0, 5_000_000), rate=st.sampled_from([0, 2500, 1250, 600]))
def test_the_lowest_whole_krone_that_pays(floor: int, rate: int) -> None:
    gross = gross_for(floor, rate)
    assert gross % 100 == 0
    assert gross - vat_in_gross(gross, rate) >= floor
    below = gross - 100
    assert below <= 0 or below - vat_in_gross(below, rate) < floor


def test_a_bad_change_changes_nothing(sqlite_example: Flask) -> None:
    slug = begin("viskestykke")
    with transaction():
        item_of("kost").state = WITHDRAWN
    for item, pieces, sentence in (("kost", 1, "ikke godkendt"), ("viskestykke", MOST_PIECES + 1, "antal")):
        with pytest.raises(Refused, match=sentence), transaction():
            put(locked(slug), item_of(item), pieces, by=COMMAND, now=utc_now())
    assert [(one.item.slug, one.part.quantity) for one in desk_of(slug).parts] == [("viskestykke", 1)]
    change(slug, "viskestykke", 0)
    change(slug, "viskestykke", 0)
    assert desk_of(slug).parts == []


def test_the_order_is_the_assemblers(sqlite_example: Flask) -> None:
    slug = begin("viskestykke", "chokolademandler", "sort-te")
    for item, steps in (("sort-te", -1), ("viskestykke", -1), ("viskestykke", 1), ("kost", 1)):
        with transaction():
            shift(locked(slug), item_of(item).id, steps, by=COMMAND, now=utc_now())
    assert [one.item.slug for one in desk_of(slug).parts] == ["sort-te", "viskestykke", "chokolademandler"]


def test_a_guaranteed_price_is_what_the_enterprise_gets_at_least(sqlite_example: Flask) -> None:
    slug = begin(*AGREED)
    with transaction():
        draft = locked(slug)
        draft.policy = "guaranteed"
        guarantee(draft, item_of("sort-te").id, 4_400, by=COMMAND, now=utc_now())
    desk = desk_of(slug)
    tea = next(one for one in desk.slices if one.names_da == ("Sort te i dåse",))
    assert tea.ore >= 4_400
    assert desk.version.components[2].guaranteed_ore == 4_400


def test_two_people_on_the_same_texts(example: Flask) -> None:
    """The second is told who was there first, and nothing is overwritten."""
    slug = begin(*AGREED)
    seen = desk_of(slug).draft.terms_edition
    with transaction():
        save_terms(locked(slug), seen, {**TERMS, "name_da": "Den første"}, by=COMMAND, now=utc_now())
    with pytest.raises(Refused, match="kommandolinjen har ændret"), transaction():
        save_terms(locked(slug), seen, {**TERMS, "name_da": "Den anden"}, by=COMMAND, now=utc_now())
    assert desk_of(slug).draft.name_da == "Den første"
    change(slug, "sort-te", 2)  # goods do not get in the way of texts
    with transaction():
        save_terms(locked(slug), seen + 1, {**TERMS, "name_da": "Den anden"}, by=COMMAND, now=utc_now())
    assert desk_of(slug).draft.name_da == "Den anden"


def test_a_window_turned_about_and_a_price_off_the_grid(sqlite_example: Flask) -> None:
    slug = begin(*AGREED)
    today = local_day(utc_now())
    for wrong, field in (
        ({"open_on": today, "close_on": today - timedelta(days=1)}, "close_on"), ({"gross_ore": 39_903}, "gross_ore"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused, transaction():
            save_terms(locked(slug), 1, {**TERMS, **wrong}, by=COMMAND, now=utc_now())
        assert refused.value.field == field


def test_the_next_version_leaves_what_is_sold(example: Flask) -> None:
    basket = basket_of("den-groenne-kurv")
    assert basket.current is not None
    first, number = basket.current.id, basket.current.no
    order_id = place_order([("den-groenne-kurv", 1)]).id
    with transaction():
        begin_next(basket_of("den-groenne-kurv"), by=COMMAND, now=utc_now())
    with pytest.raises(Refused, match="allerede begyndt"), transaction():
        begin_next(basket_of("den-groenne-kurv"), by=COMMAND, now=utc_now())
    desk = desk_of("den-groenne-kurv")
    assert desk.draft.gross_ore == basket_of("den-groenne-kurv").current.gross_ore  # type: ignore[union-attr]
    assert not any(one.was_ore or one.is_newer or one.is_gone for one in desk.parts)
    with transaction():
        locked("den-groenne-kurv").gross_ore += 5_000
    assert publish("den-groenne-kurv").no == number + 1
    assert db.session.get_one(Order, order_id).lines[0].basket_version_id == first


def test_last_years_basket_shows_what_is_gone_and_what_costs_more(sqlite_example: Flask) -> None:
    version = basket_of("den-groenne-kurv").current
    assert version is not None
    names = [one.item.slug for one in version.components]
    with transaction():
        item_of(names[0]).state = WITHDRAWN
        draft = copy_basket(db.session.get_one(BasketVersion, version.id), "I år", by=COMMAND, now=utc_now())
        slug = draft.basket.slug
    accept(asked(slug, names[1]))
    desk = desk_of(slug)
    found = {one.item.slug: one for one in desk.parts}
    assert list(found) == names
    assert [name for name, one in found.items() if one.is_gone] == [names[0]]
    assert found[names[1]].was_ore == version.components[1].agreed_ore
    assert desk.short == ["gone"]
    with pytest.raises(Refused, match="mangler et accepteret tilbud"):
        publish(slug)


def test_a_basket_opens_and_closes_by_itself(example: Flask) -> None:
    slug, today = begin(*AGREED), local_day(utc_now())
    version = publish(slug, open_on=today + timedelta(days=3), close_on=today + timedelta(days=9))
    assert (basket_of(slug).state, version.published_at) == ("draft", None)
    open_and_close()
    assert basket_of(slug).state == "draft"
    _set_days(version.id, -1, 9)
    open_and_close()
    open_and_close()
    assert (basket_of(slug).state, basket_of(slug).next_version_id) == (PUBLISHED, None)
    _set_days(version.id, -9, -1)
    open_and_close()
    assert basket_of(slug).state == "withdrawn"


def test_what_cannot_be_had_any_more_does_not_open(sqlite_example: Flask) -> None:
    slug, today = begin(*AGREED), local_day(utc_now())
    version = publish(slug, open_on=today + timedelta(days=3))
    with transaction():
        item_of("sort-te").state = WITHDRAWN
    _set_days(version.id, 0, 9)
    open_and_close()
    assert basket_of(slug).state == "draft"
    told = db.session.scalars(select(Letter).where(Letter.kind == "notice")).all()
    assert any("Sort te" in str(letter.values) for letter in told)


def _set_days(version_id: int, opens: int, closes: int) -> None:
    with transaction():
        version, today = db.session.get_one(BasketVersion, version_id), local_day(utc_now())
        version.open_on, version.close_on = today + timedelta(days=opens), today + timedelta(days=closes)


def test_a_window_that_is_over_is_not_published(sqlite_example: Flask) -> None:
    slug = begin(*AGREED)
    with pytest.raises(Refused, match="passeret"):
        publish(slug, close_on=local_day(utc_now()) - timedelta(days=1))


def test_throwing_a_draft_away(sqlite_example: Flask) -> None:
    slug = begin(*AGREED)
    with transaction():
        discard(locked(slug), by=COMMAND, now=utc_now())
        begin_next(basket_of("den-groenne-kurv"), by=COMMAND, now=utc_now())
    with transaction():
        discard(locked("den-groenne-kurv"), by=COMMAND, now=utc_now())
    assert (basket_of(slug).state, basket_of("den-groenne-kurv").state) == ("withdrawn", PUBLISHED)


def test_an_item_that_is_withdrawn_takes_its_baskets_along_and_leaves_the_orders(example: Flask) -> None:
    slug = begin(*AGREED)
    publish(slug)
    order_id = place_order([(slug, 2)]).id
    item = item_of("sort-te")
    promised = promised_of(item.id)
    with transaction():
        taken = {one.slug for one in withdraw_item(item.id, "Bryggeren er gået", by=COMMAND, now=utc_now())}
    assert slug in taken
    assert basket_of(slug).state == "withdrawn"
    assert basket_of("et-lille-tak").state == (PUBLISHED if "et-lille-tak" not in taken else "withdrawn")
    assert (promised_of(item.id), promised) == (promised, promised)
    assert promised >= 2
    assert db.session.get_one(Order, order_id).state == "placed"
    with pytest.raises(Refused):
        place_order([(slug, 1)])
    with pytest.raises(Refused, match="ikke til salg"), transaction():
        withdraw_item(item.id, "igen", by=COMMAND, now=utc_now())


def test_the_office_takes_an_item_off_with_a_reason(sqlite_example: Flask) -> None:
    office, item = Office(sqlite_example), item_of("kost")
    assert "Hvorfor tages den af" in office.post(f"/kontor/varer/{item.id}/tag-af", 422)
    page = office.follow(f"/kontor/varer/{item.id}/tag-af", **{"af-why": "Udgået"})
    assert "Varen er taget af." in page
    assert item_of("kost").state == WITHDRAWN
    office.post(f"/kontor/varer/{item.id}/tag-af", 409, **{"af-why": "Udgået"})
    office.post("/kontor/varer/999999/tag-af", 404, **{"af-why": "Udgået"})
