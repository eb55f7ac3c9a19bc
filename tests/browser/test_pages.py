"""Every page as a screen reader and a narrow window meet it: no axe findings, nothing to scroll sideways for."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from passlib.totp import TOTP  # type: ignore[import-untyped]

from tests.browser import journey
from tests.browser.aftermath import rows, text_of, wait_for_letter
from tests.browser.hands import Mouse
from tests.browser.visitor import ALL, NARROW, WIDE, Visitor
from tests.tools.browser import RunningShop

PUBLIC = (
    *("/", "/kurve", "/kurve?til=1", "/kurve?virksomheder=4&uden=noedder&sorter=billigst", "/kurve/fredagskurven"),
    *("/kurve/det-lange-bord?moms=uden", "/varer/opvaskeboerste", "/varer/baklava", "/virksomheder"),
    *("/virksomheder/kamoon", "/handelsbetingelser", "/privatliv", "/cookies", "/tilgaengelighed", "/kontakt"),
    "/fortryd",
)
OFFICE = (
    *("/kontor", "/kontor/katalog", "/kontor/katalog/kurve/den-groenne-kurv", "/kontor/katalog/varer"),
    *("/kontor/katalog/virksomheder", "/kontor/breve", "/kontor/folk", "/kontor/indstillinger", "/kontor/stil"),
    *("/kontor/indstillinger/seller.name", "/kontor/indstillinger/freight.parcel", "/kontor/indstillinger/moms"),
)
# In English the rooms are the same with other words; one width will do.
ROOM_WIDTHS = {"": ALL, "/en": (NARROW,)}
TYPED = {"name": "Karla", "email": "karla@example.com", "phone": "22334455", "line1": "Prøvevej 7", "city": "Aarhus C"}
LANGUAGES = pytest.mark.parametrize("prefix", ["", "/en"], ids=["da", "en"])


def check(found: list[str]) -> None:
    assert not found, "\n".join(found)


def send(visitor: Visitor) -> Visitor:
    """Press the one button a page is there for."""
    return visitor.follow(visitor.page.locator("main form button[type=submit].primary").first)


@LANGUAGES
def test_public_pages(visit: Callable[..., Visitor], prefix: str) -> None:
    visitor = visit()
    found = visitor.tour(*PUBLIC, prefix=prefix)
    check(found + visitor.open(prefix + "/findes-ikke", status=404).look())


@LANGUAGES
def test_buying_pages(visit: Callable[..., Visitor], prefix: str) -> None:
    visitor = visit()
    page = visitor.page
    found = visitor.tour("/bestilling", "/kassen", prefix=prefix)
    visitor.open(f"{prefix}/kurve/fredagskurven")  # with cider: an age to confirm
    page.locator("[name=antal]").fill("98")
    send(visitor)  # more than there are
    found += visitor.look()
    visitor.open(f"{prefix}/kurve/fredagskurven")
    send(visitor)
    found += visitor.look()
    page.locator("[name^=antal-]").fill("0")
    page.locator("[name^=kort-]").fill("for langt " * 60)
    visitor.follow(page.locator("button[name=videre]"))
    found += visitor.look()
    visitor.open(f"{prefix}/kassen")
    found += visitor.look()
    page.locator("[name=is_gift]").check()
    send(visitor)
    assert page.locator(".error-summary").count(), "an empty form has errors"
    found += visitor.look()
    page.locator("[name=is_gift]").uncheck()
    for name, text in {**TYPED, "postcode": "8000"}.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=delivery]").first.check()
    send(visitor)
    found += visitor.look()
    send(visitor)  # without a word about age or terms
    assert page.locator(".error-summary").count(), "the terms are not accepted yet"
    found += visitor.look()
    page.locator("[name=terms]").check()
    page.locator("[name=age]").check()
    send(visitor)
    found += visitor.look()
    visitor.follow(page.locator("[value=senere]"))
    found += visitor.look()
    found += visitor.tour("/bestilling", prefix=prefix)
    check(found)


@LANGUAGES
def test_pages_of_an_order(visit: Callable[..., Visitor], shop: RunningShop, prefix: str) -> None:
    with rows(shop) as connection:
        tokens = [
            str(token) for (token,) in connection.execute('SELECT token FROM "order" WHERE id <= 30 GROUP BY state')
        ]
    visitor = visit()
    found = visitor.tour(*(f"/ordre/{token}" for token in tokens), "/ordre/find", prefix=prefix)
    send(visitor)
    found += visitor.look()
    visitor.page.locator("[name=number]").fill("9999")
    visitor.page.locator("[name=email]").fill("karla@example.com")
    send(visitor)
    found += visitor.look()
    visitor.open(prefix + "/ordre/find")
    visitor.page.context.clear_cookies()
    send(visitor)  # the session is lost
    check(found + visitor.look())


def link_in(shop: RunningShop, kind: str, to: str = "") -> str:
    """The path of the first link of a letter that leads somewhere by a token."""
    text = text_of(wait_for_letter(shop, kind, "", to), "plain")
    found = re.search(r"https?://\S+/(?:invitation|glemt-adgangskode)/\S+", text)
    assert found, text
    return urlsplit(found[0]).path


def test_sign_in_pages(visit: Callable[..., Visitor], shop: RunningShop) -> None:
    visitor = visit()
    found = visitor.tour("/log-ind")
    send(visitor)
    found += visitor.look()
    found += visitor.tour("/glemt-adgangskode")
    send(visitor)
    found += visitor.look()
    visitor.page.locator("[name=email]").fill("special-minds@example.dk")
    send(visitor)
    found += visitor.look()
    found += visitor.tour(link_in(shop, "reset_instructions"))
    visitor.sign_in("koordinator@example.dk", "/kontor/folk")
    visitor.page.locator("[name=email]").first.fill("ny@example.dk")
    visitor.follow(visitor.page.locator("main form", has=visitor.page.locator("[name=email]")).locator("button").first)
    found += visitor.look()
    guest = visit()
    found += guest.tour(link_in(shop, "invitation", "ny@example.dk"))
    found += visitor.tour("/konto", "/ny-adgangskode", "/bekraeft")
    check(found)


def test_pages_of_the_second_step(visit: Callable[..., Visitor]) -> None:
    visitor = visit(NARROW)
    visitor.sign_in("oens-madhus@example.dk", "/konto")
    page = visitor.page
    found = visitor.tour("/totrin/opsaet")
    send(visitor)
    found += visitor.look()
    key = page.locator("kbd").first.inner_text().replace(" ", "")
    page.locator("[name=code]").fill(TOTP(key=key).generate().token)
    send(visitor)
    assert visitor.path == "/konto"
    found += visitor.look()
    found += visitor.tour("/noedkoder")
    again = visit(NARROW)
    again.open("/log-ind")
    again.page.get_by_label("E-mail").fill("oens-madhus@example.dk")
    again.page.get_by_label("Adgangskode").fill("gavekurv-eksempel")
    again.follow(again.button("Log ind"))
    assert again.path == "/totrin"
    found += again.look()
    check(found + again.tour("/totrin/noedkode"))


@LANGUAGES
def test_partner_pages(visit: Callable[..., Visitor], prefix: str) -> None:
    visitor = visit()
    visitor.sign_in("skejby-rangers@example.dk")
    widths = ROOM_WIDTHS[prefix]
    paths = ("/partner/folk", "/partner/koersel", "/partner?efter=kurv&q=findes-ikke", "/partner")
    found = visitor.tour(*paths, prefix=prefix, widths=widths)
    visitor.follow(visitor.page.locator("#share-lines a").first)
    found += visitor.look(*widths)
    found += visitor.tour("/partner/penge?q=findes-ikke&maaned=x", "/partner/penge", prefix=prefix, widths=widths)
    visitor.follow(visitor.page.locator("#money-lines a").first)
    check(found + visitor.look(*widths))


@LANGUAGES
def test_office_pages(visit: Callable[..., Visitor], prefix: str) -> None:
    visitor = visit()
    visitor.sign_in("to-roller@example.dk", "/kontor")
    widths = ROOM_WIDTHS[prefix]
    found = visitor.tour(*OFFICE, prefix=prefix, widths=widths)
    visitor.open(prefix + "/kontor")
    visitor.follow(visitor.page.locator("main a[href*='/kontor/ordrer/']").first)
    found += visitor.look(*widths)
    visitor.follow(visitor.page.locator("main a[href*='/kontor/breve/']").first)
    check(found + visitor.look(*widths))


def test_in_the_dark(visit: Callable[..., Visitor]) -> None:
    visitor = visit(WIDE, scheme="dark")
    found = visitor.tour("/", "/kurve/den-groenne-kurv")
    journey.put_in_cart(visitor, Mouse())
    visitor.open("/kassen")
    found += visitor.look()
    send(visitor)
    check(found + visitor.look())
