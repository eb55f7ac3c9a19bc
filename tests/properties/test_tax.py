"""What must hold of the VAT of every order."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shop.tax import GrossLine, NetLine, tax_gross_lines, tax_net_lines, vat_groups, vat_in_gross, vat_on_net

GROUPS = st.sampled_from([("S", 2500), ("S", 1200), ("Z", 0), ("E", 0)])
SALES = st.integers(0, 10**8)
SIGNED = st.integers(-(10**8), 10**8)
KEYS = st.text(alphabet="abc123", min_size=1, max_size=8)


def gross_lines(amounts: st.SearchStrategy[int]) -> st.SearchStrategy[list[GrossLine]]:
    return st.lists(st.builds(lambda ore, group: GrossLine(ore, *group), amounts, GROUPS), max_size=12)


def net_lines(amounts: st.SearchStrategy[int]) -> st.SearchStrategy[list[NetLine]]:
    return st.lists(st.builds(lambda ore, group: NetLine(ore, *group), amounts, GROUPS), max_size=12)


@given(gross_lines(SIGNED), KEYS)
def test_the_gross_is_what_was_paid_and_each_groups_vat_is_that_of_its_total(lines: list[GrossLine], key: str) -> None:
    taxed = tax_gross_lines(lines, key)
    assert [(line.gross_ore, line.category, line.rate_bp) for line in taxed] == [
        (line.gross_ore, line.category, line.rate_bp) for line in lines
    ]
    for group in vat_groups(taxed):
        assert group.vat_ore == vat_in_gross(group.gross_ore, group.rate_bp)
        assert group.net_ore + group.vat_ore == group.gross_ore


@given(net_lines(SIGNED), KEYS)
def test_the_net_is_what_was_agreed_and_each_groups_vat_is_that_of_its_total(lines: list[NetLine], key: str) -> None:
    taxed = tax_net_lines(lines, key)
    assert [(line.net_ore, line.category, line.rate_bp) for line in taxed] == [
        (line.net_ore, line.category, line.rate_bp) for line in lines
    ]
    for group in vat_groups(taxed):
        assert group.vat_ore == vat_on_net(group.net_ore, group.rate_bp)


@given(gross_lines(SALES), KEYS)
def test_each_lines_vat_is_near_its_own(lines: list[GrossLine], key: str) -> None:
    # Within 1 øre of its part of the group's VAT, which is itself rounded by at most half an øre.
    for line in tax_gross_lines(lines, key):
        assert abs(line.vat_ore - Fraction(line.gross_ore * line.rate_bp, 10_000 + line.rate_bp)) < Fraction(3, 2)
        assert line.vat_ore >= 0
        assert line.gross_ore > 0 or line.vat_ore == 0


@given(st.lists(st.integers(0, 10**6).map(lambda steps: steps * 5), max_size=12), KEYS)
def test_prices_in_steps_of_five_ore_are_exact_on_every_line(prices: list[int], key: str) -> None:
    taxed = tax_gross_lines([GrossLine(price, "S", 2500) for price in prices], key)
    assert [line.vat_ore for line in taxed] == [price // 5 for price in prices]


@given(gross_lines(SIGNED), KEYS)
def test_turning_the_signs_turns_the_vat(lines: list[GrossLine], key: str) -> None:
    turned = [GrossLine(-line.gross_ore, line.category, line.rate_bp) for line in lines]
    vats = [line.vat_ore for line in tax_gross_lines(lines, key)]
    assert [line.vat_ore for line in tax_gross_lines(turned, key)] == [-vat for vat in vats]


@given(SIGNED, st.integers(0, 10_000))
def test_vat_is_rounded_by_at_most_half_an_ore(amount: int, rate_bp: int) -> None:
    assert abs(vat_in_gross(amount, rate_bp) - Fraction(amount * rate_bp, 10_000 + rate_bp)) <= Fraction(1, 2)
    assert abs(vat_on_net(amount, rate_bp) - Fraction(amount * rate_bp, 10_000)) <= Fraction(1, 2)
