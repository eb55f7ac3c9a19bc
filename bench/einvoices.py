"""E-invoices: how long one takes to be written and looked through, short and long."""

import time
from dataclasses import replace
from statistics import median

from bench.report import Result
from bench.shops import Shops
from orders.einvoice.check import check_einvoice
from orders.einvoice.values import Group
from orders.einvoice.write import write_einvoice
from shop.tax import vat_on_net
from tests.orders.einvoice_world import worked_invoice

SHORT, LONG, TIMED = 2, 60, 101


def einvoices(_shops: Shops) -> list[Result]:
    """The worked invoice, and the same with so many lines."""
    return [_one(lines) for lines in (SHORT, LONG)]


def _one(lines: int) -> Result:
    doc = worked_invoice()
    doc = replace(doc, lines=(doc.lines * lines)[:lines])
    doc = replace(doc, groups=(Group("S", 2500, doc.net_ore, vat_on_net(doc.net_ore, 2500)),))
    took = []
    for number in range(TIMED):
        begin = time.perf_counter()
        found = check_einvoice(write_einvoice(doc))
        if number:  # the first one reads the rules
            took.append(time.perf_counter() - begin)
        assert not found, found
    what = f"One e-invoice of {lines} lines, written and looked through by rule"
    return Result(
        what, "< 30 ms", f"{median(took) * 1000:.1f} ms",
        median(took) < 0.03, f"the median of {TIMED - 1}, the slowest {max(took) * 1000:.1f} ms",
    )  # fmt: skip
