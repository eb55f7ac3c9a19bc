"""From an invitation to money earned: an enterprise comes in, and what it makes is sold, packed, sent and booked."""

import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.aftermath import letters, state_of, text_of
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import buy
from tests.browser.test_packing import pack_on, packing_path
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.catalog.test_items_photos import a_picture
from tests.tools.browser import RunningShop

OFFICE = "koordinator@example.dk"
ITEM, PRICE = "Vævet grydelap", "62,00 kr."


@pytest.mark.parametrize(("way", "width"), [("mouse", WIDE), ("keyboard", NARROW)])
def test_from_an_invitation_to_money_earned(
    visit: Callable[..., Visitor], shop: RunningShop, tmp_path: Path, way: str, width: int
) -> None:
    def hands_of(visitor: Visitor) -> Hands:
        return Keyboard(visitor.page) if way == "keyboard" else Mouse()

    name, item = f"Væveriet {way}", f"{ITEM} {way}"
    office, maker = visit(width).sign_in(OFFICE, "/kontor/katalog/virksomheder"), visit(width)
    let_in(office, hands_of(office), name, f"{way}@vaeveriet.example.dk")
    come_in(maker, hands_of(maker), shop, name, f"{way}@vaeveriet.example.dk")
    photo = tmp_path / "IMG_0002.HEIC"
    photo.write_bytes(a_picture("HEIF"))
    list_item(maker, hands_of(maker), item, photo)
    approve(office, hands_of(office), item)
    basket = f"Vævekurven {way}"
    assemble(office, hands_of(office), basket, item)
    say_yes(maker, hands_of(maker), item)
    publish(office, hands_of(office))
    number = buy(visit(width), Mouse(), basket=basket).number
    assert amounts(maker)["Forventet"] == PRICE
    bring(office, hands_of(office), maker, name, item)
    office.open(packing_path(shop, number))
    office.follow(office.button("Begynd"))
    assert pack_on(office, hands_of(office), number) > 1
    office.open(f"/kontor/ordrer/{number}")
    hands_of(office).press(office.button("Sendt"))
    expect(office.page.locator("main")).to_contain_text("sendt")
    assert state_of(shop, number) == "sent"
    until_earned(maker)
    tell_tree(maker, way)


def tell_tree(visitor: Visitor, way: str) -> None:
    """What a screen reader is given of the page; printed, for whoever wants to read it (`pytest -s`)."""
    if way == "keyboard":
        tree = visitor.page.locator("main").aria_snapshot()
        print(f"\n— {visitor.path}\n{tree}")
        assert "heading" in tree


def let_in(office: Visitor, hands: Hands, name: str, email: str) -> None:
    hands.press(office.link("Ny virksomhed"))
    hands.write(office.page.get_by_label("Virksomhedens navn"), name)
    office.page.get_by_label("Moms").select_option("below_threshold")
    hands.write(office.page.get_by_label("Hvem skal kunne logge ind"), email)
    hands.press(office.page.locator("summary", has_text="Adresse og tekster"))
    for label, text in (("Vej og nummer", "Vævervej 3"), ("Postnummer", "8000"), ("By", "Aarhus C")):
        hands.write(office.page.get_by_label(re.compile(rf"^{label}( \(valgfrit\))?$")), text)
    hands.write(office.page.get_by_label("Virksomhedens e-mail"), email)
    hands.press(office.button("Tag virksomheden ind"))
    expect(office.page.locator("#indhold")).to_contain_text(f"Invitationen er på vej til {email}.")


def come_in(maker: Visitor, hands: Hands, shop: RunningShop, name: str, email: str) -> None:
    """By the link of the letter, with a name and a password."""
    letter = wait_for_invitation(shop, email)
    assert name in text_of(letter, "plain")
    link = re.search(r"/invitation/\S+", text_of(letter, "plain"))
    assert link is not None
    maker.open(link.group())
    hands.write(maker.page.get_by_label("Navn"), "Vibe Væver")
    hands.write(maker.page.get_by_label("Adgangskode"), "tre tilfældige ord her")
    hands.press(maker.button("Ja tak, jeg er med"))
    expect(maker.page.locator("h1")).to_be_visible()


def wait_for_invitation(shop: RunningShop, email: str) -> EmailMessage:
    """The invitation to an address, as soon as it is written."""
    for _try in range(600):
        if found := [letter for letter in letters(shop, "invitation", "") if letter["To"] == email]:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(shop.log.read_text(errors="replace"))


def list_item(maker: Visitor, hands: Hands, item: str, photo: Path) -> None:
    """A thing that is no food, with a photo from a telephone, and twenty of it on the shelf."""
    maker.open("/partner/varer/ny")
    for field, words in (("#name_da", item), ("#text_da", "Vævet i hør, til den varme gryde.")):
        hands.write(maker.page.locator(field), words)
    maker.page.locator("#photo").set_input_files(photo)
    hands.write(maker.page.locator("#photo_alt_da"), "En stribet grydelap.")
    for field, words in (
        ("#materials_da", "100 % hør"), ("#agreed_ore", "62"), ("#weight_g", "90"), ("#volume_ml", "200"),
    ):  # fmt: skip
        hands.write(maker.page.locator(field), words)
    hands.press(maker.button("Send til godkendelse"))
    expect(maker.page.locator("main")).to_contain_text("Kontoret ser på den")
    number = maker.page.url.split("/")[-2]
    maker.open(f"/partner/varer/{number}/lager")
    maker.page.locator("#pieces").fill("")
    hands.write(maker.page.locator("#pieces"), "20")
    hands.press(maker.button("Gem"))
    maker.page.wait_for_load_state()


def approve(office: Visitor, hands: Hands, item: str) -> None:
    office.open("/kontor/varer")
    hands.press(office.link(item))
    office.page.wait_for_url("**/kontor/varer/*")
    for _try in range(60):  # the worker makes the photo
        if office.page.get_by_role("img", name="En stribet grydelap.").count():
            break
        office.page.wait_for_timeout(250)
        office.page.reload()
    hands.press(office.button("Godkend"))
    expect(office.page.locator("main")).to_contain_text("Den er godkendt.")


def assemble(office: Visitor, hands: Hands, basket: str, item: str) -> None:
    """The new thing at 399 kr., and the question to whoever makes it."""
    page = office.open("/kontor/kurve").page
    hands.write(page.get_by_label("Kurvens navn"), basket)
    hands.press(office.button("Begynd en kurv"))
    page.wait_for_url("**/kurve/vaevekurven-*")
    hands.write(page.get_by_label("Søg efter en vare eller en virksomhed"), item)
    hands.press(office.button("Søg"))
    hands.press(office.button(f"Læg i {item}"))
    expect(page.locator(".desk-told")).to_contain_text(f"{item}: 1 i kurven.")
    hands.write(page.get_by_label("Pris med moms, kr."), "399")
    hands.press(page.locator("#vilkaar ~ form").get_by_role("button", name="Gem"))
    expect(page.locator(".desk-price")).to_have_text("399,00 kr.")
    office.open(office.path)  # the link stands above the terms: from the top of the page again
    hands.press(office.link("Spørg virksomhederne"))
    page.wait_for_url("**/spoerg")
    hands.press(office.button("Send spørgsmålene"))
    expect(page.locator("main")).to_contain_text("venter på svar")


def say_yes(maker: Visitor, hands: Hands, item: str) -> None:
    maker.open("/partner/tilbud")
    hands.press(maker.page.locator("main").get_by_role("link", name=item).first)
    expect(maker.page.locator("main")).to_contain_text(f"{PRICE} uden moms")
    hands.press(maker.button("Ja, vi er med"))
    expect(maker.page.locator("#indhold")).to_contain_text("Aftalen er indgået.")


def publish(office: Visitor, hands: Hands) -> None:
    office.open(office.path.removesuffix("/spoerg"))
    hands.press(office.button("Sæt til salg"))
    expect(office.page.locator("#indhold")).to_contain_text("Kurven er til salg.")


def bring(office: Visitor, hands: Hands, maker: Visitor, name: str, item: str) -> None:
    """The list of what is to be brought, on paper and in the enterprise's own room."""
    office.open("/kontor/pakning/levering")
    hands.press(office.page.locator("main").get_by_role("link", name=name).first)
    expect(office.page.locator("main")).to_contain_text(item)
    hands.press(office.button("Udsted liste nr. 1"))
    link = office.page.get_by_role("link", name=re.compile("nr. 1 .*PDF|PDF")).first
    answer = office.page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    maker.open("/partner/levering")
    expect(maker.page.locator("main")).to_contain_text(item)


def amounts(maker: Visitor) -> dict[str, str]:
    """Where the enterprise's money is, as its own page says."""
    maker.open("/partner/penge")
    cells = (row.locator("th, td").all_inner_texts()[:2] for row in maker.page.locator("#amounts tbody tr").all())
    return {where: money.replace("\xa0", " ") for where, money in cells}


def until_earned(maker: Visitor) -> None:
    """Expected until the parcel left; then earned, and to be paid out once the bank has drawn the buyer's money."""
    for _try in range(240):
        found = amounts(maker)
        assert found["Forventet"] == "0,00 kr."
        assert PRICE in (found["Optjent"], found["Til udbetaling"])
        if found["Til udbetaling"] == PRICE:
            return
        maker.page.wait_for_timeout(500)
    raise AssertionError(f"the money never came: {found}")
