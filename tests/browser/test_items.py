"""A partner lists an item with a photo from a telephone, the office approves it, and it is in the shop."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.catalog.test_items_photos import a_picture

MORE = {
    "#kj": "1700", "#kcal": "400", "#fat": "12", "#saturated": "7", "#carbohydrate": "70", "#sugars": "60",
    "#protein": "3", "#salt": "1,2", "#shelf_days": "120", "#storage_da": "Tørt.", "#net_quantity": "150",
    "#agreed_ore": "25", "#weight_g": "180", "#volume_ml": "300",
}  # fmt: skip
WAYS = pytest.mark.parametrize(("way", "width"), [("mouse", WIDE), ("keyboard", NARROW), ("no script", NARROW)])


def _check(visitor: Visitor, way: str, width: int) -> None:
    found = visitor.look(width) if way == "mouse" else []
    assert not found, "\n".join(found)


@WAYS
def test_from_a_telephone_to_the_shop(visit: Callable[..., Visitor], tmp_path: Path, way: str, width: int) -> None:
    name = f"Karamel med salt, {way}"
    photo = tmp_path / "IMG_0001.HEIC"
    photo.write_bytes(a_picture("HEIF"))
    visitor = visit(width, script=way != "no script").sign_in("social-foodies@example.dk", "/partner/varer")
    hands: Hands = Keyboard(visitor.page) if way == "keyboard" else Mouse()
    page = visitor.page
    hands.press(visitor.link("Ny vare eller ydelse"))
    page.wait_for_url("**/ny")
    hands.write(page.locator("#name_da"), name)
    hands.write(page.locator("#text_da"), "Bløde karameller med salt.")
    page.locator("#photo").set_input_files(photo)
    hands.write(page.locator("#photo_alt_da"), "Fire karameller på et fad.")
    hands.tick(page.locator("#is_food"))
    hands.write(page.locator("#ingredients_da"), "sukker, fløde, hvedemel")
    hands.press(visitor.button("Sæt stjerner om allergenerne for mig"))
    expect(page.locator("#ingredients_da")).to_have_value("sukker, **fløde**, **hvedemel**")
    hands.press(visitor.button("Send til godkendelse"))
    expect(page.locator("main")).to_contain_text("Kladden er gemt, men den kan ikke sendes endnu.")
    _check(visitor, way, width)
    for box in ("Indeholder gluten", "Indeholder mælk"):
        hands.tick(page.get_by_label(box, exact=True))
    for field, words in MORE.items():
        hands.write(page.locator(field), words)
    if way != "no script":
        expect(page.locator("[data-price-of=agreed_ore]")).to_have_text("Det er 31,25 kr. med moms.")
    page.locator("#net_unit").select_option("g")
    hands.press(visitor.button("Send til godkendelse"))
    expect(page.locator("main")).to_contain_text("Kontoret ser på den")
    _approve(visit(width, script=way != "no script"), name, way, width)
    number = page.url.split("/")[-2]
    visitor.open(f"/partner/varer/{number}/ret")
    expect(page.locator("main")).to_contain_text("Den er til salg.")


def _approve(office: Visitor, name: str, way: str, width: int) -> None:
    """The coordinator looks at it, photo and all, as soon as the worker has made it, and says yes."""
    hands: Hands = Keyboard(office.page) if way == "keyboard" else Mouse()
    office.sign_in("koordinator@example.dk", "/kontor/varer")
    hands.press(office.link(name))
    office.page.wait_for_url("**/kontor/varer/*")
    for _try in range(60):
        if office.page.get_by_role("img", name="Fire karameller på et fad.").count():
            break
        office.page.wait_for_timeout(250)
        office.page.reload()
    _check(office, way, width)
    hands.press(office.button("Godkend"))
    expect(office.page.locator("main")).to_contain_text("Den er godkendt.")
    office.open("/varer/" + "karamel-med-salt-" + way.replace(" ", "-"))
    shown = office.page.get_by_role("img", name="Fire karameller på et fad.")
    expect(shown).to_be_visible()
    assert shown.evaluate("(img) => img.complete && img.naturalWidth > 0 && img.currentSrc.endsWith('.webp')")
    _check(office, way, width)
