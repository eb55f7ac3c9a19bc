"""What must hold of every division of øre."""

import random
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shop.money import offset_bits, offset_for, offset_from_bits, part_of, split

TOTALS = st.integers(-(10**12), 10**12)
OFFSETS = st.integers(0, 2**32 - 1).map(offset_from_bits)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=14).filter(any)


def exact_shares(total: int, weights: list[int]) -> list[Fraction]:
    return [Fraction(total * weight, sum(weights)) for weight in weights]


@given(TOTALS, WEIGHTS, OFFSETS)
def test_the_shares_are_the_total(total: int, weights: list[int], offset: Fraction) -> None:
    shares = split(total, weights, offset)
    assert sum(shares) == total
    assert len(shares) == len(weights)
    assert all(type(share) is int for share in shares)


@given(TOTALS, WEIGHTS, OFFSETS)
def test_each_share_is_less_than_one_ore_from_exact(total: int, weights: list[int], offset: Fraction) -> None:
    for share, exact in zip(split(total, weights, offset), exact_shares(total, weights), strict=True):
        assert abs(share - exact) < 1


@given(TOTALS, WEIGHTS, OFFSETS)
def test_it_is_the_rule_as_it_is_written(total: int, weights: list[int], offset: Fraction) -> None:
    cumulative = [Fraction(abs(total) * sum(weights[:count]), sum(weights)) for count in range(len(weights) + 1)]
    steps = [(at + offset).__floor__() for at in cumulative]
    expected = [after - before for before, after in pairwise(steps)]
    assert split(total, weights, offset) == [share if total >= 0 else -share for share in expected]


@given(TOTALS, WEIGHTS, OFFSETS)
def test_no_weight_no_share_and_never_the_other_sign(total: int, weights: list[int], offset: Fraction) -> None:
    for share, weight in zip(split(total, weights, offset), weights, strict=True):
        assert weight > 0 or share == 0
        assert share * total >= 0


@given(TOTALS, WEIGHTS, OFFSETS)
def test_turning_the_sign_turns_every_share(total: int, weights: list[int], offset: Fraction) -> None:
    assert split(-total, weights, offset) == [-share for share in split(total, weights, offset)]


@given(TOTALS, WEIGHTS, OFFSETS, st.integers(1, 10**6))
def test_only_the_proportion_of_the_weights_counts(
    total: int, weights: list[int], offset: Fraction, scale: int
) -> None:
    assert split(total, [weight * scale for weight in weights], offset) == split(total, weights, offset)


@given(TOTALS, WEIGHTS, OFFSETS, st.data())
def test_neighbours_taken_together_get_what_they_get_apart(
    total: int, weights: list[int], offset: Fraction, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(weights)))
    shares = split(total, weights, offset)
    assert split(total, [sum(weights[:cut]), sum(weights[cut:])], offset) == [sum(shares[:cut]), sum(shares[cut:])]


@given(st.integers(0, 10**6), st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any))
def test_over_all_offsets_everybody_gets_exactly_the_exact_share(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    received = [0] * len(weights)
    for step in range(whole):
        for place, share in enumerate(split(total, weights, Fraction(step, whole))):
            received[place] += share
    assert received == [total * weight for weight in weights]


@given(TOTALS, WEIGHTS, st.text(min_size=1, alphabet=st.characters(codec="utf-8")))
def test_a_key_always_gives_the_same_division(total: int, weights: list[int], key: str) -> None:
    first = split(total, weights, offset_for(key))
    assert split(total, list(weights), offset_from_bits(offset_bits(key))) == first


@given(OFFSETS)
def test_one_ore_over_three_goes_to_one_of_them(offset: Fraction) -> None:
    assert sorted(split(1, [1, 1, 1], offset)) == [0, 0, 1]


@given(OFFSETS)
def test_the_refund_of_80_kroner(offset: Fraction) -> None:
    """Shares 120/90/40/30/39.20 of 319.20: exactly 30.0752/22.5564/10.0251/7.5188/9.8246."""
    shares = split(8000, [12000, 9000, 4000, 3000, 3920], offset)
    beside = [(3007, 3008), (2255, 2256), (1002, 1003), (751, 752), (982, 983)]
    assert sum(shares) == 8000
    assert all(share in pair for share, pair in zip(shares, beside, strict=True))


def largest_drift(orders: int, draw_order: random.Random, same_basket: bool) -> float:
    """The furthest any of 12 suppliers ever got from its exact sum, in øre, over so many orders."""
    drift = [0.0] * 12
    furthest = 0.0
    suppliers, weights = [0, 1, 2, 3], [12000, 9000, 4000, 6919]
    total = 31921
    for _ in range(orders):
        if not same_basket:
            suppliers = draw_order.sample(range(12), draw_order.randint(3, 7))
            weights = [draw_order.randint(500, 15000) for _ in suppliers]
            total = draw_order.randint(5000, 99900)
        whole = sum(weights)
        shares = split(total, weights, offset_for(f"line:{draw_order.getrandbits(64):016x}"))
        for supplier, share, weight in zip(suppliers, shares, weights, strict=True):
            drift[supplier] += (share * whole - total * weight) / whole
        furthest = max(furthest, *map(abs, drift))
    return furthest


def test_nobody_is_a_favourite_over_100_000_random_orders() -> None:
    assert largest_drift(100_000, random.Random(2026), same_basket=False) < 1000


def test_nobody_is_a_favourite_over_100_000_equal_orders() -> None:
    assert largest_drift(100_000, random.Random(2027), same_basket=True) < 1000


@given(TOTALS, st.integers(1, 30), st.data())
def test_pieces_taken_in_any_order_are_the_whole(left: int, pieces: int, data: st.DataObject) -> None:
    taken, rest = 0, left
    while pieces:
        q = data.draw(st.integers(1, pieces))
        part = part_of(rest, q, pieces)
        assert abs(part) <= abs(rest)
        assert abs(2 * (part * pieces - rest * q)) <= pieces
        taken, rest, pieces = taken + part, rest - part, pieces - q
    assert taken == left
    assert rest == 0
