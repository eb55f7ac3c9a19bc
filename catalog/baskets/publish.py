"""Make and publish a basket version: components, policy and price are frozen, the floor is worked out and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select

from catalog.baskets.models import PUBLISHED, Basket, BasketAllergen, BasketComponent, BasketVersion, Offer
from catalog.baskets.picture import picture_of
from catalog.baskets.policies import FeeEstimate, Part, floor_of
from catalog.baskets.steps import in_order, is_falling
from catalog.items.models import Item, ItemPrice
from catalog.items.queries import rates_on
from shop.days import local_day
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.money import format_kr
from shop.settings.read import value
from shop.shown import move_page_version
from shop.tax import vat_in_gross

TASTE_OF_ALCOHOL = 12  # per mille: above 1.2 % the law speaks of alcohol


@dataclass(frozen=True, slots=True)
class Texts:
    """What a basket is called and said to be, in both languages."""

    name_da: str
    name_en: str
    tagline_da: str = ""
    tagline_en: str = ""
    text_da: str = ""
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One accepted offer in a basket, how many of it, and its guaranteed minimum a piece (øre net)."""

    offer: Offer
    quantity: int
    kind: str = "component"
    guaranteed_ore: int = 0


def fee_estimate(vat_rate_bp: int) -> FeeEstimate:
    """What taking a payment is expected to cost, by the settings of today."""
    return FeeEstimate(int(value("limits.fee_percent_bp")), int(value("limits.fee_fixed_ore")), vat_rate_bp)


def make_version(
    basket: Basket,
    texts: Texts,
    chosen: Sequence[Chosen],
    gross_ore: int,
    policy: str,
    pot_percent_bp: int = 0,
    *,
    steps: Mapping[str, int] | None = None,
    now: datetime,
) -> BasketVersion:
    """Add a basket's next version. Refuses an offer not accepted, and prices off the 5-øre grid or below the floor."""
    _check_offers(chosen, gross_ore)
    rate_bp = rates_on(local_day(now))["S"]
    net_ore = gross_ore - vat_in_gross(gross_ore, rate_bp)
    parts = [Part(one.kind, one.quantity, one.offer.price_ore, one.guaranteed_ore) for one in chosen]
    fee = fee_estimate(rate_bp)
    floor = _check_floor(policy, pot_percent_bp, parts, fee, net_ore)
    check_steps(gross_ore, steps or {}, floor, rate_bp)
    no = 1 + int(db.session.scalar(select(func.count()).where(BasketVersion.basket_id == basket.id)) or 0)
    version = BasketVersion(
        basket_id=basket.id,
        no=no,
        **asdict(texts),
        gross_ore=gross_ore,
        net_ore=net_ore,
        steps=dict(steps or {}),
        vat_category="S",
        policy=policy,
        pot_percent_bp=pot_percent_bp,
        fee_ore=fee.of_net(net_ore),
        floor_ore=floor,
        components=[_component(one, position) for position, one in enumerate(chosen, start=1)],
    )
    work_out_facts(version)
    db.session.add(version)
    db.session.flush()
    return version


def check_steps(gross_ore: int, steps: Mapping[str, int], floor_ore: int, rate_bp: int) -> None:
    """Refuses volume prices that do not fall, are off the 5-øre grid, or lie below the floor: each says which step."""
    for start, ore in in_order(steps):
        field = f"step_{start}"
        if ore % 5:
            raise Refused(_("Prisen skal gå op i 5 øre."), field=field)
        if ore - vat_in_gross(ore, rate_bp) < floor_ore:
            floor = format_kr(floor_ore)
            raise Refused(
                _("Prisen ved %(start)s stk. er under bunden: den skal mindst være %(floor)s uden moms.",
                  start=start, floor=floor), field=field,
            )  # fmt: skip
    if not is_falling(gross_ore, steps):
        start = in_order(steps)[0][0]
        raise Refused(_("En pris ved flere stk. skal være lavere end den før den."), field=f"step_{start}")


def publish(basket: Basket, version: BasketVersion, *, by: By, now: datetime) -> None:
    """Sell this version from now on. Orders already placed keep the version they were sold by."""
    version.published_at = now
    for component in version.components:
        component.item_version.frozen_at = component.item_version.frozen_at or now
    version.picture = picture_of(version)[0]
    for allergen in version.allergens:
        db.session.add(BasketAllergen(version_id=version.id, allergen=allergen))
    basket.current_version_id = version.id
    basket.state = PUBLISHED
    record("published", "basket", basket.id, by=by, now=now, version=version.no, gross_ore=version.gross_ore)
    move_page_version()


def withdraw(basket: Basket, *, by: By, now: datetime, why: str) -> None:
    """Take a basket off the shelf; what has been ordered is delivered."""
    basket.state = "withdrawn"
    record("withdrawn", "basket", basket.id, by=by, now=now, why=why)
    move_page_version()


def check_price_alone(item: Item, price: ItemPrice) -> None:
    """Refuse a price at which an item sold alone would not pay its enterprise and the fee: that too has its floor."""
    assert item.current is not None
    check_alone(price.agreed_ore, price.gross_ore, rates_on(price.valid_from)[item.current.vat_category])


def check_alone(agreed_ore: int, gross_ore: int, rate_bp: int) -> None:
    """The same of a price that is only proposed."""
    if gross_ore <= 0 or gross_ore % 5:
        raise Refused(_("Prisen skal være over nul og gå op i 5 øre."), field="gross_ore")
    net_ore = gross_ore - vat_in_gross(gross_ore, rate_bp)
    _check_floor("agreed", 0, [Part("component", 1, agreed_ore)], fee_estimate(rate_bp), net_ore)


def _check_offers(chosen: Sequence[Chosen], gross_ore: int) -> None:
    if not chosen:
        raise Refused(_("Der er intet i kurven endnu."))
    for one in chosen:
        if one.offer.state != "accepted":
            name = one.offer.item_version.name_da
            raise Refused(_("«%(name)s» har ikke et accepteret tilbud.", name=name))
    if gross_ore <= 0 or gross_ore % 5:
        raise Refused(_("Prisen skal være over nul og gå op i 5 øre."), field="gross_ore")


def _check_floor(policy: str, percent_bp: int, parts: Sequence[Part], fee: FeeEstimate, net_ore: int) -> int:
    floor = floor_of(policy, percent_bp, parts, fee)
    if floor is None:
        raise Refused(_("Med den procent kan puljen aldrig dække gebyret. Sæt procenten op."), field="pot_percent_bp")
    if net_ore < floor:
        raise Refused(
            _("Prisen er under bunden: den skal mindst være %(floor)s uden moms.", floor=format_kr(floor)),
            field="gross_ore",
        )
    return floor


def _component(one: Chosen, position: int) -> BasketComponent:
    version = one.offer.item_version
    return BasketComponent(
        kind=one.kind,
        position=position,
        offer=one.offer,
        item=version.item,
        item_id=version.item_id,
        item_version=version,
        item_version_id=version.id,
        enterprise_id=version.item.enterprise_id,
        quantity=one.quantity,
        agreed_ore=one.offer.price_ore,
        guaranteed_ore=one.guaranteed_ore,
    )


def work_out_facts(version: BasketVersion) -> None:
    """What the list filters on and the checkout asks: worked out once, from the components."""
    goods = [component for component in version.components if component.kind == "component"]
    version.enterprises = len({component.enterprise_id for component in version.components})
    version.allergens = sorted({name for component in goods for name in component.item_version.allergens})
    version.has_alcohol = any(component.item_version.abv_permille > TASTE_OF_ALCOHOL for component in goods)
    version.weight_g = sum(component.item_version.weight_g * component.quantity for component in goods)
    version.lead_days = max(component.offer.lead_days for component in version.components)
