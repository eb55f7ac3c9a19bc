"""The table of states: what leads where, and tables that cannot be built."""

from collections.abc import Mapping

import pytest

from shop.states import Machine, NotAllowed

PARCEL = Machine(
    "parcel",
    "packing",
    {
        "packing": {"pack": "packed", "cancel": "cancelled"},
        "packed": {"send": "sent", "unpack": "packing", "cancel": "cancelled"},
        "sent": {},
        "cancelled": {},
    },
)


def test_a_verb_leads_to_the_next_state() -> None:
    assert PARCEL.next("packing", "pack") == "packed"
    assert PARCEL.next("packed", "unpack") == "packing"


@pytest.mark.parametrize(("state", "verb"), [("packing", "send"), ("sent", "cancel"), ("packed", "dance")])
def test_a_verb_out_of_place_is_not_allowed(state: str, verb: str) -> None:
    assert not PARCEL.can(state, verb)
    with pytest.raises(NotAllowed) as refused:
        PARCEL.next(state, verb)
    assert (refused.value.machine, refused.value.state, refused.value.verb) == ("parcel", state, verb)
    assert str(refused.value) == f"parcel: cannot {verb} when {state}"
    assert isinstance(refused.value, ValueError)


def test_what_can_be_asked_of_a_machine() -> None:
    assert PARCEL.can("packing", "pack")
    assert PARCEL.states == ("packing", "packed", "sent", "cancelled")
    assert PARCEL.verbs("packed") == ("send", "unpack", "cancel")
    assert PARCEL.verbs("sent") == ()
    assert [state for state in PARCEL.states if PARCEL.is_final(state)] == ["sent", "cancelled"]


def test_an_unknown_state_is_a_broken_program() -> None:
    for ask in (PARCEL.is_final, PARCEL.verbs):
        with pytest.raises(ValueError, match="no state lost"):
            ask("lost")
    with pytest.raises(ValueError, match="no state lost"):
        PARCEL.next("lost", "send")


@pytest.mark.parametrize(
    ("initial", "moves", "complaint"),
    [
        ("new", {}, "initial state new is not listed"),
        ("new", {"new": {"send": "sent"}}, "send leads from new to sent, which is not listed"),
        ("new", {"new": {}, "island": {}}, "nothing leads to island"),
        ("new", {"new": {}, "a": {"go": "b"}, "b": {"go": "a"}}, "nothing leads to a, b"),
    ],
)
def test_a_table_with_a_hole_cannot_be_built(
    initial: str, moves: Mapping[str, Mapping[str, str]], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Machine("order", initial, moves)


def test_a_machine_does_not_change_with_the_table_it_was_made_from() -> None:
    verbs = {"close": "closed"}
    machine = Machine("month", "open", {"open": verbs, "closed": {}})
    verbs["burn"] = "closed"
    assert machine.verbs("open") == ("close",)
    with pytest.raises(TypeError):
        machine.moves["open"]["burn"] = "closed"  # type: ignore[index]
