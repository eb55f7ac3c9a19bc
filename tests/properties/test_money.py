"""What must hold of money written and read."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.money import LARGEST_ORE, divide_half_up, format_amount, format_kr, parse_kr

AMOUNTS = st.integers(-LARGEST_ORE, LARGEST_ORE)
LANGUAGES = st.sampled_from(["da", "en"])


@given(AMOUNTS, LANGUAGES)
def test_what_is_written_is_read_back(ore: int, language: str) -> None:
    assert parse_kr(format_kr(ore, language)) == ore
    assert parse_kr(format_amount(ore, language)) == ore


@given(st.text(max_size=60) | st.text(alphabet="0123456789.,- kr", max_size=20))
def test_any_text_is_an_amount_within_bounds_or_refused(text: str) -> None:
    # Any error but ValueError fails the test by itself.
    with suppress(ValueError):
        ore = parse_kr(text)
        assert type(ore) is int
        assert abs(ore) <= LARGEST_ORE
        assert parse_kr(format_kr(ore)) == ore


@given(st.integers(LARGEST_ORE + 1, 10**30))
def test_too_much_is_refused(ore: int) -> None:
    for amount in (ore, -ore):
        with pytest.raises(ValueError, match="amount"):
            parse_kr(format_amount(amount))


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_is_to_the_nearest_and_the_same_for_both_signs(numerator: int, denominator: int) -> None:
    rounded = divide_half_up(numerator, denominator)
    assert abs(rounded - Fraction(numerator, denominator)) <= Fraction(1, 2)
    assert divide_half_up(-numerator, denominator) == -rounded
