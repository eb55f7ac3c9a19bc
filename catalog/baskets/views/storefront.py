"""Home, the list of baskets, a basket's page and its picture."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, abort, render_template, request

from catalog.baskets.filters import AT_LEAST, SORTS, at_page, read_filters
from catalog.baskets.gifts import gift_limits
from catalog.baskets.models import BasketVersion
from catalog.baskets.picture import picture_of
from catalog.baskets.queries import (
    baskets_on_page,
    count_baskets,
    find_basket,
    find_drawn,
    first_baskets,
    makers_in_words,
)
from catalog.baskets.shares import COMPONENT
from catalog.baskets.split import split_of
from catalog.baskets.steps import in_order
from catalog.items.allergens import ALLERGENS
from catalog.items.facts import age_limit, allergens_of, total_content, withdrawal_exceptions
from catalog.items.queries import rates_on
from catalog.supply.calendar import earliest_day
from shop.days import local_day, utc_now
from shop.i18n import language
from shop.listing import sides_of
from shop.people.queries import enterprises
from shop.tax import vat_in_gross
from shop.web.headers import immutable, public_page
from shop.web.pages import known_query

door = Blueprint("baskets", __name__)
ON_HOME = 3
DIGITS = frozenset("0123456789abcdef")


@door.get("/")
@public_page
def home() -> str:
    """What the shop is, three baskets, the people behind, three doors."""
    found = first_baskets(ON_HOME + 1)
    baskets = found[:ON_HOME]
    return render_template(
        "storefront/baskets/home.html",
        hero=found[-1] if found else None,
        baskets=baskets,
        makers=makers_in_words(baskets),
        members=enterprises(),
    )


@door.get("/kurve")
@public_page
def basket_list() -> str:
    """The baskets that fit what was asked, a page at a time."""
    # Only what the page store tells pages apart by may decide what stands in one.
    filters = read_filters(parse_qsl(known_query(request.query_string.decode("ascii", "replace"))))
    count = count_baskets(filters)
    filters = at_page(filters, pages=sides_of(count))
    baskets = baskets_on_page(filters, language())
    return render_template(
        "storefront/baskets/list.html",
        baskets=baskets,
        makers=makers_in_words(baskets),
        filters=filters,
        asked=dict(filters.pairs()),
        count=count,
        pages=sides_of(count),
        page_url=lambda page: f"{request.script_root}/kurve?{urlencode(filters.pairs(page))}",
        allergens=ALLERGENS,
        sorts=SORTS,
        at_least=AT_LEAST,
    )


@door.get("/kurve/<slug>")
@public_page
def basket_page(slug: str) -> str:
    """One published basket; anything else is not found."""
    basket = find_basket(slug)
    if basket is None or basket.current is None:
        abort(404)
    version = basket.current
    goods = [part for part in version.components if part.kind == COMPONENT]
    inside = [part.item_version for part in goods]
    allergens, traces = allergens_of(inside)
    earliest = earliest_day(version.lead_days, local_day(utc_now()))
    return render_template(
        "storefront/baskets/page.html",
        basket=basket,
        version=version,
        goods=goods,
        services=[part for part in version.components if part.kind != COMPONENT],
        allergens=allergens,
        traces=traces,
        total=total_content((part.item_version, part.quantity) for part in goods),
        age=age_limit(inside),
        excepted=withdrawal_exceptions(inside),
        earliest=earliest,
        split=split_of(version),
        volume=_volume(version),
        gifts=gift_limits(earliest.year),
    )


def _volume(version: BasketVersion) -> list[tuple[int, int, int]]:
    """Every price of a basket as (from so many pieces, with VAT, without), when there is more than one."""
    if not version.steps:
        return []
    rate_bp = rates_on(local_day(utc_now()))[version.vat_category]
    prices = [(1, version.gross_ore), *in_order(version.steps)]
    return [(start, ore, ore - vat_in_gross(ore, rate_bp)) for start, ore in prices]


@door.get("/vaev/<digest>.svg")
@immutable
@public_page
def picture(digest: str) -> Response:
    """A basket's picture under its hash, also when the basket has since been changed."""
    version = find_drawn(digest) if DIGITS.issuperset(digest) else None
    if version is None:
        abort(404)
    return Response(picture_of(version)[1], mimetype="image/svg+xml")
