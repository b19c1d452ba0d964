"""The one sentence that tells why a unit moves: real figures, in the words of a product owner."""

from typing import Any

import pytest

from planner.domain.proposals.move_facts import MoveFacts
from planner.domain.proposals.proposing import Move
from planner.selectors.move_words import Wording, reason_of

NAMES = ["FRT-1", "QTE-33", "BIL-29", "FRT-44"]
WORDING = Wording(NAMES.__getitem__, "USD", 10.0)
FACTS: dict[str, Any] = {
    "per_point": 230.0,
    "points": 42.0,
    "value": 9660.0,
    "passed": 10,
    "named": (1, 2),
    "passed_points": 90.0,
    "passed_per_point": 150.0,
    "all_worse": False,
    "all_better": False,
    "is_best": False,
    "points_sooner": 0.0,
    "waits_for": None,
    "stories": 3,
    "scattered": 3,
    "is_pinned": False,
    "makes_room_for": None,
}


def reason(place_from: int, place_to: int, *, chosen: bool = True, **facts: Any) -> str:
    return reason_of(Move(0, place_from, place_to, 5.0, chosen, MoveFacts(**{**FACTS, **facts})), WORDING)


@pytest.mark.parametrize(
    ("places", "facts", "told"),
    [
        ((9, 4), {"all_worse": True}, "Earns $230 a week per point, more than each of the ten it passes."),
        (
            (9, 7),
            {"all_worse": True, "passed": 2},
            "Earns $230 a week per point; QTE-33 and BIL-29, now before it, earn less.",
        ),
        (
            (9, 8),
            {"all_worse": True, "passed": 1, "named": (1,)},
            "Earns $230 a week per point; QTE-33, now before it, earns less.",
        ),
        ((9, 1), {"is_best": True}, "Earns $230 a week per point, the most of anything not yet begun."),
        ((9, 4), {}, "Earns $230 a week per point; the ten it passes earn $150 on average."),
        (
            (9, 4),
            {"waits_for": 3, "all_worse": True, "passed": 3},
            (
                "What it waits for, FRT-44, is done before it; from then on it earns $230 a week per point, "
                "more than each of the three it passes."
            ),
        ),
        (
            (4, 14),
            {"all_better": True, "points_sooner": -60.0},
            (
                "Earns $230 a week per point; the ten it jumps behind all earn more with what they need, and wait for "
                "its 42 points. Earns about six weeks later."
            ),
        ),
        (
            (4, 5),
            {"all_better": True, "passed": 1},
            "Earns $230 a week per point; QTE-33 earns more with what it needs, and waits for its 42 points.",
        ),
        (
            (4, 4),
            {"passed": 0, "scattered": 208, "points_sooner": 10.0},
            (
                "Its three stories lie spread over 208 places: worked together, they earn $9.66k a week. "
                "Earns about one week sooner."
            ),
        ),
        ((4, 6), {"is_pinned": True}, "A pin holds it there."),
    ],
)
def test_a_chosen_move_tells_its_figures(places: tuple[int, int], facts: dict[str, Any], told: str) -> None:
    assert reason(*places, **facts) == told


def test_a_small_move_says_why_it_is_not_chosen() -> None:
    assert reason(4, 7, chosen=False, makes_room_for=3) == (
        "Makes room for FRT-44. Too close to call, so it is not chosen for you."
    )
    assert reason(4, 7, chosen=False) == "Changes next to nothing. Too close to call, so it is not chosen for you."


def test_what_a_pin_costs_is_said() -> None:
    move = Move(0, 5, 3, -7.0, True, MoveFacts(**{**FACTS, "is_pinned": True}))
    assert reason_of(move, WORDING) == "A pin holds it there, and that costs this."
