"""What cannot be taken at the counter is told, and nothing typed is lost."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.baskets.models import Basket
from catalog.items.models import Item, ItemPrice
from catalog.supply.models import Supply
from orders.cart.models import Cart
from orders.models import Order
from shop.db import db, transaction
from shop.settings.models import Setting
from tests.orders.counter_world import PATH, take, the_order, typed
from tests.orders.office_room import SUPPLIER, Office, errors
from tests.orders.shopper import Shopper
from tests.tools.world import pay, place_order


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"phone": ""}, "Skriv et dansk telefonnummer"),
        ({"name": " "}, "Skriv køberens navn."),
        ({"email": "karla"}, "Den e-mail kan vi ikke skrive til."),
        ({"postcode": "3900"}, "Vi leverer ikke til Grønland."),
        ({"line1": ""}, "Skriv vej og husnummer."),
        ({"delivery": "drone"}, "Vælg, hvordan den skal frem."),
        ({"wanted_on": "2001-01-01"}, "Så hurtigt kan vi ikke nå det."),
        ({"wanted_on": "snart"}, "Vælg en dag"),
        ({"way": "bytte"}, "Vælg, hvordan der betales."),
        ({"way": "invoice"}, "Faktura er kun til virksomheder og offentlige."),
        ({"buyer_kind": "company", "org_name": "Firma A/S", "cvr": "12345678"}, "kontroltallet passer ikke"),
        ({"buyer_kind": "public", "org_name": "Skolen", "gln": "5798009811578"}, "Skriv den reference"),
        (
            {
                "buyer_kind": "company",
                "org_name": "Firma A/S",
                "cvr": "12345674",
                "delivery": "pickup:fo-aarhus",
                "line1": "",
                "postcode": "",
            },
            "Skriv vej og husnummer.",
        ),
        ({"language": "klingon"}, "Vælg et sprog."),
        ({"card": "å" * 401}, "Der er plads til 400 tegn på kortet, og der står 401."),
        ({"is_gift": "1", "to_name": ""}, "Skriv modtagerens navn."),
    ],
)
def test_what_is_mistyped_is_told_and_kept(sqlite_example: Flask, wrong: dict[str, str], said: str) -> None:
    page = Office(sqlite_example).post(PATH, 422, **typed(**wrong, city="Aarhus Ø"))
    assert said in " ".join(errors(page))
    assert "Aarhus Ø" in page
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


@pytest.mark.parametrize("quantity", ["", "0", "-1", "x", "2,5", "99999999999", "\x00"])
def test_quantities_that_are_none(sqlite_example: Flask, quantity: str) -> None:
    basket = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    page = Office(sqlite_example).post(PATH, 422, **typed(**{f"kurv_{basket.id}": quantity}))
    assert "Skriv, hvor mange af mindst én" in page or "Skriv et helt tal fra 1 til" in page


def test_a_transfer_needs_the_shops_account(sqlite_example: Flask) -> None:
    with transaction():
        db.session.execute(update(Setting).where(Setting.key == "seller.bank_account").values(value=""))
    page = Office(sqlite_example).post(PATH, 422, **typed())
    assert "Skriv først butikkens bankkonto i indstillingerne." in page


def test_a_pick_up_needs_no_address(sqlite_example: Flask) -> None:
    nothing = dict.fromkeys(("line1", "postcode", "city", "email"), "")
    order = take(Office(sqlite_example), delivery="pickup:hos-flexvirk", way="cash", **nothing)
    assert (order.recipient["name"], order.recipient["line1"], order.delivery) == ("Karla Købersen", "", "pickup")
    Shopper(sqlite_example).get(f"/ordre/{order.token}")


def test_a_gift_needs_no_address_of_the_buyer(sqlite_example: Flask) -> None:
    nothing = dict.fromkeys(("line1", "postcode", "city"), "")
    gift = {"is_gift": "1", "to_name": "Ane Gavesen", "to_line1": "Gemmestræde 91", "to_postcode": "5000"}
    order = take(Office(sqlite_example), **nothing, **gift, to_city="Odense C")
    assert (order.recipient["name"], order.buyer_address["city"]) == ("Ane Gavesen", "")


def test_pressed_twice_it_is_one_order(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.follow(PATH, **typed())
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    for _click in range(2):
        assert the_order_number(office, key, seen) in office.get("/kontor")
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1
    assert office.client.get(f"{PATH}/{key}").status_code == 303


def the_order_number(office: Office, key: str, seen: str) -> str:
    office.follow(f"{PATH}/{key}", seen_ore=seen)
    return the_order().number


def test_a_price_that_changes_is_told_before_it_is_ordered(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    item = db.session.scalars(select(Item).where(Item.slug == "opvaskeboerste")).one()
    basket = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    page = office.follow(PATH, **typed(**{f"kurv_{basket.id}": "", f"vare_{item.id}": "1"}))
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    with transaction():
        db.session.execute(
            update(ItemPrice).where(ItemPrice.item_id == item.id).values(gross_ore=ItemPrice.gross_ore + 500)
        )
    page = office.post(f"{PATH}/{key}", 409, seen_ore="1")
    assert "En pris er ændret." in page
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    office.follow(f"{PATH}/{key}", seen_ore=seen)
    assert the_order().gross_ore == int(seen)


def test_sold_out_meanwhile_is_told_by_name(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    page = office.follow(PATH, **typed())
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    with transaction():
        db.session.execute(update(Supply).values(taken=Supply.most))
    assert "«Den grønne kurv»" in office.post(f"{PATH}/{key}", 409, seen_ore=seen)
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_alcohol_asks_for_the_age(sqlite_example: Flask) -> None:
    office = Office(sqlite_example)
    basket = db.session.scalars(select(Basket).where(Basket.slug == "fredagskurven")).one()
    green = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    page = office.follow(PATH, **typed(**{f"kurv_{green.id}": "", f"kurv_{basket.id}": "1"}))
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    assert "Jeg har spurgt" in page
    assert "Der er alkohol" in office.post(f"{PATH}/{key}", 409, seen_ore=seen)
    office.follow(f"{PATH}/{key}", seen_ore=seen, age="18")
    assert the_order().age_confirmed > 0


def test_a_buyers_own_cart_is_never_taken_over(sqlite_example: Flask) -> None:
    shopper = Shopper(sqlite_example)
    shopper.put("kaffepausen")
    key = db.session.scalars(select(Cart.key)).one()
    office = Office(sqlite_example)
    office.get(f"{PATH}/{key}", 404)
    office.post(f"{PATH}/{key}", 404, seen_ore="1")
    office.follow(PATH, **typed(kladde=key))
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 2


def test_the_counter_is_for_coordinators_alone(sqlite_example: Flask) -> None:
    order = place_order()
    pay(order)
    for path in (PATH, f"{PATH}/{'a' * 32}", f"/kontor/ordrer/{order.number}/penge"):
        Office(sqlite_example, SUPPLIER).get(path, 403)
