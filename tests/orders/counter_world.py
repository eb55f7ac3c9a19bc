"""An order taken by telephone or at the counter."""

from datetime import timedelta

from sqlalchemy import select

from catalog.baskets.models import Basket
from orders.delivery.plan import shop_calendar
from orders.models import Order
from shop.days import local_day, utc_now
from shop.db import db
from shop.mail.models import Letter
from tests.orders.office_room import Office
from tests.tools.world import work

PATH = "/kontor/bestil"


def far_day() -> str:
    day, calendar = local_day(utc_now()) + timedelta(days=21), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day.isoformat()


def typed(**more: str) -> dict[str, str]:
    basket = db.session.scalars(select(Basket).where(Basket.slug == "den-groenne-kurv")).one()
    values = {
        f"kurv_{basket.id}": "2", "card": "Hej", "name": "Karla Købersen", "phone": "22 33 44 55",
        "email": "karla@example.dk", "line1": "Prøvevej 7", "line2": "", "postcode": "8000", "city": "Aarhus C",
        "delivery": "parcel", "wanted_on": far_day(), "language": "da", "way": "transfer",
    }  # fmt: skip
    return {**values, **more}


def take(office: Office, **more: str) -> Order:
    """The form, the look over, and the button."""
    page = office.follow(PATH, **typed(**more))
    key = page.split(f'action="{PATH}/')[1].split('"')[0]
    seen = page.split('name="seen_ore"')[1].split('value="')[1].split('"')[0]
    office.follow(f"{PATH}/{key}", seen_ore=seen, age="18")
    return the_order()


def the_order() -> Order:
    db.session.rollback()
    return db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()


def letters() -> dict[str, Letter]:
    work()
    db.session.rollback()
    found = {letter.kind: letter for letter in db.session.scalars(select(Letter))}
    assert all(letter.state == "sent" for letter in found.values())
    return found
