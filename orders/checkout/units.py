"""What an organisation's account remembers of its departments: what they last typed in the checkout."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from orders.checkout.organisation import FIELDS as ORGANISATION
from shop.db import db, insert_once
from shop.people.models import Customer, CustomerUnit, Person

SAME = ("org_name", "gln", "reference")
"""The fields that say which department it is."""
KEPT = (*(name for name in ORGANISATION if name != "requisition"), "phone", "line1", "line2", "postcode", "city")


def remember_unit(customer_id: int, typed: Mapping[str, str], *, now: datetime) -> None:
    """Keep what a department has typed, in place of what it typed the last time."""
    kept = {name: str(typed.get(name, ""))[:200] for name in KEPT}
    key = hashlib.sha256("\n".join(" ".join(kept[name].lower().split()) for name in SAME).encode()).hexdigest()
    unit = _find(customer_id, key)
    if unit is None:
        insert_once(CustomerUnit, customer_id=customer_id, key=key, typed=kept, used_at=now)
        unit = _find(customer_id, key)
    assert unit is not None
    unit.typed, unit.used_at = kept, now


def _find(customer_id: int, key: str) -> CustomerUnit | None:
    return db.session.scalar(
        select(CustomerUnit).where(CustomerUnit.customer_id == customer_id, CustomerUnit.key == key)
    )


def units_of(customer_id: int) -> Sequence[CustomerUnit]:
    """An account's departments, the one used last first."""
    return db.session.scalars(
        select(CustomerUnit)
        .where(CustomerUnit.customer_id == customer_id)
        .order_by(CustomerUnit.used_at.desc(), CustomerUnit.id.desc())
        .limit(50)
    ).all()


def typed_for(customer: Customer, person: Person, unit_id: int | None = None) -> dict[str, Any]:
    """What the checkout is filled in with for an account: a department's own, or the last one's."""
    query = select(CustomerUnit).where(CustomerUnit.customer_id == customer.id)
    if unit_id is not None:
        query = query.where(CustomerUnit.id == unit_id)
    unit = db.session.scalars(query.order_by(CustomerUnit.used_at.desc(), CustomerUnit.id.desc()).limit(1)).first()
    own = {"buyer_kind": customer.kind, "org_name": customer.name, "cvr": customer.cvr}
    return {**own, "name": person.name, "email": person.email, **(unit.typed if unit else {})}
