"""The partners' items as their people and the office meet them: forms filled in as a browser sends them."""

from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from catalog.assortment.contents import Contents, contents_of
from catalog.assortment.forms import ItemForm, said
from catalog.assortment.models import Proposal
from catalog.items.models import Item
from shop.days import local_day, utc_now
from shop.db import db
from shop.people.models import Enterprise, Person
from tests.tools.client import PageClient

MAKER, OTHER, OFFICE = "social-foodies@example.dk", "kamoon@example.dk", "koordinator@example.dk"
# A chocolate with everything that must be said of it, as it is typed.
CHOCOLATE: dict[str, Any] = {
    "kind": "goods", "name_da": "Mørk chokolade med salt", "name_en": "", "text_da": "En plade mørk chokolade.",
    "drawing": "chocolate-bar", "accent": "1", "is_food": "y", "ingredients_da": "Kakaomasse, sukker, **mælkepulver**",
    "allergens": ["milk"], "traces": ["nuts"], "kj": "2300", "kcal": "550", "fat": "38,5", "saturated": "23",
    "carbohydrate": "41", "sugars": "36", "protein": "7,2", "salt": "0,4", "storage_da": "Tørt og ikke for varmt.",
    "net_quantity": "100", "net_unit": "g", "shelf_days": "365", "min_shelf_days": "60",
    "withdrawal_exception": "sealed_hygiene", "agreed_ore": "28,00", "sold_alone": "y", "gross_ore": "55,00",
    "supply": "stocked", "weight_g": "120", "volume_ml": "150", "work_minutes": "6", "edition": "0",
}  # fmt: skip


def person(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def enterprise(slug: str) -> Enterprise:
    return db.session.scalars(select(Enterprise).where(Enterprise.slug == slug)).one()


def item(slug: str) -> Item:
    return db.session.scalars(select(Item).where(Item.slug == slug)).one()


def last_proposal() -> Proposal:
    return db.session.scalars(select(Proposal).order_by(Proposal.id.desc()).limit(1)).one()


def visitor(app: Flask, email: str) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.sign_in(email)


def typed(**changes: Any) -> dict[str, Any]:
    """The chocolate with changes; what is None is not sent."""
    return {name: value for name, value in {**CHOCOLATE, **changes}.items() if value is not None}


def contents(**changes: Any) -> Contents:
    """What the form makes of it."""
    form = ItemForm(MultiDict(typed(**changes)))
    assert form.validate(), form.errors
    return form.contents({})


def as_typed(one: Item) -> dict[str, Any]:
    """An item on sale as the form would send it unchanged."""
    assert one.current is not None
    now = contents_of(one, one.current, None, today=local_day(utc_now()))
    form = ItemForm.showing(now)
    sent: dict[str, Any] = {}
    for name, value in now.items():
        if isinstance(value, bool):
            if value:
                sent[name] = "y"
        elif isinstance(value, list):
            sent[name] = value
        elif name in ("drawing", "accent", "net_unit", "withdrawal_exception"):
            sent[name] = str(value)
        else:
            sent[name] = said(form, name)
    return {**sent, "edition": "0"}
