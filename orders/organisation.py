"""A company or a public body as the buyer of one order: what its invoice must say of it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who buys. A public body has a GLN ("EAN-nummer") and a reference; its own order number and account if it said so.

    `reference` is the person or unit the invoice is for (BT-10), `requisition` the buyer's order number (BT-13),
    `account_string` its *kontostreng* (BT-19). Numbers are digits alone, checked; "" for none.
    """

    name: str
    cvr: str = ""
    gln: str = ""
    reference: str = ""
    requisition: str = ""
    account_string: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the order."""
        return asdict(self)
