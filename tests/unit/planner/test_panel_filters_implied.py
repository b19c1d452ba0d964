"""What dropping on a panel sets: only what its filter says without a doubt."""

from decimal import Decimal

import pytest

from planner.domain.fields.kinds import FieldSpec, Named
from planner.domain.panels.fields import PanelField, built_in_fields, field_of
from planner.domain.panels.implied import Assignment, Implied, implied_values
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.reading import parse_filter
from planner.domain.panels.tree import Condition
from planner.domain.panels.values import Anchor, Flag, Number, RelativeDay, Special, Text
from planner.domain.vocabulary import FieldKind, ItemKind

LABELS = FieldSpec("labels", "Labels", FieldKind.MULTI_CHOICE, (Named(3, "UX"), Named(4, "Data")))
FIELDS = {
    **built_in_fields(ItemKind.STORY),
    "labels": field_of(LABELS),
    "start": PanelField("start", "Start", FilterKind.DAY),
}


def implied(text: str) -> Implied:
    return implied_values(parse_filter(text, FIELDS), FIELDS)


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("", []),
        ("state is Ready", [Assignment("state", Text("Ready"))]),
        ("state is any of (Ready, Planned)", [Assignment("state", Text("Ready"), others=(Text("Planned"),))]),
        ("sprint is empty", [Assignment("sprint", None)]),
        ("points is 3", [Assignment("points", Number(Decimal(3)))]),
        ("blocked", [Assignment("blocked", Flag(yes=True))]),
        ("not blocked", [Assignment("blocked", Flag(yes=False))]),
        ("blocked is not yes", [Assignment("blocked", Flag(yes=False))]),
        ("not not blocked", [Assignment("blocked", Flag(yes=True))]),
        (
            "not (blocked or required)",
            [Assignment("blocked", Flag(yes=False)), Assignment("required", Flag(yes=False))],
        ),
        ("assignee is me", [Assignment("assignee", Special.ME)]),
        ("start is today+1d", [Assignment("start", RelativeDay(Anchor.TODAY, 1))]),
        ("labels has UX and labels has Data", [Assignment("labels", Text(each), adds=True) for each in ("UX", "Data")]),
        ("state is Ready and state is Ready", [Assignment("state", Text("Ready"))]),
        (
            "sprint is my team's next sprint and (team is Harbour and state is Ready)",
            [
                Assignment("sprint", Special.NEXT_SPRINT),
                Assignment("team", Text("Harbour")),
                Assignment("state", Text("Ready")),
            ],
        ),
    ],
)
def test_dropping_sets(text: str, sets: list[Assignment]) -> None:
    assert list(implied(text).sets) == sets
    assert not implied(text).undecidable


@pytest.mark.parametrize(
    ("text", "condition", "reason"),
    [
        ("points > 3", "points > 3", "cannot be set by dropping: it names no single value"),
        ("points between 1 and 3", "points between 1 and 3", "cannot be set by dropping"),
        ("state is not Ready", 'state is not "Ready"', "says only what it must not be"),
        ("not state is Ready", 'not state is "Ready"', "says only what it must not be"),
        ("sprint is not empty", "sprint is not empty", "says only what it must not be"),
        ("cost_of_delay is 3", "cost_of_delay is 3", "Cost of delay cannot be set by dropping"),
        ("state is A or state is B", 'state is "A" or state is "B"', "any of several conditions would do"),
        ("not (blocked and required)", "not (blocked and required)", "says only what it must not be"),
        ("start is this week", "start is this week", "is more than one day"),
    ],
)
def test_what_dropping_cannot_decide_is_told_with_its_reason(text: str, condition: str, reason: str) -> None:
    found = implied(text)
    assert not found.sets
    assert [each.condition for each in found.undecidable] == [condition]
    assert found.undecidable[0].reason.startswith(reason)


def test_what_is_clear_is_set_beside_what_is_not() -> None:
    found = implied("state is Ready and points > 3 and not blocked")
    assert [each.field for each in found.sets] == ["state", "blocked"]
    assert [each.fields for each in found.undecidable] == [{"points"}]


@pytest.mark.parametrize(
    "text", ["state is A and state is B", "sprint is empty and sprint is 24", "blocked and not blocked"]
)
def test_conditions_that_contradict_each_other_are_told(text: str) -> None:
    found = implied(text)
    assert len(found.sets) == 1
    assert found.undecidable[0].reason == "contradicts another condition of this panel"


def test_a_field_that_is_gone_sets_nothing() -> None:
    gone = implied_values(Condition("tier", Operator.IS, (Text("Gold"),)), FIELDS)
    assert gone.undecidable[0].reason == "the field was removed"
