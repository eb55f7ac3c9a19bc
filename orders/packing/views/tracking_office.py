"""A carrier's tracking numbers, read from its file."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue

from orders.bank.decode import MOST_BYTES
from orders.packing.tracking import BadRows, keep_tracking, read_tracking
from shop.days import utc_now
from shop.db import transaction
from shop.errors import Refused
from shop.i18n import gettext as _
from shop.i18n import ngettext
from shop.people.guards import coordinator_only
from shop.web.limits import takes
from shop.web.templating import see_other

door = Blueprint("tracking_office", __name__)
PATH = "/kontor/pakning/pakkenumre"


@door.get(PATH)
@coordinator_only
def tracking() -> ResponseReturnValue:
    """The form, and what the file must look like."""
    return _page()


@door.post(PATH)
@takes(4 * MOST_BYTES)
@coordinator_only
def read() -> ResponseReturnValue:
    """Read a file: all of it, or nothing and every fault by its row. The same file twice is harmless."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(422, refusal=_("Vælg først filen fra fragtmanden."))
    try:
        found = read_tracking(sent.read())
        with transaction():
            new = keep_tracking(found, by=g.person, now=utc_now())
    except BadRows as bad:
        return _page(422, refusal=str(bad), errors=bad.errors)
    except Refused as refused:
        return _page(422, refusal=str(refused))
    told = ngettext("%(num)s nyt pakkenummer.", "%(num)s nye pakkenumre.", new) if new else _("Ingen nye pakkenumre.")
    flash(f"{told} " + _("%(count)s var her i forvejen.", count=len(found) - new), "done")
    return see_other(PATH)


def _page(status: int = 200, *, refusal: str = "", errors: Sequence[tuple[int, Any]] = ()) -> ResponseReturnValue:
    return render_template("office/packing/tracking.html", refusal=refusal, errors=errors), status
