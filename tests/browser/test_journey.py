"""A stranger buys a basket for a friend: by mouse, by keyboard, without JavaScript; on a phone and on a desk."""

import io
from collections import defaultdict
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from shop.days import format_day
from shop.money import format_kr
from tests.browser import journey
from tests.browser.aftermath import orders_of, shown_order, text_of, wait_for_letter
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.journey import CARD, Bought, buy, ore_in
from tests.browser.visitor import NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

DRIVER, LOCAL = "skejby-rangers", "Skejby Rangers bringer den ud"


def check_confirmation(visitor: Visitor, bought: Bought) -> None:
    """The page after the bank says what was bought, for how much, to whom and when."""
    said = visitor.page.locator("main").inner_text().replace("\xa0", " ")
    for words in ("Din ordre er på plads", "Bekræftet", "Ane Gavesen", "8000 Aarhus C", *CARD.split("\n")):
        assert words.lower() in said.lower(), f"{words!r} is not on the confirmation"
    assert format_day(bought.wanted_on, "da") in said
    assert format_kr(bought.paid_ore, "da").replace("\xa0", " ") in said
    figures = ore_in(visitor.page.locator(".split-table tbody").inner_text())
    assert sum(figures) == bought.paid_ore, "where the money goes is not what was paid"


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("way", ["mouse", "keyboard", "no script"])
def test_a_stranger_buys_a_gift(visit: Callable[..., Visitor], shop: RunningShop, way: str, width: int) -> None:
    visitor = visit(width, script=way != "no script")
    hands: Hands = Keyboard(visitor.page) if way == "keyboard" else Mouse()
    bought = buy(visitor, hands)
    check_confirmation(visitor, bought)
    told = shown_order(shop, bought.number)
    assert told["state"] == "confirmed"
    check_sums(told, bought)


def check_sums(told: dict[str, Any], bought: Bought) -> None:
    """All shares of all lines, the pot's and the freight's among them, and the VAT are what was paid, to the øre."""
    for line in told["lines"]:
        assert sum(share["ore"] for share in line["shares"]) == line["net_ore"], line
        assert line["net_ore"] + line["vat_ore"] == line["gross_ore"], line
    shares = sum(share["ore"] for line in told["lines"] for share in line["shares"])
    vat = sum(line["vat_ore"] for line in told["lines"])
    assert shares + vat == told["gross_ore"] == bought.paid_ore


def check_letter(shop: RunningShop, told: dict[str, Any], bought: Bought) -> None:
    letter = wait_for_letter(shop, "order_confirmation", bought.number)
    assert letter["Subject"] == f"Ordre {bought.number} er på plads"
    assert letter["To"] == "karla@example.com"
    plain, html = text_of(letter, "plain"), text_of(letter, "html")
    for line in told["lines"]:
        amount = format_kr(line["gross_ore"], "da").replace("\xa0", " ")
        assert line["text"] in plain
        assert line["text"] in html
        assert amount in plain
        assert amount in html
    for words in (format_kr(bought.paid_ore, "da").replace("\xa0", " "), f"{shop.url}{bought.path}", "Ane Gavesen"):
        assert words in plain
        assert words in html
    assert CARD in plain
    vat = sum(line["vat_ore"] for line in told["lines"])
    assert ore_in(plain.split("I alt med moms", 1)[1].split("LEVERING", 1)[0]) == [bought.paid_ore, vat]
    attached = {part.get_filename(): words_of(part) for part in letter.iter_attachments()}
    assert len(attached) == 2
    terms = attached.pop("handelsbetingelser.pdf")
    assert "Handelsbetingelser" in terms
    assert "fortrydelse" in terms.lower()
    (confirmation,) = attached.values()
    assert bought.number in confirmation
    assert bought.paid_ore in ore_in(confirmation)


def words_of(part: EmailMessage) -> str:
    """The words of a PDF in a letter."""
    assert part.get_content_type() == "application/pdf"
    pages = PdfReader(io.BytesIO(part.get_payload(decode=True))).pages  # type: ignore[arg-type]
    return " ".join(page.extract_text() for page in pages)


def test_everyone_sees_exactly_their_share(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    buyer = visit(WIDE)
    bought = buy(buyer, Mouse(), delivery=LOCAL)
    check_confirmation(buyer, bought)
    told = shown_order(shop, bought.number)
    check_sums(told, bought)
    check_letter(shop, told, bought)
    owed: dict[str, list[int]] = defaultdict(list)
    for line in told["lines"]:
        for share in line["shares"]:
            owed[share["enterprise"]].append(share["ore"])
    assert [share["enterprise"] for share in told["lines"][-1]["shares"] if share["kind"] == "delivery"] == [DRIVER]
    assert len(owed["kamoon"]) > 1
    for slug in (DRIVER, "kamoon"):
        check_partner(visit(NARROW), slug, bought.number, owed[slug])


def check_partner(partner: Visitor, slug: str, number: str, owed: list[int]) -> None:
    """On the partner's page stand its own shares of the order, each once, and nothing of the buyer."""
    partner.sign_in(f"{slug}@example.dk")
    table = partner.page.locator("#share-lines")
    mine = table.locator("tr", has=partner.page.get_by_role("rowheader", name=number))
    expect(mine).to_have_count(len(owed))
    seen = [ore_in(row.locator("td").nth(5).inner_text())[0] for row in mine.all()]
    assert sorted(seen) == sorted(owed)
    assert all("Forventet" in row.inner_text() or "forventet" in row.inner_text() for row in mine.all())
    partner.follow(mine.first.get_by_role("link"))
    assert ore_in(partner.page.locator(".figure-money").inner_text()) == [seen[0]]
    said = partner.page.locator("main").inner_html()
    for secret in (*journey.BUYER.values(), *journey.RECIPIENT.values(), *CARD.split("\n")):
        assert secret not in said, secret


def test_two_hurried_clicks_are_one_order(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    """With script the second click is not sent; without it the server makes one order of both."""
    for script in (True, False):
        visitor = visit(NARROW, script=script)
        email = f"hurtig-{script}@example.com".lower()
        journey.put_in_cart(visitor, Mouse())
        journey.write_card(visitor, Mouse())
        journey.fill_in(visitor, Mouse())
        journey.field(visitor, "E-mail").fill(email)
        journey.look_over(visitor, Mouse())
        visitor.button("Bestil og betal").dblclick()
        expect(visitor.page.locator("h1")).to_have_text("Legebanken")
        visitor.button("Betal").dblclick()
        expect(visitor.page.locator("h1")).to_contain_text("Ordre ")
        numbers = orders_of(shop, email)
        assert len(numbers) == 1
        assert visitor.h1 == f"Ordre {numbers[0]}"
        wait_for_letter(shop, "order_confirmation", numbers[0])
