"""The assembly as the coordinator meets it: every change a form, the desk alone for who has script."""

import re
import time
from typing import Any

from flask import Flask
from sqlalchemy import select

from catalog.assembly.models import BasketDraft
from catalog.baskets.models import PUBLISHED, BasketVersion
from shop.db import db
from tests.catalog.assembly_world import AGREED, basket_of, begin, change, desk_of, item_of
from tests.orders.office_room import Office, words
from tests.tools.client import PageClient
from tests.tools.statements import counted

PATH = "/kontor/kurve"


def part(slug: str, **typed: object) -> dict[str, object]:
    return {"edition": desk_of(slug).draft.edition, **typed}


def test_from_an_empty_basket_to_one_in_the_shop(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.follow(PATH, name="Julekurven 2027", begin_with="")
    assert "Kurven er tom" in page
    here = f"{PATH}/julekurven-2027"
    for slug in AGREED:
        office.post(f"{here}/del", vare=item_of(slug).id, gor="laeg", edition=1)
    office.post(f"{here}/del", vare=item_of("chokolademandler").id, gor="antal", antal="2", edition=1)
    typed: dict[str, Any] = {
        "edition": "1", "name_da": "Julekurven 2027", "gross_ore": "399", "policy": "agreed", "pot_percent_bp": "0",
        "pieces": "100", "box": "M",
    }  # fmt: skip
    office.post(f"{here}/vilkaar", **typed)
    page = words(office.get(here))
    assert "Pris med moms 399,00 kr." in page
    assert "319,20 kr. · 79,80 kr." in page
    assert "Før kurven kan sælges" not in page
    office.post(f"{here}/udgiv", edition=desk_of("julekurven-2027").draft.edition)
    assert basket_of("julekurven-2027").state == PUBLISHED
    sold = words(office.get(here))
    assert "2 × Chokolademandler" in sold
    shop = words(sqlite_example.test_client().get("/kurve/julekurven-2027").text)
    assert "Chokolademandler" in shop
    office.post(f"{here}/tag-af", 422, why=" ")
    office.post(f"{here}/tag-af", why="Udsolgt hos leverandøren")
    assert basket_of("julekurven-2027").state == "withdrawn"
    assert sqlite_example.test_client().get("/kurve/julekurven-2027").status_code == 404


def test_bad_forms_keep_what_was_typed(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    assert "error-summary" in office.post(PATH, 422, name="", begin_with="")
    assert "Skriv et navn med bogstaver" in office.post(PATH, 409, name="???", begin_with="")
    office.post(PATH, 422, name="x", begin_with="99999")
    here = f"{PATH}/{begin(*AGREED)}"
    page = office.post(f"{here}/vilkaar", 422, edition="1", name_da="", gross_ore="fire hundrede", policy="magi")
    assert "fire hundrede" in page
    assert "Skriv et beløb" in page
    typed = {"edition": "1", "name_da": "N", "gross_ore": "399,03", "policy": "agreed", "pot_percent_bp": "0",
             "pieces": "9", "box": ""}  # fmt: skip
    assert "gå op i 5 øre" in office.post(f"{here}/vilkaar", 409, **typed)
    for wrong in ({"vare": "999999"}, {"vare": "x"}, {}, {"vare": item_of("sort-te").id, "antal": "mange"}):
        assert "notice error" in office.follow(f"{here}/del", gor="antal", **wrong)
    office.post(f"{PATH}/findes-ikke/del", 404)
    office.get(f"{PATH}/findes-ikke", 404)
    assert [one.part.quantity for one in desk_of("proevekurven").parts] == [1, 1, 1, 1]


def test_who_is_second_sees_what_the_first_did(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    slug = begin(*AGREED)
    typed: dict[str, Any] = {
        "edition": "1",
        "gross_ore": "399",
        "policy": "agreed",
        "pot_percent_bp": "0",
        "pieces": "9",
        "box": "",
    }
    office.post(f"{PATH}/{slug}/vilkaar", **typed, name_da="Den første")
    page = office.post(f"{PATH}/{slug}/vilkaar", 409, **typed, name_da="Den anden")
    assert "Navn: «Den første»" in words(page)
    assert 'value="Den anden"' in page
    edition = desk_of(slug).draft.edition
    change(slug, "sort-te", 2)  # somebody else, meanwhile
    assert "har ændret kurven imens" in office.post(f"{PATH}/{slug}/udgiv", 409, edition=edition)
    told = office.follow(f"{PATH}/{slug}/del", vare=item_of("viskestykke").id, gor="antal", antal="3", edition=edition)
    assert "har også ændret kurven" in told


def test_with_script_the_desk_alone_is_answered_fast(sqlite_example: Flask) -> None:
    client = sqlite_example.test_client()
    assert isinstance(client, PageClient)
    client.sign_in("koordinator@example.dk")
    slug = begin(*AGREED)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"{PATH}/{slug}").text)
    assert token is not None
    times = []
    for count in range(1, 9):
        typed = {"csrf_token": token[1], "vare": item_of("sort-te").id, "gor": "antal", "antal": count, "edition": 1}
        began = time.process_time()
        answer = client.post(f"{PATH}/{slug}/del", data=typed, headers={"X-Fragment": "1"})
        times.append(time.process_time() - began)
        assert answer.status_code == 200
        assert answer.text.lstrip().startswith('<div class="desk"')
        assert f"{count} i kurven" in answer.text
    assert sorted(times)[len(times) // 2] < 0.1  # the bound for a change
    wrong = {"csrf_token": token[1], "vare": item_of("sort-te").id, "gor": "antal", "antal": "100", "edition": 1}
    answer = client.post(f"{PATH}/{slug}/del", data=wrong, headers={"X-Fragment": "1"})
    assert answer.status_code == 409
    assert "antal fra 0 til 99" in answer.text
    assert db.session.scalars(select(BasketDraft)).one().edition == 13


def test_the_pages_ask_as_much_of_many_as_of_few(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    slug = begin("sort-te")
    asked: dict[str, list[int]] = {}
    for _turn in range(2):
        for path in (PATH, f"{PATH}/{slug}"):
            office.get(path)
            with counted() as sent:
                office.get(path)
            asked.setdefault(path, []).append(len(sent))
        for one in (*AGREED, "kost", "fejesaet", "broedkurv"):
            change(slug, one, 2)
        begin("kost")
    for path, (few, many) in asked.items():
        assert few == many, path
        assert many <= 20, path


def test_a_copy_begins_with_what_was_in(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    version = db.session.scalars(
        select(BasketVersion).where(BasketVersion.id == basket_of("den-groenne-kurv").current_version_id)
    ).one()
    items = {one.item.slug: one.quantity for one in version.components}
    page = office.follow(PATH, name="Den grønne kurv 2027", begin_with=str(version.id))
    assert "Den grønne kurv 2027" in page
    assert {one.item.slug: one.part.quantity for one in desk_of("den-groenne-kurv-2027").parts} == items
    office.post(f"{PATH}/den-groenne-kurv/begynd")
    office.post(f"{PATH}/den-groenne-kurv/begynd")
    office.post(f"{PATH}/den-groenne-kurv/kasser")
    assert "Arbejd på den næste version" in office.get(f"{PATH}/den-groenne-kurv")
