"""A buyer who reads English goes the whole way, and is never sent to a Danish page."""

from collections.abc import Iterable
from email import message_from_bytes, policy

from flask import Flask

from orders.queries_cli import order_as_json
from shop.days import utc_now
from shop.jobs.outbox import carry_out, due_intentions
from tests.journeys.walker import Walker, addresses
from tests.tools.client import PageClient
from tests.tools.page import show

SAME_IN_BOTH = ("/static/", "/vaev/", "/tegning/", "/favicon.ico")


def danish_ways(page: Walker) -> Iterable[str]:
    """Links and forms of an English page that lead to Danish ones, but for the choice of language itself."""
    assert page.page.root.get("lang") == "en", page.url
    for element, address in addresses(page.page):
        is_choice = element.get("hreflang") == "da"
        is_ours = address.startswith("/") and not address.startswith(SAME_IN_BOTH)
        if is_ours and not is_choice and address != "/en" and not address.startswith("/en/"):
            yield f"{page.url}: {show(element)} {address}"


class EnglishWalker(Walker):
    """Looks at every page it comes to."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.strayed: list[str] = []

    def open(self, path: str, status: int = 200) -> "EnglishWalker":
        super().open(path, status)
        self.strayed += danish_ways(self)
        return self

    def press(self, words: str, status: int = 200) -> "EnglishWalker":
        super().press(words, status)
        self.strayed += danish_ways(self)
        return self


def test_the_whole_way_in_english(sqlite_example: Flask) -> None:
    walker = EnglishWalker(sqlite_example)
    walker.open("/en/").follow("Choose a basket").follow("The long table")
    walker.press("Add to order")
    walker.fill("What should the card say?", "Dear Ane\nHappy birthday").press("Go to checkout")
    fill_in(walker)
    walker.press("See the whole order", 200)
    assert "Dear Ane Happy birthday" in walker.text
    walker.press("Order and pay", 422)
    assert "tick the box" in walker.text
    walker.choose("I accept the terms").press("Order and pay")
    walker.open("/en/bestilling").open("/en/kassen")
    assert "has been placed" in walker.text
    walker.follow("See the order").press("Pay now").press("Decline").press("Try again").press("Pay")
    assert walker.url.startswith("/en/ordre/")
    number = walker.h1.removeprefix("Order ")
    order = order_as_json(number)
    assert order is not None
    assert order["state"] == "confirmed"
    assert f"DKK {order['gross_ore'] // 100:,}.{order['gross_ore'] % 100:02}" in walker.text
    assert not walker.strayed, "\n".join(dict.fromkeys(walker.strayed))
    check_letter(sqlite_example, number)


def fill_in(walker: Walker) -> None:
    """A friend's address, and the parcel."""
    mine = {"Name": "Karla Buyer", "E-mail": "karla@example.com", "Phone": "22 33 44 55", "Street and number": "Vej 7"}
    for label, text in {**mine, "Postcode": "8000", "Town": "Aarhus C"}.items():
        walker.fill(label, text)
    walker.choose("It is a gift")
    gift = {"name": "Ane Friend", "street and number": "Gade 9", "postcode": "5000", "town": "Odense C"}
    for label, text in gift.items():
        walker.fill(f"Recipient’s {label}", text)
    walker.choose("Parcel to the door")


def check_letter(app: Flask, number: str) -> None:
    """The letter is English too, and its link leads to the English page."""
    for intention in due_intentions(utc_now()):
        carry_out(intention, now=utc_now())
    folder = app.config["SETTINGS"].data_dir / "mail"
    (path,) = folder.glob("*-order_confirmation.eml")
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert letter["Subject"] == f"Order {number} is all set"
    body = letter.get_body(("plain",))
    assert body is not None
    words = str(body.get_content())
    assert "/en/ordre/" in words
    assert "Dear Ane" in words
    assert [part.get_filename() for part in letter.iter_attachments()] == [
        "terms-of-sale.pdf",
        "order-confirmation.pdf",
    ]


def test_rooms_stay_english(sqlite_example: Flask) -> None:
    strayed: list[str] = []
    for email, paths in {
        "kamoon@example.dk": ("/partner", "/partner/folk", "/konto", "/totrin/opsaet"),
        "to-roller@example.dk": (
            *("/kontor", "/kontor/katalog", "/kontor/katalog/varer", "/kontor/katalog/virksomheder", "/kontor/folk"),
            *("/kontor/breve", "/kontor/indstillinger", "/kontor/indstillinger/moms", "/kontor/stil", "/konto"),
        ),
    }.items():
        walker = Walker(sqlite_example)
        assert isinstance(walker.client, PageClient)
        walker.client.sign_in(email)
        for path in paths:
            strayed += danish_ways(walker.open(f"/en{path}"))
    assert not strayed, "\n".join(dict.fromkeys(strayed))
