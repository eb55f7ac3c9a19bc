"""The question of what to put in a basket as an integer program, answered by HiGHS.

All coefficients are whole numbers, and so is every aim: with a gap below 1 the answer is the best there is. HiGHS
reckons in floats; what it answers is rounded to whole pieces, and whoever asked checks it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd
from typing import Any

MIP_GAP = 0.5  # below one whole: whole øre and whole enterprises are then exact


@dataclass(frozen=True, slots=True)
class Slot:
    """One item: its price, how many may be taken (at least 1), its enterprise by number, weight, room, and must."""

    ore: int
    most: int
    enterprise: int
    weight_g: int = 0
    units: int = 0
    must: bool = False


@dataclass(frozen=True, slots=True)
class Aim:
    """What to have most of: a number a piece of each slot, and a number for each enterprise that is in it."""

    pieces: tuple[int, ...]
    enterprise: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """What holds of the basket. `at_least` are aims already reached, `not_again` sets of slots already proposed."""

    slots: tuple[Slot, ...]
    room: int | None = None
    enterprises: int = 1
    most_weight_g: int | None = None
    most_units: int | None = None
    at_least: tuple[tuple[Aim, int], ...] = ()
    not_again: tuple[frozenset[int], ...] = ()

    def price(self) -> Aim:
        return Aim(tuple(slot.ore for slot in self.slots))

    def tightened(self) -> "Program":
        """The same with no more room than some choice of pieces fills exactly, whatever else is asked.

        The sums that can be reached are bits of one number. Without this, HiGHS may search for ever for the øre that
        no choice can spend.
        """
        if self.room is None or self.room <= 0:
            return self
        grain = gcd(*(slot.ore for slot in self.slots)) or 1
        limit = min(self.room, sum(slot.ore * slot.most for slot in self.slots)) // grain
        sums, mask = 1, (1 << (limit + 1)) - 1
        for slot in self.slots:
            for _ in range(slot.most):
                wider = (sums | sums << (slot.ore // grain)) & mask
                if wider == sums:
                    break
                sums = wider
        return replace(self, room=(sums.bit_length() - 1) * grain)


@dataclass(frozen=True, slots=True)
class Answer:
    """How many of each slot, and how much better (in the aim) another could be at most: 0 when it is the best."""

    counts: tuple[int, ...]
    gap: int


class OutOfTime(Exception):
    """The time was up before any basket was found."""


def reached(aim: Aim, slots: Sequence[Slot], counts: Sequence[int]) -> int:
    """What a choice reaches of an aim, in whole numbers."""
    present = {slot.enterprise for slot, count in zip(slots, counts, strict=True) if count}
    return sum(a * count for a, count in zip(aim.pieces, counts, strict=True)) + aim.enterprise * len(present)


def best(program: Program, aim: Aim, seconds: float) -> Answer | None:
    """The choice with most of the aim; None when there is none at all. OutOfTime when the time was up before one."""
    if not program.slots or (program.room is not None and program.room < 0):
        return None
    # The heavy part of the shop's libraries: loaded by who composes, and by nobody else.
    from highspy import HighsModelStatus

    highs, columns = _laid_out(program, aim)
    highs.setOptionValue("time_limit", float(seconds))
    highs.run()
    status = highs.getModelStatus()
    info = highs.getInfo()
    if status == HighsModelStatus.kInfeasible:
        return None
    if info.primal_solution_status != 2:  # no feasible point
        raise OutOfTime
    values = highs.getSolution().col_value
    counts = tuple(round(values[column]) for column in columns)
    if status == HighsModelStatus.kOptimal:
        return Answer(counts, 0)
    scale = _scale(aim)
    bound = int(info.mip_dual_bound + 1e-6) * scale
    return Answer(counts, max(0, bound - reached(aim, program.slots, counts)))


def _scale(aim: Aim) -> int:
    return gcd(*aim.pieces, aim.enterprise) or 1


def _new_solver() -> Any:
    from highspy import ObjSense, _Highs  # type: ignore[attr-defined]  # left out of its stub

    # The library's own class, under the comfortable one that greets on standard output, where our JSON stands.
    highs = _Highs()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 1,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": MIP_GAP,
        "mip_feasibility_tolerance": 1e-9,
        "primal_feasibility_tolerance": 1e-9,
    }.items():
        highs.setOptionValue(name, value)
    highs.changeObjectiveSense(ObjSense.kMaximize)
    return highs


class _Sheet:
    """Columns and rows on their way to HiGHS."""

    def __init__(self) -> None:
        self.highs = _new_solver()
        self.columns = 0

    def whole(self, most: int, cost: int = 0, least: int = 0) -> int:
        """A column of whole numbers; its number."""
        from highspy import HighsVarType

        self.highs.addCol(float(cost), float(least), float(most), 0, [], [])
        self.highs.changeColIntegrality(self.columns, HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def row(self, terms: Sequence[tuple[int, int]], least: float | None = None, most: float | None = None) -> None:
        """A sum of (column, factor) between two bounds."""
        from highspy import kHighsInf

        terms = [(column, factor) for column, factor in terms if factor]
        self.highs.addRow(
            -kHighsInf if least is None else float(least),
            kHighsInf if most is None else float(most),
            len(terms),
            [column for column, _factor in terms],
            [float(factor) for _column, factor in terms],
        )


def _laid_out(program: Program, aim: Aim) -> tuple[Any, list[int]]:
    """The solver with the program in it, and the column of each slot's pieces."""
    sheet, scale = _Sheet(), _scale(aim)
    slots = program.slots
    pieces = [
        sheet.whole(slot.most, each // scale, int(slot.must)) for slot, each in zip(slots, aim.pieces, strict=True)
    ]
    there = [column if slot.most == 1 else sheet.whole(1) for slot, column in zip(slots, pieces, strict=True)]
    for slot, count, is_there in zip(slots, pieces, there, strict=True):
        if slot.most > 1:
            sheet.row([(count, 1), (is_there, -1)], least=0)
            sheet.row([(count, 1), (is_there, -slot.most)], most=0)
    enterprises = _enterprises(sheet, program, there, aim.enterprise // scale)
    sheet.row([(column, 1) for column in enterprises], least=program.enterprises)
    if program.room is not None:
        grain = gcd(*(slot.ore for slot in slots)) or 1
        spent = [(column, slot.ore // grain) for column, slot in zip(pieces, slots, strict=True)]
        sheet.row(spent, most=program.room // grain)
    if program.most_weight_g is not None:
        weight = [(column, slot.weight_g) for column, slot in zip(pieces, slots, strict=True)]
        sheet.row(weight, most=program.most_weight_g)
    if program.most_units is not None:
        units = [(column, slot.units) for column, slot in zip(pieces, slots, strict=True)]
        sheet.row(units, most=program.most_units)
    for before, least in program.at_least:
        counted = [*zip(pieces, before.pieces, strict=True), *((column, before.enterprise) for column in enterprises)]
        sheet.row(counted, least=least)
    for taken in program.not_again:
        differs = [(column, -1 if number in taken else 1) for number, column in enumerate(there)]
        sheet.row(differs, least=1 - len(taken))
    return sheet.highs, pieces


def _enterprises(sheet: _Sheet, program: Program, there: Sequence[int], cost: int) -> list[int]:
    """A column for each enterprise: 1 only when something of its is there."""
    by_enterprise: dict[int, list[int]] = {}
    for slot, column in zip(program.slots, there, strict=True):
        by_enterprise.setdefault(slot.enterprise, []).append(column)
    columns = []
    for held in by_enterprise.values():
        column = sheet.whole(1, cost)
        sheet.row([(one, 1) for one in held] + [(column, -1)], least=0)
        columns.append(column)
    return columns
