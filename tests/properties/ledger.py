"""The books as a pure model: what every account must hold after each step of an order's life. No database."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from orders.reversals.taking import LineLeft, NothingLeft, Taken, after, spread_money, take_pieces, take_share
from shop.money import split

RECEIVABLE, GATEWAY, POT, VAT, FEES = "receivable", "gateway", "pot", "vat_out", "fees"
Account = tuple[str, int | None]


class No(Exception):
    """The model refuses the step."""


@dataclass
class Sold:
    """One order in the model. `lines` is what is left of it; `state` placed, paid, sent, captured or over."""

    lines: list[LineLeft]
    freight_id: int
    state: str = "placed"
    is_due: bool = False
    as_sold_only: bool = True
    booked: Counter[Account] = field(default_factory=Counter)
    received: int = 0
    charged: Counter[int | None] = field(default_factory=Counter)

    @property
    def gross_left(self) -> int:
        return sum(line.gross_ore for line in self.lines)

    @property
    def is_sold(self) -> bool:
        return self.state in ("sent", "captured")

    def move(self, debit: Account, credit: Account, ore: int) -> None:
        self.booked[debit] += ore
        self.booked[credit] -= ore

    def pay(self) -> None:
        self._need("placed")
        self.state = "paid"

    def cancel(self) -> None:
        if self.state not in ("placed", "paid"):
            raise No
        self.state = "over"

    def send(self) -> None:
        if self.state != "paid":
            raise No
        self.state = "sent"
        for line in self.lines:
            for share in line.shares:
                self.move((RECEIVABLE, None), self._owner(share.enterprise_id), share.ore)
            self.move((RECEIVABLE, None), (VAT, None), line.vat_ore)
        self._make_due()

    def capture(self, fee: int) -> None:
        self._need("sent")
        self.state = "captured"
        ore = self.gross_left
        if ore > 0:
            self.received = ore
            self.move((GATEWAY, None), (RECEIVABLE, None), ore)
            self.move((FEES, None), (GATEWAY, None), fee)
            self._make_due()

    def refund(self, takes: Sequence[Taken], bearer: str, bearer_id: int | None, offset: Fraction) -> None:
        """Take what was worked out from what is left; who bears it is charged."""
        if self.state not in ("paid", "sent", "captured"):
            raise No
        if not self.is_sold and bearer != "as_sold":
            raise No
        left = {line.line_id: line for line in self.lines}
        for take in takes:
            line = left[take.line_id]
            if self.is_sold:
                self._book(line, take, bearer, bearer_id, offset)
            left[take.line_id] = after(line, take, as_sold=bearer == "as_sold")
        self.as_sold_only &= bearer == "as_sold"
        self.lines = list(left.values())
        back = min(sum(take.gross_ore for take in takes), self.received - self.gross_left)
        if back > 0:
            self.received -= back
            self.move((RECEIVABLE, None), (GATEWAY, None), back)
        self._make_due()

    def _book(self, line: LineLeft, take: Taken, bearer: str, bearer_id: int | None, offset: Fraction) -> None:
        if bearer == "as_sold":
            for share, part in zip(line.shares, take.parts, strict=True):
                self.move(self._owner(share.enterprise_id), (RECEIVABLE, None), part)
        else:
            for owner, part in self._charges(line, take.net_ore, bearer, bearer_id, offset):
                self.move(("payable", owner) if owner else (POT, None), (RECEIVABLE, None), part)
        self.move((VAT, None), (RECEIVABLE, None), take.vat_ore)

    def _charges(
        self, line: LineLeft, net: int, bearer: str, bearer_id: int | None, offset: Fraction
    ) -> list[tuple[int | None, int]]:
        weights: Counter[int | None] = Counter()
        for share in line.shares:
            weights[share.enterprise_id] += max(0, share.ore)
        if bearer == "shared" and any(weights.values()):
            return list(zip(weights, split(net, list(weights.values()), offset), strict=True))
        return [(bearer_id, net)]

    def pieces(self, picks: dict[int, int], offset: Fraction) -> list[Taken]:
        stays = any(
            line.quantity > picks.get(line.line_id, 0) for line in self.lines if line.line_id != self.freight_id
        )
        if not self.is_sold and not stays:
            raise No
        return self._asked(lambda: [take_pieces(self._line(one), q, offset) for one, q in picks.items()])

    def component(self, line_id: int, share_id: int, pieces: int) -> list[Taken]:
        return self._asked(lambda: [take_share(self._line(line_id), share_id, pieces)])

    def money(self, gross: int, offset: Fraction) -> list[Taken]:
        return self._asked(lambda: spread_money([line for line in self.lines if line.gross_ore > 0], gross, offset))

    @staticmethod
    def _asked(work: object) -> list[Taken]:
        try:
            return work()  # type: ignore[operator,no-any-return]
        except NothingLeft:
            raise No from None

    def _line(self, line_id: int) -> LineLeft:
        return next(line for line in self.lines if line.line_id == line_id)

    def _need(self, state: str) -> None:
        if self.state != state:
            raise No

    def _owner(self, enterprise_id: int | None) -> Account:
        return (POT, None) if enterprise_id is None else ("payable" if self.is_due else "earned", enterprise_id)

    def _make_due(self) -> None:
        if not self.is_sold or self.is_due or self.booked[RECEIVABLE, None] > 0:
            return
        for line in self.lines:
            for share in line.shares:
                if share.enterprise_id is not None:
                    self.move(("earned", share.enterprise_id), ("payable", share.enterprise_id), share.ore)
        self.is_due = True

    def check(self) -> None:
        """What must hold after every step."""
        assert sum(self.booked.values()) == 0
        for line in self.lines:
            assert line.quantity >= 0
            assert line.gross_ore >= 0
            assert all(share.ore >= 0 for share in line.shares if share.enterprise_id is not None)
            shares = sum(share.ore for share in line.shares)
            assert shares == line.net_ore if self.as_sold_only else shares >= line.net_ore
        if self.state == "captured":
            assert self.booked[RECEIVABLE, None] == 0
        if self.is_sold and self.as_sold_only:
            owned = sum(ore for (kind, _who), ore in self.booked.items() if kind in ("earned", "payable", POT))
            assert -owned == sum(line.net_ore for line in self.lines)
            assert -self.booked[VAT, None] == sum(line.vat_ore for line in self.lines)

    def is_empty(self) -> bool:
        """Whether every account but the fees (and what the gateway kept of them) is back to zero."""
        return (
            not any(ore for (kind, _who), ore in self.booked.items() if kind not in (FEES, GATEWAY))
            and self.booked[GATEWAY, None] == -self.booked[FEES, None]
        )
