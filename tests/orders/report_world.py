"""A sent order, a buyer who reports something, and what comes of it."""

import io
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select

from orders.after.models import Report
from orders.models import Order
from shop.db import db
from shop.mail.models import Letter
from tests.orders.shopper import SAME_ORIGIN, Shopper
from tests.tools.world import fulfil, pay, place_order, work

PLACE = "/kontor/henvendelser"


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def sent_order(**more: Any) -> Order:
    order = place_order([("den-groenne-kurv", 2)], recipient_phone="22334455", **more)
    pay(order)
    fulfil(order)
    work()
    return order


def tell(shopper: Shopper, order: Order, photo: bytes | None = None, name: str = "a.jpg", **more: str) -> str:
    """Send the form of a report, with a photo perhaps."""
    path = f"/ordre/{order.token}/problem"
    shopper.get(path)
    values: dict[str, Any] = {**shopper.form(path), "kind": "damaged", "said": "Glasset er knust", **more}
    if photo is not None:
        values["photo"] = (io.BytesIO(photo), name)
    answer = shopper.client.post(path, data=values, headers=SAME_ORIGIN, content_type="multipart/form-data")
    shopper._took(answer, path)
    return shopper.follow()


def the_report() -> Report:
    db.session.rollback()
    return db.session.scalars(select(Report)).one()


def letter(kind: str) -> Letter:
    work()
    db.session.rollback()
    found = db.session.scalars(select(Letter).where(Letter.kind == kind)).one()
    assert found.state == "sent", found.error
    return found


def photos(app: Flask) -> list[Path]:
    return sorted((app.config["SETTINGS"].data_dir / "photos").glob("*"))
