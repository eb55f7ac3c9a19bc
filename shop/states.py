"""A table of states and the verbs that lead from one to the next, checked once when the program starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class NotAllowed(ValueError):
    """The verb is not allowed in this state. Says which machine, state and verb; the words are the caller's."""

    def __init__(self, machine: str, state: str, verb: str) -> None:
        super().__init__(f"{machine}: cannot {verb} when {state}")
        self.machine = machine
        self.state = state
        self.verb = verb


@dataclass(frozen=True)
class Machine:
    """A state machine: `moves` is state → {verb: next state}, a final state is listed with {}.

    Refuses at construction (ValueError) an initial or next state that is not listed, and a state nothing leads to.
    Asking about a state the machine does not have is a broken program: ValueError.
    """

    name: str
    initial: str
    moves: Mapping[str, Mapping[str, str]]

    def __post_init__(self) -> None:
        frozen = MappingProxyType({state: MappingProxyType(dict(verbs)) for state, verbs in self.moves.items()})
        object.__setattr__(self, "moves", frozen)
        if self.initial not in frozen:
            raise ValueError(f"{self.name}: the initial state {self.initial} is not listed")
        for state, verbs in frozen.items():
            for verb, target in verbs.items():
                if target not in frozen:
                    raise ValueError(f"{self.name}: {verb} leads from {state} to {target}, which is not listed")
        unreachable = frozen.keys() - self._reachable()
        if unreachable:
            raise ValueError(f"{self.name}: nothing leads to {', '.join(sorted(unreachable))}")

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order listed."""
        return tuple(self.moves)

    def next(self, state: str, verb: str) -> str:
        """The state that the verb leads to. Refuses with NotAllowed."""
        try:
            return self._verbs_of(state)[verb]
        except KeyError:
            raise NotAllowed(self.name, state, verb) from None

    def can(self, state: str, verb: str) -> bool:
        """Whether the verb is allowed in the state."""
        return verb in self._verbs_of(state)

    def verbs(self, state: str) -> tuple[str, ...]:
        """The verbs allowed in the state, in the order listed."""
        return tuple(self._verbs_of(state))

    def is_final(self, state: str) -> bool:
        """Whether nothing leads on from the state."""
        return not self._verbs_of(state)

    def _verbs_of(self, state: str) -> Mapping[str, str]:
        if state not in self.moves:
            raise ValueError(f"{self.name} has no state {state}")
        return self.moves[state]

    def _reachable(self) -> set[str]:
        reached = {self.initial}
        to_visit = [self.initial]
        while to_visit:
            found = set(self.moves[to_visit.pop()].values()) - reached
            reached |= found
            to_visit.extend(found)
        return reached
