"""The coordinator's catalogue: baskets, items, enterprises, and how a basket's price divides."""

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalog.assembly.history import enterprise_history
from catalog.assembly.offered import TONES, offers_of
from catalog.baskets.forms import PriceForm
from catalog.baskets.offers import NAMES
from catalog.baskets.queries_office import (
    catalogue_counts,
    find_any_basket,
    find_enterprise_row,
    office_baskets,
    office_enterprises,
    office_items,
    preview,
)
from catalog.baskets.words import POLICIES, STATES
from catalog.items.queries import rates_on
from shop.days import local_day, utc_now
from shop.listing import typed_search, typed_side
from shop.people.guards import coordinator_only
from shop.people.words import VAT_STATUSES
from shop.weave import POT
from shop.web.templating import paging

door = Blueprint("baskets_office", __name__)
PATH = "/kontor/katalog"


@door.get(PATH)
@coordinator_only
def baskets() -> ResponseReturnValue:
    """Every basket: version, policy, price, floor, the pot's part, how many can be had."""
    search, side = _asked()
    return render_template(
        "office/baskets/catalogue.html", page=office_baskets(search, side), search=search, counts=catalogue_counts(),
        policies=POLICIES, states=STATES, paging=paging(PATH, sog=search),
    )  # fmt: skip


@door.get(f"{PATH}/varer")
@coordinator_only
def items() -> ResponseReturnValue:
    """Every item: state, version, prices, what there is and what is spoken for, and in how many baskets it is."""
    search, side = _asked()
    today = local_day(utc_now())
    return render_template(
        "office/baskets/items.html", page=office_items(search, today, side), search=search, counts=catalogue_counts(),
        states=STATES, paging=paging(f"{PATH}/varer", sog=search),
    )  # fmt: skip


@door.get(f"{PATH}/virksomheder")
@coordinator_only
def enterprises() -> ResponseReturnValue:
    """Every enterprise with its VAT status and its part of the catalogue."""
    search, side = _asked()
    today = local_day(utc_now())
    return render_template(
        "office/baskets/enterprises.html", page=office_enterprises(search, today, side), search=search,
        counts=catalogue_counts(), statuses=VAT_STATUSES, paging=paging(f"{PATH}/virksomheder", sog=search),
    )  # fmt: skip


@door.get(f"{PATH}/virksomheder/<slug>")
@coordinator_only
def enterprise(slug: str) -> ResponseReturnValue:
    """One enterprise: its facts, what it has been asked for, and its journal."""
    row = find_enterprise_row(slug, local_day(utc_now())) or abort(404)
    return render_template(
        "office/baskets/enterprise.html", row=row, statuses=VAT_STATUSES, names=NAMES, tones=TONES,
        page=offers_of(row.enterprise.id, typed_side(request.args.get("side"))),
        paging=paging(f"{PATH}/virksomheder/{slug}"), search=urlencode({"sog": row.enterprise.name}),
        history=enterprise_history(row.enterprise.id),
    )  # fmt: skip


@door.get(f"{PATH}/kurve/<slug>")
@coordinator_only
def basket(slug: str) -> ResponseReturnValue:
    """How a basket's price divides over its suppliers, at its own price or at one that is typed in (?pris=)."""
    found = find_any_basket(slug) or abort(404)
    version = found.current or abort(404)
    rate_bp = rates_on(local_day(utc_now())).get(version.vat_category, 0)
    form = PriceForm(request.args if "pris" in request.args else None)
    typed = "pris" in request.args and form.validate()
    gross_ore = form.pris.data if typed and form.pris.data is not None else version.gross_ore
    return render_template(
        "office/baskets/basket.html", basket=found, version=version, form=form,
        shown=preview(version, gross_ore, rate_bp), policies=POLICIES, states=STATES, pot=POT,
    )  # fmt: skip


def _asked() -> tuple[str, int]:
    return typed_search(request.args.get("sog")), typed_side(request.args.get("side"))
