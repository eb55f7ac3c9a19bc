"""A list of what a supplier brings, as a PDF/UA-1. No names of those who get it."""

from dataclasses import asdict
from typing import Any

from orders.documents.made import print_page
from orders.packing.difference import difference
from orders.packing.inbound import find_list, pieces_of, where_to
from orders.packing.models import InboundList
from shop.days import local_day
from shop.i18n import language
from shop.settings.read import seller, value


def inbound_pdf(issued: InboundList) -> bytes:
    """The list as it was issued, with what was new since the one before, in the reader's language."""
    return print_page("inbound", language(), archive=False, apart=True, doc=_data(issued))


def _data(issued: InboundList) -> dict[str, Any]:
    before = find_list(issued.enterprise_id, issued.due_on, issued.revision - 1)
    names = {int(line["item_id"]): line for one in (before, issued) if one for line in one.lines}
    changes = difference(pieces_of(before), pieces_of(issued))
    return {
        "kind": "inbound",
        "issued_on": local_day(issued.issued_at).isoformat(),
        "seller": asdict(seller()),
        "enterprise": issued.enterprise.name,
        "due_on": issued.due_on.isoformat(),
        "time": str(value("packing.inbound_time")),
        "place": where_to(),
        "revision": issued.revision,
        "lines": [
            {
                "name": names[change.item_id][f"name_{language()}"],
                "pieces": change.now,
                "kind": change.kind if before else "same",
                "by": change.by,
            }
            for change in changes
        ],
    }
