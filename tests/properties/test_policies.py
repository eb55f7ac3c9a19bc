"""The three policies and the floor: whatever is in a basket, every øre has an owner and nobody but the pot pays in."""

from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from catalog.baskets.policies import Division, FeeEstimate, Part, Terms, divide, floor_of
from shop.money import OFFSET_DENOMINATOR

AGREED, PROPORTIONAL, GUARANTEED = POLICIES = ("agreed", "proportional", "guaranteed")
SOME_OFFSET = Fraction(1, 3)

offsets = st.integers(0, OFFSET_DENOMINATOR - 1).map(lambda bits: Fraction(bits, OFFSET_DENOMINATOR))
pieces = st.integers(1, 500)
quantities = st.integers(1, 20)
prices = st.integers(0, 60_000)
components = st.builds(Part, st.just("component"), quantities, prices, prices)
services = st.builds(Part, st.just("service"), quantities, prices, st.just(0))
fees = st.builds(FeeEstimate, st.integers(0, 2_000), st.integers(0, 10_000), st.sampled_from((0, 1_200, 2_500)))


@st.composite
def part_lists(draw: st.DrawFn) -> tuple[Part, ...]:
    goods = draw(st.lists(components, min_size=1, max_size=8))
    done = draw(st.lists(services, max_size=3))
    return tuple(draw(st.permutations([*goods, *done])))


class Published:
    """A basket that could be published: its floor is found, and its price lies at the floor or above."""

    def __init__(self, terms: Terms, fee: FeeEstimate, net_ore: int) -> None:
        self.terms = terms
        self.fee = fee
        self.net_ore = net_ore

    def __repr__(self) -> str:
        return f"Published({self.terms!r}, {self.fee!r}, net_ore={self.net_ore})"

    def divide(self, net_ore: int, count: int = 1, offset: Fraction = SOME_OFFSET) -> Division:
        return divide(self.terms, net_ore, count, offset)


def publish(policy: str, percent_bp: int, parts: tuple[Part, ...], fee: FeeEstimate, above: int) -> Published | None:
    floor = floor_of(policy, percent_bp, parts, fee)
    if floor is None:
        return None
    net_ore = floor + above
    return Published(Terms(policy, percent_bp, fee.of_net(net_ore), floor, parts), fee, net_ore)


@st.composite
def published(draw: st.DrawFn) -> Published:
    policy = draw(st.sampled_from(POLICIES))
    made = publish(policy, draw(st.integers(0, 10_000)), draw(part_lists()), draw(fees), draw(st.integers(0, 200_000)))
    assume(made is not None)
    assert made is not None
    return made


def rightful(terms: Terms, net_ore: int, fee: FeeEstimate) -> bool:
    """Whether the policy can be kept at this price, as the law of the house puts it, in exact fractions."""
    if terms.policy != PROPORTIONAL:
        owed = sum(
            part.quantity * (part.agreed_ore if part.is_service or terms.policy == AGREED else part.guaranteed_ore)
            for part in terms.parts
        )
        return net_ore - owed >= fee.of_net(net_ore)
    services_ore = sum(part.quantity * part.agreed_ore for part in terms.parts if part.is_service)
    pot = int(Fraction(net_ore * terms.pot_percent_bp, 10_000) + Fraction(1, 2))
    return net_ore - services_ore >= pot >= fee.of_net(net_ore)


@given(published(), pieces, offsets, st.integers(-100_000, 100_000_000))
def test_the_shares_are_the_whole_and_only_the_pot_pays_in(
    basket: Published, count: int, offset: Fraction, net_ore: int
) -> None:
    division = basket.divide(net_ore, count, offset)
    assert len(division.parts) == len(basket.terms.parts)
    assert sum(division.parts) + division.pot == net_ore
    assert min(division.parts) >= 0
    assert division == basket.divide(net_ore, count, offset)


@given(published(), st.data(), offsets)
def test_from_the_floor_on_the_pot_pays_the_fee(basket: Published, data: st.DataObject, offset: Fraction) -> None:
    net_ore = data.draw(st.integers(basket.terms.floor_ore, basket.net_ore))
    assert basket.divide(net_ore, 1, offset).pot >= basket.fee.of_net(net_ore)


@given(published(), pieces, offsets)
def test_many_pieces_cost_the_pot_no_more_than_rounding(basket: Published, count: int, offset: Fraction) -> None:
    net_ore = basket.net_ore * count
    pot = basket.divide(net_ore, count, offset).pot
    assert pot >= 0
    assert pot + count / 2 >= basket.fee.of_net(net_ore)


@given(published())
@example(
    # With so small a percentage the pot's rounding and the fee's cross more than once: the floor lies above them all.
    Published(Terms(PROPORTIONAL, 200, 0, 0, (Part("component", 1, 100),)), FeeEstimate(150, 0, 2_500), 0)
)
def test_the_floor_is_the_lowest_price_from_which_the_policy_holds(basket: Published) -> None:
    terms, fee = basket.terms, basket.fee
    floor = floor_of(terms.policy, terms.pot_percent_bp, terms.parts, fee)
    assert floor is not None
    assert not rightful(terms, floor - 1, fee)
    assert all(rightful(terms, net_ore, fee) for net_ore in (*range(floor, floor + 300), floor * 2, 100_000_000))


@given(published(), pieces, offsets, st.integers(1, 10_000_000))
def test_below_the_floor_nobody_but_the_pot_loses(basket: Published, count: int, offset: Fraction, below: int) -> None:
    at_floor = basket.terms.floor_ore * count
    whole, short = basket.divide(at_floor, count, offset), basket.divide(at_floor - below, count, offset)
    assert short.parts == whole.parts
    assert short.pot == whole.pot - below


@given(published(), pieces, offsets, st.integers(0, 10_000_000))
def test_agreed_prices_and_services_are_paid_in_full(
    basket: Published, count: int, offset: Fraction, net_ore: int
) -> None:
    division = basket.divide(net_ore, count, offset)
    for part, share in zip(basket.terms.parts, division.parts, strict=True):
        if part.is_service or basket.terms.policy == AGREED:
            assert share == part.agreed_ore * part.quantity * count
        elif basket.terms.policy == GUARANTEED:
            assert share >= part.guaranteed_ore * part.quantity * count


@given(published(), pieces, offsets)
def test_what_is_over_is_shared_by_agreed_price(basket: Published, count: int, offset: Fraction) -> None:
    assume(basket.terms.policy != AGREED)
    division = basket.divide(basket.net_ore * count, count, offset)
    guaranteed = basket.terms.policy == GUARANTEED
    goods = [
        (part.agreed_ore * part.quantity, share - (part.guaranteed_ore * part.quantity * count if guaranteed else 0))
        for part, share in zip(basket.terms.parts, division.parts, strict=True)
        if not part.is_service
    ]
    weight, over = sum(price for price, _ in goods), sum(share for _, share in goods)
    for price, share in goods:
        assert abs(share * weight - over * price) < max(weight, 1)


@given(published(), pieces, offsets)
def test_many_pieces_are_as_many_times_one(basket: Published, count: int, offset: Fraction) -> None:
    """Within what rounding moves: the pot's percentage once instead of per piece, and an øre of the split per piece."""
    one, many = basket.divide(basket.net_ore, 1, offset), basket.divide(basket.net_ore * count, count, offset)
    for share, shares in zip((*one.parts, one.pot), (*many.parts, many.pot), strict=True):
        assert abs(shares - share * count) <= 2 * count + 1


@given(part_lists(), fees, st.integers(0, 10_000))
def test_no_percentage_that_cannot_pay_the_fee_has_a_floor(
    parts: tuple[Part, ...], fee: FeeEstimate, percent_bp: int
) -> None:
    rate = Fraction(fee.percent_bp * (10_000 + fee.vat_rate_bp), 10_000)
    floor = floor_of(PROPORTIONAL, percent_bp, parts, fee)
    if percent_bp < rate or (percent_bp == rate > 0):
        assert floor is None
    elif floor is not None:
        assert floor >= sum(part.quantity * part.agreed_ore for part in parts if part.is_service)


WORKED = (
    Part("component", 1, 12_000, 10_000),
    Part("component", 1, 9_000, 8_000),
    Part("component", 1, 4_000, 3_000),
    Part("service", 1, 3_000),
)
CARD = FeeEstimate(150, 180, 2_500)


def test_the_worked_example_of_the_settlement() -> None:
    """domain-denmark §2.1: 399.00 kr. is 319.20 net; 120/90/40, 30 for packing, and 39.20 for the pot."""
    floor = floor_of(AGREED, 0, WORKED, CARD)
    assert floor is not None
    division = divide(Terms(AGREED, 0, CARD.of_net(31_920), floor, WORKED), 31_920, 1, SOME_OFFSET)
    assert division == Division((12_000, 9_000, 4_000, 3_000), 3_920)


@pytest.mark.parametrize(
    ("policy", "percent_bp", "parts", "pot"),
    [
        # 28.920 over the packing, less 10 % of 31.920 to the pot: 25.728 by 120:90:40.
        (PROPORTIONAL, 1_000, (12_349, 9_262, 4_117, 3_000), 3_192),
        # 24.000 owed; fee 779 and 20 % of the other 7.141 to the pot, 5.713 by 120:90:40 above the minima.
        (GUARANTEED, 2_000, (12_742, 10_057, 3_914, 3_000), 2_207),
    ],
)
def test_the_same_basket_by_the_other_policies(policy: str, percent_bp: int, parts: tuple[int, ...], pot: int) -> None:
    floor = floor_of(policy, percent_bp, WORKED, CARD)
    assert floor is not None
    terms = Terms(policy, percent_bp, CARD.of_net(31_920), floor, WORKED)
    assert divide(terms, 31_920, 1, SOME_OFFSET) == Division(parts, pot)
