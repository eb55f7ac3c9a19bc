"""After the order, in a browser: changed, cancelled, reported with a photo, and an order taken by telephone."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.aftermath import rows, state_of
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import buy, field
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

# Every way of going about it, and each page on a telephone and on a desk, without every pair of the two.
WAYS = pytest.mark.parametrize(("way", "width"), [("mouse", WIDE), ("keyboard", NARROW), ("no script", NARROW)])
ON_A_TELEPHONE = pytest.mark.parametrize("width", [NARROW])
ON_A_DESK = pytest.mark.parametrize("width", [WIDE])


def check(found: list[str]) -> None:
    assert not found, "\n".join(found)


def looked(visitor: Visitor, width: int) -> None:
    """Nothing is wrong with the page as it stands, at this width; the window is as it was."""
    check(visitor.look(width))


@WAYS
def test_a_buyer_changes_an_order(visit: Callable[..., Visitor], way: str, width: int) -> None:
    visitor = visit(width, script=way != "no script")
    hands: Hands = Keyboard(visitor.page) if way == "keyboard" else Mouse()
    bought = buy(visitor, hands)
    hands.press(visitor.link("Ret ordren"))
    expect(visitor.page.locator("h1")).to_have_text(f"Ret ordre {bought.number}")
    if way != "no script":
        looked(visitor, width)
    visitor.page.get_by_label("Modtagerens navn").fill("")
    hands.write(field(visitor, "Modtagerens navn"), "Bo Modtager")
    visitor.page.get_by_label("Vej og nummer").fill("Uden Nummer")
    hands.press(visitor.button("Gem ændringerne"))
    expect(visitor.page.locator(".error-summary, .error").first).to_contain_text("Mangler der et husnummer?")
    expect(field(visitor, "Modtagerens navn")).to_have_value("Bo Modtager")
    if way != "no script":
        looked(visitor, width)
    visitor.page.get_by_label("Vej og nummer").fill("Nyvej 12")
    hands.press(visitor.button("Gem ændringerne"))
    main = visitor.page.locator("main")
    expect(main).to_contain_text("Ordren er ændret. Prisen er den samme.")
    expect(main).to_contain_text("Bo Modtager")
    expect(main).to_contain_text("Nyvej 12")


@ON_A_TELEPHONE
def test_a_buyer_cancels_an_order(visit: Callable[..., Visitor], shop: RunningShop, width: int) -> None:
    visitor = visit(width)
    keyboard = Keyboard(visitor.page)
    bought = buy(visitor, Mouse())
    keyboard.press(visitor.link("Annuller ordren"))
    expect(visitor.page.locator("h1")).to_have_text(f"Annuller ordre {bought.number}")
    looked(visitor, width)
    assert state_of(shop, bought.number) == "confirmed"
    keyboard.press(visitor.button("Ja, annuller ordren"))
    expect(visitor.page.locator("main")).to_contain_text("Ordren er annulleret.")
    assert state_of(shop, bought.number) == "cancelled"


def send(visit: Callable[..., Visitor], number: str) -> Visitor:
    """The office packs and sends it."""
    office = visit(WIDE).sign_in("koordinator@example.dk", "/kontor")
    office.open(f"/kontor/ordrer/{number}")
    for word in ("Pakket", "Sendt"):
        office.follow(office.button(word))
    return office


@ON_A_TELEPHONE
def test_a_report_with_a_photo_is_answered(
    visit: Callable[..., Visitor], shop: RunningShop, width: int, tmp_path: Path
) -> None:
    visitor = visit(width)
    bought = buy(visitor, Mouse())
    office = send(visit, bought.number)
    office.page.set_viewport_size({"width": width, "height": 900})
    photo = tmp_path / "knust.png"
    Image.new("RGB", (800, 500), "brown").save(photo)
    visitor.open(bought.path)
    looked(visitor, width)
    visitor.follow(visitor.link("Meld, at noget er galt"))
    looked(visitor, width)
    visitor.page.get_by_label(re.compile("^Et billede")).set_input_files(photo)
    visitor.page.get_by_role("radio", name="Noget er gået i stykker").check()
    visitor.follow(visitor.button("Send til os"))
    expect(visitor.page.locator(".error-summary")).to_contain_text("Skriv kort, hvad der er sket.")
    expect(visitor.page.locator("main")).to_contain_text("Dit billede er her stadig.")
    looked(visitor, width)
    visitor.page.get_by_label("Fortæl os, hvad der er sket").fill("Glasset med honning er knust")
    visitor.follow(visitor.button("Send til os"))
    expect(visitor.page.locator("main")).to_contain_text("Tak. Vi har fået din besked")
    looked(visitor, width)
    with rows(shop) as connection:
        (name,) = connection.execute("SELECT photo FROM report ORDER BY id DESC").fetchone()
    kept = (shop.data_dir / "photos" / f"{name}.jpg").read_bytes()
    assert Image.open(io.BytesIO(kept)).size == (800, 500)
    answer(office, bought.number, width)
    visitor.open(bought.path)
    expect(visitor.page.locator("main")).to_contain_text("Du får 40,00 kr. tilbage.")


def answer(office: Visitor, number: str, width: int) -> None:
    """The office sees words and photo, and gives some money back."""
    office.open("/kontor")
    looked(office, width)
    office.follow(office.link("Se henvendelserne"))
    looked(office, width)
    row = office.page.locator("tr", has_text=number)
    office.follow(row.get_by_role("link", name="Noget er gået i stykker"))
    expect(office.page.locator("main")).to_contain_text("Glasset med honning er knust")
    picture = office.page.locator("img.photo")
    assert picture.evaluate("(image) => image.complete && image.naturalWidth") == 800
    looked(office, width)
    money = office.page.locator("form", has=office.page.get_by_label("Beløb med moms"))
    money.get_by_label("Beløb med moms").fill("40")
    money.get_by_label("Hvem bærer det?").select_option("pot")
    money.get_by_label("Hvad skriver vi til køberen?").fill("Det er vi kede af.")
    office.follow(money.get_by_role("button", name="Giv penge tilbage"))
    expect(office.page.get_by_role("status")).to_contain_text("Henvendelsen er besvaret.")
    looked(office, width)


@ON_A_DESK
def test_an_order_is_taken_by_telephone(visit: Callable[..., Visitor], shop: RunningShop, width: int) -> None:
    office = visit(width).sign_in("koordinator@example.dk", "/kontor")
    office.follow(office.page.get_by_role("link", name="Bestil for en køber"))
    looked(office, width)
    keyboard = Keyboard(office.page)
    keyboard.write(office.page.get_by_label("Antal af Det lange bord"), "1")
    for label, text in {"Navn": "Thora Telefon", "Telefon": "22 33 44 55"}.items():
        keyboard.write(field(office, label), text)
    keyboard.press(office.button("Se prisen"))
    expect(office.page.locator(".error-summary")).to_contain_text("Skriv vej og husnummer.")
    expect(field(office, "Navn")).to_have_value("Thora Telefon")
    looked(office, width)
    for label, text in {"Vej og nummer": "Prøvevej 7", "Postnummer": "8000", "By": "Aarhus C"}.items():
        field(office, label).fill(text)
    day = field(office, "Hvilken dag")
    wanted_on = date.fromisoformat(day.get_attribute("max") or "")
    day.fill(wanted_on.isoformat())
    office.page.get_by_role("radio", name="Overførsel").check()
    office.follow(office.button("Se prisen"))
    expect(office.page.locator("h1")).to_have_text("Se ordren efter")
    looked(office, width)
    age = office.page.get_by_label(re.compile("Jeg har spurgt"))
    if age.count():
        age.check()
    office.follow(office.button("Bestil for køberen"))
    expect(office.page.get_by_role("status")).to_contain_text("er taget imod.")
    looked(office, width)
    number = office.h1.removeprefix("Ordre ")
    assert state_of(shop, number) == "placed"
    office.follow(office.link("Noter modtagne penge"))
    looked(office, width)
    due = office.page.locator(".facts > div", has_text="Skal betale").locator("dd").inner_text()
    field(office, "Beløb").fill(due.replace("kr.", "").strip())
    office.follow(office.button("Noter modtaget"))
    expect(office.page.get_by_role("status")).to_contain_text("Hele beløbet er her, og ordren er bekræftet.")
    looked(office, width)
    assert state_of(shop, number) == "confirmed"


def test_a_parcel_that_came_back_in_both_languages(visit: Callable[..., Visitor]) -> None:
    visitor = visit(NARROW)
    bought = buy(visitor, Mouse())
    office = send(visit, bought.number)
    office.open(f"/kontor/ordrer/{bought.number}")
    office.follow(office.button("Pakken er kommet tilbage"))
    check(office.look(NARROW, WIDE))
    check(office.tour("/kontor/henvendelser", "/en/kontor/henvendelser", widths=(NARROW, WIDE)))
    visitor.open(bought.path)
    check(visitor.look(NARROW, WIDE))
    visitor.follow(visitor.link("Vælg, hvor den skal hen"))
    check(visitor.look(NARROW, WIDE))
    check(visitor.tour(f"/en{bought.path}/igen", f"/en{bought.path}/problem", widths=(NARROW,)))
    visitor.open(f"{bought.path}/igen")
    day = field(visitor, "Hvilken dag")
    day.fill(day.get_attribute("min") or "")
    visitor.follow(visitor.button("Send den igen"))
    expect(visitor.page.locator("main")).to_contain_text("Vi pakker den igen")
