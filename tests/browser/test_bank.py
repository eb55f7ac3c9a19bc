"""The bank account by keyboard and on a telephone: a file, the line of an order, and one that is nobody's."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shop.days import local_day, utc_now
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import go_to_bank
from tests.browser.visitor import NARROW, WIDE, Visitor

COORDINATOR = "koordinator@example.dk"


def kroner(ore: int) -> str:
    return f"{ore // 100},{ore % 100:02d}"


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_transfer_finds_its_order(visit: Callable[..., Visitor], tmp_path: Path, width: int) -> None:
    bought = go_to_bank(visit(NARROW), Mouse())
    day = f"{local_day(utc_now()) - timedelta(days=1):%d-%m-%Y}"
    file = tmp_path / "konto.csv"
    file.write_bytes(
        f"Dato;Tekst;Beløb;Afsender\r\n{day};Ordre {bought.number};{kroner(bought.paid_ore)};Karla\r\n"
        f"{day};Depositum {width};400,00;Udlejer\r\n".encode("cp1252")
    )
    office = visit(width).sign_in(COORDINATOR, "/kontor")
    by: Hands = Keyboard(office.page) if width == WIDE else Mouse()
    office.open("/kontor/penge/bank")
    assert office.look(width) == []
    office.page.get_by_label("Kontoudtog fra banken").set_input_files(file)
    by.press(office.button("Læs ind"))
    expect(office.page.locator("main")).to_contain_text("2 nye linjer.")
    assert office.look(width) == []
    mine = office.page.locator(".bank-line").filter(has_text=f"Ordre {bought.number}").first
    expect(mine).to_contain_text("Beløbet passer.")
    by.press(mine.get_by_role("button", name=f"Bogfør på {bought.number}"))
    expect(office.page.locator("main")).to_contain_text(f"Bogført på ordre {bought.number}. Alt er betalt.")
    other = office.page.locator(".bank-line").filter(has_text=f"Depositum {width}")
    by.press(other.get_by_role("link", name="Vælg en anden ordre"))
    expect(office.page.locator("h1")).to_contain_text("Banklinje")
    assert office.look(width) == []
    by.write(office.page.get_by_label("Hvad er det for penge?"), "Depositum")
    by.press(office.button("Læg til side"))
    expect(office.page.locator("main")).to_contain_text("Lagt til side.")
    office.open(f"/kontor/ordrer/{bought.number}")
    expect(office.page.locator("main")).to_contain_text("Fra banken")
    assert office.look(width) == []
    office.open("/kontor/penge/rykkere")
    assert office.look(width) == []
