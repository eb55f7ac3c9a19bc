"""Load the example catalogue from its TOML files, through the same verbs a coordinator uses."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalog.baskets.models import Basket, Offer
from catalog.baskets.offers import accept_offer
from catalog.baskets.publish import Chosen, Texts, check_price_alone, make_version, publish
from catalog.items.models import APPROVED, GOODS, MADE, Item, ItemPrice, ItemVersion
from catalog.supply.models import STOCK, Supply, SupplyMove
from shop.db import db
from shop.journal.record import COMMAND
from shop.people.models import Enterprise, VatStatus
from shop.settings.change import change_setting

HERE = Path(__file__).resolve().parent
BEGAN = date(2025, 1, 1)  # the example shop has been open since then
OFFERED_PIECES = 1_000_000
_FACTS = (
    "food_name", "ingredients", "storage", "origin", "warnings", "materials",
)  # fmt: skip


def read(name: str) -> dict[str, Any]:
    """One of the example files."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def is_loaded() -> bool:
    """Whether there is anything in the catalogue already."""
    return db.session.scalar(select(Enterprise.id).limit(1)) is not None


def load_catalogue(*, now: datetime) -> None:
    """Settings, enterprises, items and baskets of the example, inside the transaction under way."""
    _settings(now)
    enterprises = {row["slug"]: _enterprise(row) for row in read("enterprises")["enterprise"]}
    db.session.flush()
    items = {row["slug"]: _item(row, enterprises[row["enterprise"]], now) for row in read("items")["item"]}
    for position, row in enumerate(read("baskets")["basket"], start=1):
        _basket(row, position, items, now)


def _settings(now: datetime) -> None:
    seller = read("seller")
    values: dict[str, Any] = {f"seller.{name}": text for name, text in seller["seller"].items()}
    values["freight.parcel"] = seller["freight"]["parcel"]
    values["freight.pickup"] = seller["freight"]["pickup"]
    values["freight.local_item"] = seller["freight"]["local"]["item"]
    values["freight.local_gross_ore"] = seller["freight"]["local"]["gross_ore"]
    for page in read("pages")["page"]:
        key = "terms.sections" if page["key"] == "terms" else f"terms.{page['key']}"
        values[key] = {
            "title_da": page["title_da"],
            "title_en": page["title_en"],
            "sections": page["section"],
        }
    for key, value in values.items():
        change_setting(key, value, valid_from=BEGAN, by=COMMAND, now=now, why="eksempel")


def _enterprise(row: dict[str, Any]) -> Enterprise:
    plain = (
        "slug", "name", "place", "colour", "cvr", "address", "postcode", "city", "email", "phone",
        "short_da", "short_en",
    )  # fmt: skip
    enterprise = Enterprise(**{name: row[name] for name in plain}, joined_on=BEGAN)
    enterprise.story_da, enterprise.story_en = row["story_da"].strip(), row["story_en"].strip()
    since = date.fromisoformat(str(row["valid_from"]))
    enterprise.vat.append(
        VatStatus(status=row["vat_status"], vat_no=row.get("vat_no", ""), valid_from=since, checked_on=since)
    )
    db.session.add(enterprise)
    return enterprise


def _item(row: dict[str, Any], enterprise: Enterprise, now: datetime) -> Item:
    stock = row["stock"]
    item = Item(
        slug=row["slug"],
        enterprise_id=enterprise.id,
        enterprise=enterprise,
        kind=row["kind"],
        state=APPROVED,
        supply=stock["mode"],
        weekly_capacity=stock.get("weekly_capacity", 0),
        lead_days=row["lead_days"],
        sold_alone=row["sold_alone"],
        served_postcodes=row.get("served_postcodes", []),
    )
    item.prices.append(ItemPrice(valid_from=BEGAN, agreed_ore=row["price_ore"], gross_ore=row["gross_ore"]))
    db.session.add(item)
    db.session.flush()
    version = _version(row, item, now)
    db.session.add(version)
    db.session.flush()
    item.current = version
    if item.sold_alone and item.kind == GOODS:
        check_price_alone(item, item.prices[0])
    if item.supply != MADE:
        shelf = Supply(kind=STOCK, item_id=item.id, part="", most=stock["on_hand"], taken=0)
        db.session.add(shelf)
        db.session.flush()
        reference = f"example:{item.slug}"
        db.session.add(
            SupplyMove(supply_id=shelf.id, kind="receipt", pieces=stock["on_hand"], reference=reference, at=now)
        )
    return item


def _version(row: dict[str, Any], item: Item, now: datetime) -> ItemVersion:
    names = [f"{name}_{code}" for name in _FACTS for code in ("da", "en")]
    facts = {name: row[name] for name in names if name in row}
    if "nutrition" in row:
        facts["nutrition"] = row["nutrition"]
    return ItemVersion(
        item_id=item.id,
        item=item,
        no=1,
        name_da=row["name_da"],
        name_en=row["name_en"],
        text_da=row["text_da"],
        text_en=row["text_en"],
        drawing=row["drawing"],
        accent=row["accent"],
        vat_category=row["vat_category"],
        weight_g=row["weight_g"],
        work_minutes=row["work_minutes"],
        is_food=row.get("food", False),
        allergens=row.get("allergens", []),
        traces=row.get("traces", []),
        net_quantity=row.get("net_quantity", 0),
        net_unit=row.get("net_unit", ""),
        abv_permille=round(row.get("abv", 0) * 10),
        shelf_days=row.get("shelf_days", 0),
        min_shelf_days=row.get("min_shelf_days", 0),
        withdrawal_exception=row["withdrawal_exception"],
        facts=facts,
        made_at=now,
        frozen_at=now,
    )


def _basket(row: dict[str, Any], position: int, items: dict[str, Item], now: datetime) -> None:
    basket = Basket(slug=row["slug"], position=position)
    db.session.add(basket)
    db.session.flush()
    chosen = [
        Chosen(
            _offer(items[part["item"]], part["price_ore"], now),
            part.get("quantity", 1),
            kind,
            part.get("guaranteed_ore", 0),
        )
        for kind in ("component", "service")
        for part in row.get(kind, [])
    ]
    texts = Texts(**{name: row[name] for name in Texts.__dataclass_fields__})
    version = make_version(
        basket,
        texts,
        chosen,
        row["gross_ore"],
        row["policy"],
        row.get("pot_percent_bp", 0),
        steps=row.get("steps"),
        now=now,
    )
    publish(basket, version, by=COMMAND, now=now)


def _offer(item: Item, price_ore: int, now: datetime) -> Offer:
    assert item.current is not None
    offer = Offer(
        item_version=item.current,
        price_id=item.prices[0].id,
        price_ore=price_ore,
        most_pieces=OFFERED_PIECES,
        from_on=BEGAN,
        until_on=now.date() + timedelta(days=730),
        lead_days=item.lead_days,
        state="proposed",
    )
    db.session.add(offer)
    db.session.flush()
    accept_offer(offer, by=COMMAND, now=now)
    return offer


def top_up(*, now: datetime, reference: str, pieces: int = 500) -> None:
    """Receive goods wherever the example's shelves have become thin, so that many example orders can be placed."""
    thin = db.session.scalars(
        select(Supply)
        .join(Item, Item.id == Supply.item_id)
        .where(Supply.kind == STOCK, Item.kind == GOODS, Supply.most - Supply.taken < pieces // 2)
    ).all()
    for row in thin:
        row.most += pieces
        db.session.add(
            SupplyMove(supply_id=row.id, kind="receipt", pieces=pieces, reference=f"{reference}:{row.id}", at=now)
        )
