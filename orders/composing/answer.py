"""One question to the composer: what may be in the baskets, the proposals, or which demands clash."""

from dataclasses import dataclass
from datetime import date

from catalog.assembly.clash import Clash, find_clash
from catalog.assembly.compose import compose
from catalog.assembly.demands import Demands, Proposal
from catalog.assembly.program import OutOfTime
from catalog.assembly.queries import Delivery, Kept, Like, candidates_for, like_published
from orders.composing.season import season_of
from shop.errors import Refused
from shop.i18n import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Answer:
    """Proposals, or a clash when there are none. `kept` are the rows of everything that may be in, by item id."""

    proposals: list[Proposal]
    clash: Clash | None
    kept: dict[int, Kept]
    like: Like

    @property
    def offered(self) -> set[str]:
        return {one.candidate.slug for one in self.kept.values()}


def answer(demands: Demands, delivery: Delivery, today: date, *, seconds: float) -> Answer:
    """Ask the composer. Refuses when the time was up before there was an answer."""
    assert demands.net_ore is not None
    kept = candidates_for(delivery, demands.pieces, today, contains=demands.contains)
    like = like_published(demands.net_ore, delivery, today)
    candidates = [one.candidate for one in kept.values()]
    try:
        proposals = compose(candidates, demands, like.frame, season_of(today), seconds=seconds)
        clash = None if proposals else find_clash(candidates, demands, like.frame, seconds=seconds)
    except OutOfTime:
        raise Refused(_("Tiden gik, før der var et svar. Giv mere tid, eller stil færre krav.")) from None
    return Answer(proposals, clash, kept, like)
