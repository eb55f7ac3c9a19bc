"""The cart: what is put in, changed and taken out, with every kind of bad input, and what happens to it meanwhile."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.models import Item
from catalog.supply.models import STOCK, Supply
from orders.cart.erase import erase_old_carts
from orders.cart.models import Cart, CartLine
from orders.cart.queries import hash_of
from shop.days import utc_now
from shop.db import db, transaction
from tests.orders.shopper import Shopper
from tests.tools.statements import counted

BAD_QUANTITIES = ("0", "-1", "1000000", "501", "to", "", "1.5", "1e2", "٣", "9" * 200, "<b>2</b>")


def lines() -> list[tuple[int, str]]:
    """Number and card of every line there is."""
    db.session.rollback()
    rows = db.session.execute(select(CartLine.quantity, CartLine.card_text).order_by(CartLine.id))
    return [(quantity, card) for quantity, card in rows]


def only_line() -> int:
    db.session.rollback()
    return db.session.scalars(select(CartLine.id)).one()


def test_a_basket_without_session_or_script(shopper: Shopper) -> None:
    shopper.post("/bestilling/laeg", {"basket": "kaffepausen", "antal": "2"}, follow=False)
    assert shopper.status == 303
    cookies = shopper.headers.getlist("Set-Cookie")
    secret = next(text for text in cookies if text.startswith("bestilling="))
    count = next(text for text in cookies if text.startswith("bestilling_antal="))
    assert "HttpOnly" in secret
    assert "SameSite=Lax" in secret
    assert "HttpOnly" not in count
    assert count.startswith("bestilling_antal=2;")
    token = secret.split(";")[0].removeprefix("bestilling=")
    assert db.session.scalar(select(Cart.token_hash)) == hash_of(token)
    shopper.follow()
    assert "Kaffepausen" in shopper.text
    assert "598,00 kr." in shopper.text
    assert shopper.headers["X-Robots-Tag"] == "noindex"
    assert shopper.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"}])
def test_another_site_cannot_fill_it(shopper: Shopper, headers: dict[str, str]) -> None:
    shopper.post("/bestilling/laeg", {"basket": "kaffepausen"}, origin=headers)
    assert shopper.status == 403
    assert lines() == []


def test_an_item_alone_and_an_unknown_thing(shopper: Shopper) -> None:
    shopper.post("/bestilling/laeg", {"vare": "opvaskeboerste", "antal": "3"})
    assert "Opvaskebørste" in shopper.text
    assert "177,00 kr." in shopper.text
    for unknown in ({"basket": "findes-ikke"}, {"vare": "pakning-af-kurv"}, {}, {"basket": "x" * 10_000}):
        shopper.post("/bestilling/laeg", unknown)
        assert shopper.status == 404
    assert lines() == [(3, "")]


def test_the_same_adds_up_when_the_card_is_the_same(shopper: Shopper) -> None:
    shopper.put(kort="Tillykke")
    shopper.put(kort="Tillykke", quantity="2")
    shopper.put(kort="Tak")
    assert lines() == [(3, "Tillykke"), (1, "Tak")]
    shopper.put(kort="Tak", quantity="500")
    assert shopper.status == 422
    assert "Skriv et helt tal fra 1 til 500." in shopper.text
    assert lines() == [(3, "Tillykke"), (1, "Tak")]


@pytest.mark.parametrize("typed", BAD_QUANTITIES)
def test_a_number_that_is_none_is_said_and_can_be_mended_at_once(shopper: Shopper, typed: str) -> None:
    shopper.put(quantity=typed, kort="Kære Bent")
    assert shopper.status == 422
    assert "«Kaffepausen» er ikke lagt i bestillingen" in shopper.text
    assert "Skriv et helt tal fra 1 til 500." in shopper.text
    assert lines() == []
    form = shopper.form("/bestilling/laeg")
    assert form["antal"] == typed[:40]
    shopper.send("/bestilling/laeg", antal="2")
    assert lines() == [(2, "Kære Bent")]


@pytest.mark.parametrize("typed", BAD_QUANTITIES)
def test_a_bad_number_in_the_cart_loses_nothing(shopper: Shopper, typed: str) -> None:
    shopper.put("kaffepausen")
    shopper.put("fredagskurven")
    first, second = db.session.scalars(select(CartLine.id).order_by(CartLine.id)).all()
    shopper.send("/bestilling", **{f"antal-{first}": typed, f"kort-{first}": "Hej", f"antal-{second}": "4"}, videre="1")
    assert shopper.status == 422
    assert shopper.path == "/bestilling"
    assert f'href="#antal-{first}"' in shopper.page
    assert shopper.form("/bestilling")[f"antal-{first}"] == typed[:40]
    assert lines() == [(1, "Hej"), (4, "")]


def test_card_texts(shopper: Shopper) -> None:
    shopper.put()
    line = only_line()
    for card in ("🎉" * 400, "<script>alert(1)</script>\r\n& 'Bent'", "Linje 1\n\nLinje 2"):
        shopper.send("/bestilling", **{f"kort-{line}": card}, gem="1")
        assert shopper.status == 200
        kept = card.replace("\r\n", "\n")
        assert lines() == [(1, kept)]
        assert shopper.form("/bestilling")[f"kort-{line}"] == kept
        assert "<script>alert" not in shopper.page
    shopper.send("/bestilling", **{f"kort-{line}": "a\x00b\x07c"}, gem="1")
    assert lines() == [(1, "abc")]


def test_a_card_that_is_too_long_stays_in_its_field(shopper: Shopper) -> None:
    shopper.put()
    line = only_line()
    long = "å" * 401
    shopper.send("/bestilling", **{f"kort-{line}": long, f"antal-{line}": "3"}, videre="1")
    assert shopper.status == 422
    assert "Der er plads til 400 tegn på kortet, og der står 401." in shopper.text
    assert shopper.form("/bestilling")[f"kort-{line}"] == long
    assert lines() == [(3, "")]
    shopper.send("/bestilling", **{f"kort-{line}": "æ" * 10_000}, gem="1")
    assert shopper.status == 422
    shopper.put("fredagskurven", kort="æ" * 10_000)
    assert shopper.status == 422
    assert lines() == [(3, "")]


def test_a_line_can_be_taken_out(shopper: Shopper) -> None:
    shopper.put("kaffepausen")
    shopper.put("fredagskurven")
    first = min(db.session.scalars(select(CartLine.id)).all())
    shopper.send("/bestilling", fjern=str(first), **{f"antal-{first}": "hvad"})
    assert shopper.status == 200
    assert "Kaffepausen" not in shopper.text
    assert "Fredagskurven" in shopper.text
    shopper.send("/bestilling", fjern=str(only_line()))
    assert "Du har ikke lagt noget i bestillingen endnu." in shopper.text
    assert any(text.startswith("bestilling_antal=0;") for text in shopper.headers.getlist("Set-Cookie"))


def test_nobody_changes_anybody_elses_cart(sqlite_example: Flask) -> None:
    mine, theirs = Shopper(sqlite_example), Shopper(sqlite_example)
    mine.put()
    line = only_line()
    theirs.put("fredagskurven")
    theirs.send("/bestilling", **{f"antal-{line}": "9"}, fjern=str(line))
    assert (1, "") in lines()
    assert "Kaffepausen" in mine.get("/bestilling")
    assert "Kaffepausen" not in theirs.get("/bestilling")


def test_without_a_token_the_cart_stays_as_it_is(shopper: Shopper) -> None:
    shopper.put()
    line = only_line()
    shopper.post("/bestilling", {f"antal-{line}": "9"})
    assert shopper.status == 400
    assert lines() == [(1, "")]


def test_what_is_withdrawn_is_said_by_name_and_stays(shopper: Shopper) -> None:
    shopper.put("kaffepausen")
    shopper.put("fredagskurven")
    with transaction():
        db.session.execute(update(Basket).where(Basket.slug == "kaffepausen").values(state="withdrawn"))
    shopper.get("/bestilling")
    assert "«Kaffepausen» er ikke til salg længere." in shopper.text
    assert "Gå til kassen" in shopper.text
    shopper.put("kaffepausen")
    assert shopper.status == 409
    assert "«Kaffepausen» er ikke til salg længere. Resten af din bestilling er her stadig." in shopper.text
    assert len(lines()) == 2


def test_what_is_sold_out_or_scarce_is_said_by_name(shopper: Shopper) -> None:
    shopper.put("kaffepausen", quantity="3")
    item = db.session.scalars(select(Item.id).where(Item.slug == "kaffe-hele-boenner")).one()
    for left, said in ((2, "Der er kun 2 tilbage af «Kaffepausen»."), (0, "«Kaffepausen» er udsolgt.")):
        with transaction():
            db.session.execute(
                update(Supply).where(Supply.kind == STOCK, Supply.item_id == item).values(taken=Supply.most - left)
            )
        shopper.get("/bestilling")
        assert said in shopper.text


def test_demand_is_counted_over_the_whole_cart(shopper: Shopper) -> None:
    shopper.put("kaffepausen", quantity="3")
    shopper.put("et-lille-tak", quantity="3")
    item = db.session.scalars(select(Item.id).where(Item.slug == "kaffe-hele-boenner")).one()
    with transaction():
        db.session.execute(
            update(Supply).where(Supply.kind == STOCK, Supply.item_id == item).values(taken=Supply.most - 5)
        )
    shopper.get("/bestilling")
    assert "Der er ikke nok af det, der er i «Kaffepausen», til hele bestillingen." in shopper.text
    assert "Der er ikke nok af det, der er i «Et lille tak», til hele bestillingen." in shopper.text


def test_a_changed_price_is_shown(shopper: Shopper) -> None:
    shopper.put()
    with transaction():
        version = db.session.scalars(select(Basket).where(Basket.slug == "kaffepausen")).one().current_version_id
        db.session.execute(update(BasketVersion).where(BasketVersion.id == version).values(gross_ore=31900))
    shopper.get("/bestilling")
    assert "Prisen på «Kaffepausen» er ændret fra 299,00 kr. til 319,00 kr." in shopper.text
    assert db.session.scalar(select(CartLine.seen_ore)) == 29900


def test_old_carts_are_erased(sqlite_example: Flask) -> None:
    old, new = Shopper(sqlite_example), Shopper(sqlite_example)
    old.put()
    new.put("fredagskurven")
    with transaction():
        oldest = db.session.scalars(select(Cart).order_by(Cart.id)).first()
        assert oldest is not None
        oldest.touched_at = utc_now() - timedelta(days=61)
    erase_old_carts()
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 1
    assert "Fredagskurven" in new.get("/bestilling")
    old.get("/bestilling")
    assert "Du har ikke lagt noget i bestillingen endnu." in old.text
    old.put()
    assert "Kaffepausen" in old.text


def test_english(shopper: Shopper) -> None:
    shopper.post("/en/bestilling/laeg", {"basket": "kaffepausen"}, follow=False)
    assert shopper.headers["Location"].endswith("/en/bestilling")
    shopper.follow()
    assert "The coffee break" in shopper.text


def test_the_cart_asks_few_questions_however_long_it_is(shopper: Shopper) -> None:
    shopper.put()
    with counted() as short:
        shopper.get("/bestilling")
    for slug in ("fredagskurven", "den-groenne-kurv", "et-lille-tak", "rent-bord"):
        shopper.put(slug)
    with counted() as long:
        shopper.get("/bestilling")
    assert len(long) == len(short) <= 3
