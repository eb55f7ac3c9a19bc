"""The photos of items that are or were sold, under their hash."""

from flask import Blueprint, Response, abort, send_file
from sqlalchemy import select

from catalog.assortment.photos import picture_file
from catalog.items.models import ItemVersion
from catalog.items.picture import photo_path, photo_widths
from shop.db import db
from shop.web.headers import FOR_EVER

door = Blueprint("assortment_storefront", __name__)
door.add_app_template_global(photo_path)
door.add_app_template_global(photo_widths)


@door.get("/foto/<name>.<any(webp, jpg):ending>")
def photo(name: str, ending: str) -> Response:
    """A picture of an approved version; anything else is not found. Kept for ever by whoever asks."""
    found = picture_file(name, ending)
    approved = select(ItemVersion.id).where(
        ItemVersion.photo == (found[0] if found else ""), ItemVersion.frozen_at.is_not(None)
    )
    if found is None or db.session.scalar(approved.limit(1)) is None:
        abort(404)
    response = send_file(found[1], mimetype=f"image/{'jpeg' if ending == 'jpg' else ending}")
    response.headers["Cache-Control"] = FOR_EVER
    return response
