"""Settings in the office: dated, journalled, checked by kind, and never backwards in time."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from catalog.items.models import VatRate
from catalog.items.queries import rates_on
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from shop.people.commands import make_person
from shop.people.members import add_membership
from shop.people.models import COORDINATOR
from shop.settings.amend import amend
from shop.settings.definitions import BY_KEY, DEFINITIONS, GROUPS
from shop.settings.models import Setting
from shop.settings.read import value
from tests.orders.office_room import SUPPLIER, Office, words
from tests.tools.statements import counted

PATH = "/kontor/indstillinger"


def _now(key: str, on: date | None = None) -> Any:
    return value(key, on=on)


def _typed(day: Any = None, **typed: Any) -> dict[str, Any]:
    day = day or local_day(utc_now())
    return {"valid_from": f"{day.day}.{day.month}.{day.year}", "source": "", "why": "", **typed}


def _rows(key: str) -> list[Setting]:
    return list(db.session.scalars(select(Setting).where(Setting.key == key).order_by(Setting.id)))


def test_every_setting_is_shown_in_its_group(sqlite_example: Flask) -> None:
    page = Office(sqlite_example).get(PATH)
    for definition in DEFINITIONS:
        assert definition.group in GROUPS
        assert f'href="{PATH}/{definition.key}"' in page
    assert "til og med 2.000 g: 59,00 kr." in page
    assert "1,5 %" in page


def test_every_setting_has_its_form(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    for definition in DEFINITIONS:
        assert "Gem ændringen" in office.get(f"{PATH}/{definition.key}")


def test_a_change_holds_from_its_day_and_says_by_whom(example: Flask) -> None:
    office, today = Office(example), local_day(utc_now())
    later = today + timedelta(days=30)
    page = office.follow(
        f"{PATH}/limits.quantity", **_typed(later, value="40", source="Mødet <3>", why="Der er ikke plads 🎁")
    )
    assert "Mødet &lt;3&gt;" in page
    assert "Der er ikke plads 🎁" in page
    assert _now("limits.quantity") == 500
    assert _now("limits.quantity", on=later - timedelta(days=1)) == 500
    assert _now("limits.quantity", on=later) == 40
    entry = db.session.scalars(
        select(JournalEntry).where(JournalEntry.subject == "setting").order_by(JournalEntry.id.desc())
    ).first()
    assert entry is not None
    assert (entry.by_name, entry.why, entry.details) == (
        "Eksempel: koordinator", "Der er ikke plads 🎁", {"key": "limits.quantity"},
    )  # fmt: skip
    assert f"Fra {later.day}" not in words(office.get(PATH))
    assert "40" in words(office.get(PATH))


def test_the_past_is_not_changed_but_a_first_value_may_be_old(example: Flask) -> None:
    office, old = Office(example), date(2025, 6, 1)
    page = office.post(f"{PATH}/seller.city", 422, **_typed(old, value="Viborg"))
    assert "Vælg i dag eller en senere dag" in page
    assert 'value="Viborg"' in page
    office.post(f"{PATH}/limits.few_left", **_typed(old, value="5"))
    assert _now("limits.few_left", on=date(2025, 5, 31)) == 10
    assert _now("limits.few_left", on=old) == 5
    office.post(f"{PATH}/limits.few_left", 422, **_typed(old, value="6"))
    with transaction(), pytest.raises(Refused):
        amend("limits.few_left", 6, valid_from=old, source="", why="", by=COMMAND, now=utc_now())


def test_a_second_click_adds_nothing(example: Flask) -> None:
    office = Office(example)
    office.post(f"{PATH}/limits.few_left", **_typed(value="7"))
    page = office.follow(f"{PATH}/limits.few_left", **_typed(value="7"))
    assert "stod der allerede" in page
    assert [row.value for row in _rows("limits.few_left")] == [7]


def test_the_same_day_can_be_corrected(example: Flask) -> None:
    office = Office(example)
    office.post(f"{PATH}/limits.few_left", **_typed(value="7"))
    office.post(f"{PATH}/limits.few_left", **_typed(value="8"))
    assert [(row.value, row.no) for row in _rows("limits.few_left")] == [(7, 1), (8, 2)]
    assert _now("limits.few_left") == 8


GOOD = [
    ("seller.cvr", "DK 36 21 37 28", "36213728"),
    ("seller.vat_no", "36213728", "DK36213728"),
    ("seller.iban", "dk50 0040 0440 1162 43", "DK5000400440116243"),
    ("seller.email", "Kontoret@EXAMPLE.dk", "Kontoret@example.dk"),
    ("seller.postcode", "DK-7500", "7500"),
    ("seller.phone", "+45 87 65 43 21", "87654321"),
    ("seller.url", "https://Gave.example.dk/", "https://gave.example.dk"),
    ("seller.bank_reg", "00-40", "0040"),
    ("seller.bank_account", "12345", "0000012345"),
    ("seller.name", "  Fælles  <kurven> 🎁 ", "Fælles <kurven> 🎁"),
    ("numbers.order_prefix", "FK-", "FK-"),
    ("freight.local_gross_ore", "1.069,50", 106950),
    ("limits.fee_percent_bp", "1,25 %", 125),
    ("times.authorisation_days", "7", 7),
    ("delivery.closed", "24.7.2027\r\n2027-07-23\n24.7.2027", ["2027-07-23", "2027-07-24"]),
    ("freight.local_item", "levering-i-aarhus", "levering-i-aarhus"),
    ("freight.local_item", "", ""),
]


def test_what_is_typed_is_stored_as_it_is_meant(example: Flask) -> None:
    office = Office(example)
    for key, typed, stored in GOOD:
        office.post(f"{PATH}/{key}", **_typed(value=typed))
        assert _now(key) == stored, key


BAD = [
    ("seller.cvr", "12345678"),
    ("seller.cvr", "🎁"),
    ("seller.vat_no", "DK1"),
    ("seller.iban", "DK5000400440116244"),
    ("seller.email", "kontoret"),
    ("seller.postcode", "3900"),
    ("seller.postcode", "80000"),
    ("seller.phone", "112"),
    ("seller.url", "javascript:alert(1)"),
    ("seller.url", "https://[x"),
    ("seller.url", "https://example.dk/sti"),
    ("seller.name", ""),
    ("seller.name", " \t "),
    ("seller.name", "x" * 10_000),
    ("seller.bank_reg", "40"),
    ("seller.bank_account", "00000"),
    ("numbers.invoice_prefix", "<b>"),
    ("freight.local_gross_ore", "-5"),
    ("freight.local_gross_ore", "10.000.000"),
    ("freight.local_gross_ore", ""),
    ("limits.fee_percent_bp", "25"),
    ("limits.fee_percent_bp", "1,234"),
    ("limits.quantity", "0"),
    ("limits.quantity", "-1"),
    ("limits.quantity", "1000000"),
    ("limits.quantity", "9" * 10_000),
    ("limits.age_high", "17"),
    ("times.withdrawal_days", "13"),
    ("times.withdrawal_days", "fjorten"),
    ("delivery.closed", "24.7.2027\n31.2.2027"),
    ("delivery.closed", "<script>"),
    ("freight.rule", "pot_first"),
    ("freight.local_item", "noget-andet"),
]


def test_what_cannot_be_meant_is_refused_beside_its_field_and_kept(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    for key, typed in BAD:
        before = len(_rows(key))
        page = office.post(f"{PATH}/{key}", 422, **_typed(value=typed, why="fordi"))
        assert 'id="value-error"' in page, (key, typed)
        assert 'value="fordi"' in page
        if BY_KEY[key].kind != "choice":
            kept = typed.replace("<", "&lt;").replace(">", "&gt;").strip()
            assert kept.split("\n")[0] in page, (key, typed)
        assert len(_rows(key)) == before, key


@pytest.mark.parametrize("day", ["", "i morgen", "31.2.2027", "1899-01-01", "9999-12-31", "2027-1-1x", "🎁"])
def test_a_day_that_is_none_is_refused(sqlite_example: Flask, day: str) -> None:
    page = Office(sqlite_example).post(f"{PATH}/limits.quantity", 422, value="40", valid_from=day)
    assert 'id="valid_from-error"' in page
    assert 'value="40"' in page


def test_the_freight_table_is_kept_by_weight(example: Flask) -> None:
    office = Office(example)
    rows = {"value-0-max_g": "5.000", "value-0-gross_ore": "75", "value-1-max_g": "1000", "value-1-gross_ore": "45,50"}
    blank = {"value-7-max_g": " ", "value-7-gross_ore": ""}
    office.post(f"{PATH}/freight.parcel", **_typed(**rows, **blank))
    assert _now("freight.parcel") == [{"max_g": 1000, "gross_ore": 4550}, {"max_g": 5000, "gross_ore": 7500}]


def test_a_row_that_is_wrong_says_which_and_keeps_all(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    rows = {"value-0-max_g": "1000", "value-0-gross_ore": "gratis", "value-1-max_g": "", "value-1-gross_ore": "59"}
    page = office.post(f"{PATH}/freight.parcel", 422, **_typed(**rows))
    assert 'id="value-0-gross_ore-error"' in page
    assert 'id="value-1-max_g-error"' in page
    assert 'href="#value-0-gross_ore"' in page
    assert 'value="gratis"' in page
    twice = {"value-0-max_g": "1000", "value-0-gross_ore": "5", "value-1-max_g": "1000", "value-1-gross_ore": "6"}
    assert "Den samme vægt står i to rækker" in office.post(f"{PATH}/freight.parcel", 422, **_typed(**twice))
    assert "mindst én række" in office.post(f"{PATH}/freight.parcel", 422, **_typed())
    assert len(_rows("freight.parcel")) == 1


def test_more_rows_are_given_without_storing_anything(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    rows = {"value-0-max_g": "1000", "value-0-gross_ore": "gratis"}
    page = office.post(f"{PATH}/freight.parcel", 200, more="1", **_typed(**rows))
    assert 'value="gratis"' in page
    assert 'name="value-2-max_g"' in page
    many = {f"value-{number}-max_g": str(number) for number in range(80)}
    page = office.post(f"{PATH}/freight.parcel", 200, more="1", **_typed(**many))
    assert 'name="value-39-max_g"' in page
    assert 'name="value-40-max_g"' not in page
    assert len(_rows("freight.parcel")) == 1


def test_a_place_to_fetch_gets_a_name_of_its_own_and_keeps_it(example: Flask) -> None:
    office = Office(example)
    old = _now("freight.pickup")
    typed = {f"value-{number}-{name}": str(row.get(name, "")) for number, row in enumerate(old) for name in row}
    typed.update({f"value-{number}-gross_ore": "0" for number in range(len(old))})
    typed["value-0-name_da"] = "Hent hos os"
    new = {
        "slug": "", "name_da": "Hent på Ærø & Å", "name_en": "Fetch on Ærø", "address": "Havnen 1", "postcode": "5970",
        "city": "Ærøskøbing", "enterprise": "", "gross_ore": "25",
    }  # fmt: skip
    office.post(f"{PATH}/freight.pickup", **_typed(**typed, **{f"value-9-{name}": text for name, text in new.items()}))
    rows = _now("freight.pickup")
    assert [row["slug"] for row in rows] == [*(row["slug"] for row in old), "hent-paa-aeroe-aa"]
    assert rows[0]["name_da"] == "Hent hos os"
    assert rows[-1] == {**new, "slug": "hent-paa-aeroe-aa", "gross_ore": 2500}
    bad = {f"value-0-{name}": text for name, text in {**new, "postcode": "3900", "enterprise": "ukendt"}.items()}
    page = office.post(f"{PATH}/freight.pickup", 422, **_typed(**bad))
    assert 'id="value-0-postcode-error"' in page
    assert 'id="value-0-enterprise-error"' in page


def _section(number: int, **texts: str) -> dict[str, str]:
    held = {"heading_da": "Sådan", "text_da": "Skriv til {seller_email}.", "heading_en": "So", "text_en": "Write."}
    return {f"value-sections-{number}-{name}": text for name, text in {**held, **texts}.items()}


def test_a_text_page_is_stored_in_both_languages(example: Flask) -> None:
    office = Office(example)
    title = {"value-title_da": "Kontakt", "value-title_en": "Contact"}
    second = _section(3, heading_da="To", text_da="<b>Linje</b>\r\n\r\nLinje 🎁")
    office.post(f"{PATH}/terms.contact", **_typed(**title, **_section(0), **second))
    stored = _now("terms.contact")
    assert (stored["title_da"], stored["title_en"]) == ("Kontakt", "Contact")
    assert [part["heading_da"] for part in stored["sections"]] == ["Sådan", "To"]
    assert stored["sections"][1]["text_da"] == "<b>Linje</b>\n\nLinje 🎁"
    for name, text in (("text_da", "{seller_bank}"), ("text_en", "løs { her"), ("text_da", "x" * 10_000)):
        page = office.post(f"{PATH}/terms.contact", 422, **_typed(**title, **_section(0, **{name: text})))
        assert f'id="value-sections-0-{name}-error"' in page
        assert text in page
    assert "Skriv noget her." in office.post(
        f"{PATH}/terms.contact", 422, **_typed(**{"value-title_da": " "}, **_section(0))
    )


def _missing(page: str) -> list[str]:
    start = page.index("Før butikken kan sælge, mangler:")
    return re.findall(r'href="/kontor/indstillinger/([^"]+)"', page[start : page.index("</ul>", start)])


def test_what_is_missing_is_named_until_it_is_given(app: Flask) -> None:
    with transaction():
        db.session.execute(delete(VatRate))
        person = make_person("k@example.dk", "K", "tre tilfældige ord", utc_now())
        add_membership(person, COORDINATOR, None, by=COMMAND, now=utc_now())
    office = Office(app, "k@example.dk")
    missing = _missing(office.get(PATH))
    assert {"seller.name", "seller.cvr", "freight.parcel", "terms.sections", "moms"} <= set(missing)
    assert "Momssats" in words(office.get("/kontor"))
    assert "ingen sats endnu" in office.get(f"{PATH}/moms")
    office.post(f"{PATH}/seller.cvr", **_typed(date(2026, 1, 1), value="36213728"))
    office.post(f"{PATH}/moms", category="S", rate_bp="25", valid_from="1.1.1992", source="momsloven § 33")
    assert _missing(office.get(PATH)) == [key for key in missing if key not in ("seller.cvr", "moms")]
    assert rates_on(date(1992, 1, 1)) == {"S": 2500}


def test_a_rate_holds_from_its_day_and_the_old_one_until_then(example: Flask) -> None:
    office, later = Office(example), local_day(utc_now()) + timedelta(days=400)
    typed = _typed(later, category="S", rate_bp="24", source="En lov <b>")
    del typed["why"]
    assert "En lov &lt;b&gt;" in office.follow(f"{PATH}/moms", **typed)
    assert rates_on(later - timedelta(days=1)) == {"S": 2500}
    assert rates_on(later) == {"S": 2400}
    assert "Der gælder allerede en sats fra den dag" in office.post(f"{PATH}/moms", 409, **typed)
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.subject == "vat_rate")).one()
    assert entry.details == {"category": "S", "rate_bp": 2400}


@pytest.mark.parametrize(
    ("field", "typed", "status"),
    [
        ("rate_bp", "", 422),
        ("rate_bp", "101", 422),
        ("rate_bp", "-1", 422),
        ("rate_bp", "🎁", 422),
        ("category", "X", 422),
        ("source", "", 422),
        ("source", "x" * 10_000, 422),
        ("valid_from", "32.1.2030", 422),
        ("valid_from", "1.1.2020", 409),
    ],
)
def test_a_rate_that_cannot_be_is_refused(sqlite_example: Flask, field: str, typed: str, status: int) -> None:
    sound = {"category": "S", "rate_bp": "25", "valid_from": "1.1.2090", "source": "loven"}
    page = Office(sqlite_example).post(f"{PATH}/moms", status, **{**sound, field: typed})
    assert f'id="{field}-error"' in page
    assert len(db.session.scalars(select(VatRate)).all()) == 1


def test_what_is_free_of_vat_has_no_rate(sqlite_example: Flask) -> None:
    typed = {"category": "E", "rate_bp": "5", "valid_from": "1.1.2090", "source": "loven"}
    assert "altid 0 %" in Office(sqlite_example).post(f"{PATH}/moms", 409, **typed)


@pytest.mark.parametrize("key", ["findes.ikke", "seller", "🎁", "x" * 2000])
def test_an_unknown_setting_is_not_found(sqlite_example: Flask, key: str) -> None:
    Office(sqlite_example).get(f"{PATH}/{key}", 404)
    Office(sqlite_example).post(f"{PATH}/{key}", 404, **_typed(value="1"))


def test_a_supplier_changes_no_settings(sqlite_example: Flask) -> None:
    supplier = Office(sqlite_example, SUPPLIER)
    supplier.post(f"{PATH}/limits.few_left", 403, **_typed(value="1"))
    supplier.post(f"{PATH}/moms", 403, category="S", rate_bp="1", valid_from="1.1.2090", source="x")
    assert _rows("limits.few_left") == []


@pytest.mark.parametrize("path", ["", "/freight.pickup", "/terms.sections", "/moms"])
def test_no_page_of_settings_asks_for_each_row(sqlite_example: Flask, path: str) -> None:
    office = Office(sqlite_example)
    office.get(PATH)
    with counted() as asked:
        office.get(f"{PATH}{path}")
    assert len(asked) <= 12
