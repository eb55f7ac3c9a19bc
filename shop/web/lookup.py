"""Load what an address names, or answer 404."""

from typing import TypeVar

from flask import abort

from shop.db import Base, db

T = TypeVar("T", bound=Base)


def get_or_404(model: type[T], key: object, *, of: object = None, owner: str = "enterprise_id") -> T:
    """The row with this primary key; 404 when there is none.

    With `of` given, the row must belong to that owner (its `owner` column holds the owner's id): what is somebody
    else's is answered exactly like what is not there.
    """
    row = db.session.get(model, key)
    if row is None or (of is not None and getattr(row, owner) != getattr(of, "id", of)):
        abort(404)
    return row
