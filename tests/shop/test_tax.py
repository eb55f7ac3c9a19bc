"""VAT per group: the worked figures, and lines that always add up."""

import pytest

from shop.money import offset_for, split
from shop.tax import GrossLine, NetLine, TaxedLine, VatGroup, tax_gross_lines, tax_net_lines, vat_groups
from shop.tax import vat_in_gross as in_gross
from shop.tax import vat_on_net as on_net

DK = 2500


def gross(*amounts: int, category: str = "S", rate_bp: int = DK) -> list[GrossLine]:
    return [GrossLine(amount, category, rate_bp) for amount in amounts]


def net(*amounts: int, category: str = "S", rate_bp: int = DK) -> list[NetLine]:
    return [NetLine(amount, category, rate_bp) for amount in amounts]


@pytest.mark.parametrize(
    ("gross_ore", "net_ore", "vat_ore"),
    [
        (39900, 31920, 7980),
        (24900, 19920, 4980),
        (19995, 15996, 3999),
        (4999, 3999, 1000),
        (3 * 4999, 11998, 2999),
        (0, 0, 0),
        (-39900, -31920, -7980),
    ],
)
def test_a_consumer_price_is_split_into_net_and_vat(gross_ore: int, net_ore: int, vat_ore: int) -> None:
    assert in_gross(gross_ore, DK) == vat_ore
    (line,) = tax_gross_lines(gross(gross_ore), "order")
    assert (line.gross_ore, line.net_ore, line.vat_ore) == (gross_ore, net_ore, vat_ore)


def test_vat_on_net_is_half_up() -> None:
    assert on_net(11998, DK) == 3000  # exactly 2999.5
    assert on_net(-11998, DK) == -3000
    assert on_net(31920, DK) == 7980


def test_vat_follows_the_rate() -> None:
    assert in_gross(11200, 1200) == 1200
    assert in_gross(10000, 0) == 0
    assert on_net(10000, 1250) == 1250


@pytest.mark.parametrize("rate_bp", [-1, 10_001, True, 25.0])
def test_a_rate_out_of_bounds_is_refused(rate_bp: int) -> None:
    with pytest.raises(ValueError, match="rate"):
        in_gross(100, rate_bp)
    with pytest.raises(ValueError, match="rate"):
        on_net(100, rate_bp)


def test_a_taxed_line_that_does_not_add_up_cannot_exist() -> None:
    assert TaxedLine(39900, 31920, 7980, "S", DK).vat_ore == 7980
    with pytest.raises(ValueError, match="do not make gross 39900"):
        TaxedLine(39900, 31920, 7981, "S", DK)


def test_three_lines_of_49_99_have_the_vat_of_149_97() -> None:
    lines = tax_gross_lines(gross(4999, 4999, 4999), "order")
    assert sum(line.vat_ore for line in lines) == 2999
    assert sum(line.net_ore for line in lines) == 11998
    assert sorted(line.vat_ore for line in lines) == [999, 1000, 1000]
    assert [line.gross_ore for line in lines] == [4999] * 3


def test_the_odd_ore_falls_by_the_orders_key_and_always_the_same() -> None:
    keys = [f"order-{number}" for number in range(60)]
    places = {key: [line.vat_ore for line in tax_gross_lines(gross(4999, 4999, 4999), key)].index(999) for key in keys}
    assert set(places.values()) == {0, 1, 2}
    again = {key: [line.vat_ore for line in tax_gross_lines(gross(4999, 4999, 4999), key)].index(999) for key in keys}
    assert again == places


def test_the_vat_is_divided_by_the_key_of_its_group() -> None:
    lines = [*gross(4999, 4999, 1777), *gross(4999, 4999, 1777, category="B")]
    for key in ("a", "b", "c", "d", "e"):
        vats = [line.vat_ore for line in tax_gross_lines(lines, key)]
        for category, part in (("S", vats[:3]), ("B", vats[3:])):
            assert part == split(2355, [4999, 4999, 1777], offset_for(f"vat:{key}:{category}:2500"))


def test_prices_in_steps_of_five_ore_are_exact_per_line() -> None:
    lines = tax_gross_lines(gross(39900, 24900, 19995, 4900), "order")
    assert [line.vat_ore for line in lines] == [7980, 4980, 3999, 980]


def test_groups_are_taxed_apart_and_lines_keep_their_order() -> None:
    lines = tax_gross_lines([GrossLine(39900, "S", DK), GrossLine(9900, "Z", 0), GrossLine(4900, "S", DK)], "order")
    assert [(line.category, line.net_ore, line.vat_ore) for line in lines] == [
        ("S", 31920, 7980),
        ("Z", 9900, 0),
        ("S", 3920, 980),
    ]
    assert vat_groups(lines) == [
        VatGroup("S", DK, net_ore=35840, vat_ore=8960, gross_ore=44800),
        VatGroup("Z", 0, net_ore=9900, vat_ore=0, gross_ore=9900),
    ]


def test_the_same_category_with_two_rates_is_two_groups() -> None:
    lines = tax_gross_lines([GrossLine(12500, "S", DK), GrossLine(11200, "S", 1200)], "order")
    assert [(group.rate_bp, group.vat_ore) for group in vat_groups(lines)] == [(DK, 2500), (1200, 1200)]


def test_a_group_of_nothing_has_no_vat() -> None:
    lines = tax_gross_lines(gross(0, 0), "order")
    assert [(line.net_ore, line.vat_ore) for line in lines] == [(0, 0), (0, 0)]
    assert tax_gross_lines([], "order") == []
    assert vat_groups([]) == []


def test_a_free_line_beside_others_bears_no_vat() -> None:
    lines = tax_gross_lines(gross(0, 4999, 0), "order")
    assert [line.vat_ore for line in lines] == [0, 1000, 0]


def test_a_discount_line_is_taxed_with_the_group() -> None:
    lines = tax_gross_lines(gross(4999, 4999, -3333), "order")
    assert sum(line.vat_ore for line in lines) == in_gross(6665, DK) == 1333
    assert sum(line.gross_ore for line in lines) == 6665
    for line in lines:
        assert abs(line.vat_ore - line.gross_ore / 5) < 1.5


def test_a_discount_of_the_whole_leaves_each_line_its_own_vat() -> None:
    lines = tax_gross_lines(gross(39900, -39900), "order")
    assert [(line.net_ore, line.vat_ore) for line in lines] == [(31920, 7980), (-31920, -7980)]


def test_a_credit_is_the_sale_with_the_signs_turned() -> None:
    sale = tax_gross_lines(gross(4999, 4999, 1777), "order")
    credit = tax_gross_lines(gross(-4999, -4999, -1777), "order")
    assert [-line.vat_ore for line in credit] == [line.vat_ore for line in sale]


def test_an_organisation_pays_vat_on_the_sum_of_nets() -> None:
    # 25 % of each 39.99 is 9.9975, of the sum 29.9925: 29.99 and never three times 10.00.
    lines = tax_net_lines(net(3999, 3999, 3999), "order")
    assert sum(line.vat_ore for line in lines) == 2999
    assert [line.net_ore for line in lines] == [3999] * 3
    assert all(line.net_ore + line.vat_ore == line.gross_ore for line in lines)


def test_an_organisations_discount_is_taxed_with_the_group() -> None:
    lines = tax_net_lines(net(31920, -1001), "order")
    (group,) = vat_groups(lines)
    assert (group.net_ore, group.vat_ore, group.gross_ore) == (30919, 7730, 38649)
