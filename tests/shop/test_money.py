"""Øre divided, written and read: the figures that people will check by hand."""

from enum import IntEnum
from fractions import Fraction

import pytest

from shop.money import (
    LARGEST_ORE,
    divide_half_up,
    format_amount,
    format_kr,
    offset_bits,
    offset_for,
    offset_from_bits,
    parse_kr,
    part_of,
    split,
)

HALF = Fraction(1, 2)


class Weight(IntEnum):
    HEAVY = 3


def test_split_gives_agreed_prices_exactly() -> None:
    assert split(31920, [12000, 9000, 4000, 3000, 3920], offset_for("line:a")) == [12000, 9000, 4000, 3000, 3920]


@pytest.mark.parametrize(
    ("offset", "shares"),
    [
        (Fraction(0), [0, 0, 1]),
        (Fraction(1, 3), [0, 1, 0]),
        (Fraction(2, 3), [1, 0, 0]),
        (Fraction(2**32 - 1, 2**32), [1, 0, 0]),
    ],
)
def test_one_ore_over_three_is_one_ore(offset: Fraction, shares: list[int]) -> None:
    assert split(1, [1, 1, 1], offset) == shares


def test_split_of_a_negative_total_is_the_positive_one_negated() -> None:
    assert split(-100, [1, 1, 1], HALF) == [-33, -34, -33]
    assert split(100, [1, 1, 1], HALF) == [33, 34, 33]


@pytest.mark.parametrize("offset", [Fraction(0), HALF, Fraction(2**32 - 1, 2**32)])
def test_zero_weight_gets_nothing_wherever_it_stands(offset: Fraction) -> None:
    shares = split(101, [0, 1, 0, 2, 0], offset)
    assert (shares[0], shares[2], shares[4]) == (0, 0, 0)
    assert sum(shares) == 101


def test_split_of_nothing_is_nothing() -> None:
    assert split(0, [3, 4], HALF) == [0, 0]


@pytest.mark.parametrize(
    "weights", [[], [0], [0, 0], [2, -1], [1, True], [1, 2.0], [1, "2"], [1, None], [Weight.HEAVY]]
)
def test_split_refuses_weights_that_are_none(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        split(100, weights, HALF)


@pytest.mark.parametrize("total", [1.0, True, "1", None, Fraction(1)])
def test_split_refuses_a_total_that_is_no_whole_number(total: int) -> None:
    with pytest.raises(ValueError, match="total"):
        split(total, [1, 1], HALF)


@pytest.mark.parametrize("offset", [Fraction(1), Fraction(-1, 2**32), Fraction(3, 2), 0.5, 0, None])
def test_split_refuses_an_offset_outside_nought_to_one(offset: Fraction) -> None:
    with pytest.raises(ValueError, match="offset"):
        split(100, [1, 1], offset)


def test_offset_is_the_first_32_bits_of_sha256() -> None:
    # printf 'line:abc' | sha256sum begins with these eight digits.
    assert offset_bits("line:abc") == 0xADDDFCCD
    assert offset_for("line:abc") == Fraction(0xADDDFCCD, 2**32)
    assert offset_from_bits(offset_bits("line:abc")) == offset_for("line:abc")


def test_offset_of_a_danish_key_is_that_of_its_utf8() -> None:
    # printf 'line:æøå' | sha256sum
    assert offset_bits("line:æøå") == 0x85E492B9


def test_offset_refuses_an_empty_key() -> None:
    with pytest.raises(ValueError, match="key"):
        offset_bits("")


@pytest.mark.parametrize("bits", [-1, 2**32, True, 1.0])
def test_offset_refuses_more_than_32_bits(bits: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        offset_from_bits(bits)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (1, 2, 1),
        (-1, 2, -1),
        (1, 3, 0),
        (-1, 3, 0),
        (2, 3, 1),
        (-2, 3, -1),
        (5, 2, 3),
        (-5, 2, -3),
        (0, 7, 0),
        (7, 1, 7),
    ],
)
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert divide_half_up(numerator, denominator) == rounded


@pytest.mark.parametrize("denominator", [0, -2])
def test_dividing_by_nothing_or_less_is_refused(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        divide_half_up(1, denominator)


@pytest.mark.parametrize(
    ("left", "q", "q_left", "part"),
    [
        (10000, 1, 3, 3333),
        (6667, 1, 2, 3334),
        (3333, 1, 1, 3333),
        (1, 1, 2, 1),
        (-1, 1, 2, -1),
        (-10000, 1, 3, -3333),
        (10000, 3, 3, 10000),
        (0, 1, 5, 0),
    ],
)
def test_part_of_what_is_left(left: int, q: int, q_left: int, part: int) -> None:
    assert part_of(left, q, q_left) == part


@pytest.mark.parametrize(("q", "q_left"), [(0, 3), (-1, 3), (4, 3), (0, 0), (1, 0)])
def test_part_of_refuses_pieces_that_are_not_there(q: int, q_left: int) -> None:
    with pytest.raises(ValueError, match="pieces"):
        part_of(100, q, q_left)


@pytest.mark.parametrize(
    ("ore", "danish", "english"),
    [
        (123450, "1.234,50 kr.", "DKK 1,234.50"),
        (0, "0,00 kr.", "DKK 0.00"),
        (5, "0,05 kr.", "DKK 0.05"),
        (-5, "−0,05 kr.", "DKK −0.05"),
        (-123450, "−1.234,50 kr.", "DKK −1,234.50"),
        (123456789012, "1.234.567.890,12 kr.", "DKK 1,234,567,890.12"),
    ],
)
def test_money_as_written(ore: int, danish: str, english: str) -> None:
    assert format_kr(ore) == danish
    assert format_kr(ore, "en") == english
    assert format_amount(ore) == danish.removesuffix(" kr.")
    assert format_amount(ore, "en") == english.removeprefix("DKK ")


def test_money_in_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de'"):
        format_kr(100, "de")


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("1.234,50", 123450),
        ("1234,5", 123450),
        ("1234,50", 123450),
        ("399", 39900),
        ("399,-", 39900),
        ("399.-", 39900),
        ("399,–", 39900),
        ("kr. 399", 39900),
        ("kr 399", 39900),
        ("Kr.399,-", 39900),
        ("399 kr.", 39900),
        ("399kr", 39900),
        ("399 kroner", 39900),
        ("DKK 1,234.50", 123450),
        ("1.234", 123400),
        ("1.234.567", 123456700),
        ("12.50", 1250),
        ("12.34", 1234),
        ("0,05", 5),
        ("  399\u00a0kr. ", 39900),
        ("-50", -5000),
        ("−50,25 kr.", -5025),
        ("DKK −1,234.50", -123450),
        ("10.000.000.000", LARGEST_ORE),
    ],
)
def test_money_as_typed(text: str, ore: int) -> None:
    assert parse_kr(text) == ore


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "kr.",
        "-",
        ",50",
        "12.5",
        "12.345,678",
        "1,234",
        "0.123",
        "1234.567",
        "12.34.56",
        "1.23,45",
        "12,345.6",
        "12.3456",
        "1 234",
        "1e3",
        "0x10",
        "1_000",
        "½",
        "١٢٣",
        "３９９",
        "399 EUR",
        "kr. 399 kr.",
        "--5",
        "-kr. -5",
        "5-",
        "nan",
        "399\x00",
        "399\n400",
        "🎁",
        "<b>399</b>",
        "10.000.000.000,01",
        "9" * 39,
        "9" * 10_000,
    ],
)
def test_money_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_kr(text)
