"""The language of panel filters: read, written, as JSON, and refused with the place of what is wrong."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.fields.formula_types import FormulaKind
from planner.domain.fields.kinds import FieldSpec, Named
from planner.domain.fields.problems import FieldProblem, TextProblem
from planner.domain.panels.documents import tree_from_json, tree_to_json
from planner.domain.panels.fields import PanelField, built_in_fields, field_of
from planner.domain.panels.operators import FilterKind, Operator
from planner.domain.panels.reading import parse_filter, read_filter
from planner.domain.panels.tree import EVERYTHING, All, AnyOf, Condition, FilterTree, Not, fields_of
from planner.domain.panels.values import (
    Anchor,
    Day,
    DaySpan,
    FilterValue,
    Flag,
    Number,
    RelativeDay,
    Special,
    Surroundings,
    Text,
    resolve_days,
)
from planner.domain.panels.writing import write_filter
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.selectors.backlog_filters import FIELDS as BACKLOG_FIELDS
from planner.selectors.filter_kinds import Operator as BacklogOperator

RISK = FieldSpec("risk", "Risk", FieldKind.CHOICE, (Named(1, "Low"), Named(2, "Very high")))
LABELS = FieldSpec("labels", "Labels", FieldKind.MULTI_CHOICE, (Named(3, "UX"), Named(4, "Data")))
GAIN = FieldSpec("gain", "Gain per point", FieldKind.FORMULA)
FIELDS = {
    **built_in_fields(ItemKind.STORY),
    "risk": field_of(RISK),
    "labels": field_of(LABELS),
    "gain": field_of(GAIN, FormulaKind.MONEY),
    "tier": PanelField("tier", "Customer tier", FilterKind.WORD, is_removed=True),
}
READY = Condition("state", Operator.IS, (Text("Ready"),))
BLOCKED = Condition("blocked", Operator.IS, (Flag(yes=True),))
LARGE = Condition("points", Operator.GREATER, (Number(Decimal(3)),))


def due(operator: Operator, *values: FilterValue) -> Condition:
    return Condition("due", operator, values)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYTHING),
        ("  \n", EVERYTHING),
        ('state is "Ready"', READY),
        ("STATE IS Ready", READY),
        ("state is In review", Condition("state", Operator.IS, (Text("In review"),))),
        ("blocked", BLOCKED),
        ("not blocked", Not(BLOCKED)),
        ("blocked is no", Condition("blocked", Operator.IS, (Flag(yes=False),))),
        ("points>3", LARGE),
        ("points is more than 3", LARGE),
        ("Cost of delay >= $12k", Condition("cost_of_delay", Operator.AT_LEAST, (Number(Decimal(12_000)),))),
        ('"Gain per point" < 5', Condition("gain", Operator.LESS, (Number(Decimal(5)),))),
        ("points between 3 and 8", Condition("points", Operator.BETWEEN, (Number(Decimal(3)), Number(Decimal(8))))),
        ("points is unknown", Condition("points", Operator.EMPTY)),
        ("sprint is not empty", Condition("sprint", Operator.NOT_EMPTY)),
        ("state is any of (Ready, In review)", Condition("state", Operator.ANY_OF, (Text("Ready"), Text("In review")))),
        ("state is none of Ready", Not(Condition("state", Operator.ANY_OF, (Text("Ready"),)))),
        ("title contains papers", Condition("title", Operator.HAS, (Text("papers"),))),
        ("risk is very HIGH", Condition("risk", Operator.IS, (Text("Very high"),))),
        ("labels has ux", Condition("labels", Operator.HAS, (Text("UX"),))),
        ("assignee is me", Condition("assignee", Operator.IS, (Special.ME,))),
        ('assignee is "me"', Condition("assignee", Operator.IS, (Text("me"),))),
        ("team is my team", Condition("team", Operator.IS, (Special.MY_TEAM,))),
        ("sprint is my team’s current sprint", Condition("sprint", Operator.IS, (Special.CURRENT_SPRINT,))),
        ("sprint is next sprint", Condition("sprint", Operator.IS, (Special.NEXT_SPRINT,))),
        ("due before today+14d", due(Operator.LESS, RelativeDay(Anchor.TODAY, 14))),
        ("due before today + 2w", due(Operator.LESS, RelativeDay(Anchor.TODAY, 14))),
        ("created after -7d", Condition("created", Operator.GREATER, (RelativeDay(Anchor.TODAY, -7),))),
        ("due is yesterday", due(Operator.IS, RelativeDay(Anchor.TODAY, -1))),
        ("due is this week", due(Operator.IS, RelativeDay(Anchor.THIS_WEEK))),
        ("due on or before last month", due(Operator.AT_MOST, RelativeDay(Anchor.LAST_MONTH))),
        ("due after sprint start+1d", due(Operator.GREATER, RelativeDay(Anchor.SPRINT_START, 1))),
        ("due on 2026-03-31", due(Operator.IS, Day(date(2026, 3, 31)))),
        ("not state is Ready and blocked", All((Not(READY), BLOCKED))),
        ("state is Ready or blocked and points > 3", AnyOf((READY, All((BLOCKED, LARGE))))),
        ("(state is Ready or blocked) and points > 3", All((AnyOf((READY, BLOCKED)), LARGE))),
        (
            'state is "Ready" and (points > 3 or not blocked) and due before today+14d',
            All((READY, AnyOf((LARGE, Not(BLOCKED))), due(Operator.LESS, RelativeDay(Anchor.TODAY, 14)))),
        ),
    ],
)
def test_a_filter_is_read_and_written_and_read_again(text: str, tree: FilterTree) -> None:
    assert parse_filter(text, FIELDS) == tree
    assert parse_filter(write_filter(tree), FIELDS) == tree
    assert tree_from_json(tree_to_json(tree), FIELDS) == tree


def test_the_text_of_the_issue_stands_as_it_was_written() -> None:
    text = 'state is "Ready" and (points > 3 or not blocked) and due before today+14d'
    assert write_filter(parse_filter(text, FIELDS)) == text


@pytest.mark.parametrize(
    ("text", "place", "told", "code"),
    [
        ("state is Ready and", "line 1, character 19", "the name of a field is missing", "syntax"),
        ("stat is Ready", "line 1, character 1", "did you mean state", "unknown_field"),
        (
            "points > 3 and\ntier is Gold",
            "line 2, character 1",
            "the field “Customer tier” was removed",
            "removed_field",
        ),
        ("tier is empty", "line 1, character 1", "“Customer tier” was removed", "removed_field"),
        ("state > 3", "line 1, character 1", "can't be compared like that", "operator"),
        ("created is empty", "line 1, character 1", "can't be compared like that", "operator"),
        ("state", "line 1, character 6", "say how “State” is compared", "operator"),
        ("points > many", "line 1, character 10", "“many” is no number", "value"),
        ("points >", "line 1, character 9", "write a number here", "value"),
        ("points between 8 and 3", "line 1, character 16", "write the lower one first", "value"),
        ("points between 8", "line 1, character 17", "write “and” and the higher end", "syntax"),
        ("due before soon", "line 1, character 12", "“soon” is no day", "value"),
        ("due before today+9999d", "line 1, character 12", "at most 3,660 days", "value"),
        ("risk is Huge", "line 1, character 9", "none of: Low, Very high", "value"),
        ("blocked is perhaps", "line 1, character 12", "write yes or no", "value"),
        ("(blocked", "line 1, character 1", "close the bracket", "syntax"),
        ("blocked)", "line 1, character 8", "join conditions", "syntax"),
        ('state is "Ready', "line 1, character 10", "close the quotation marks", "syntax"),
        ('state is ""', "line 1, character 10", "compare by “is empty”", "value"),
        ("state is a\x00b", "line 1, character 11", "can't be stored", "syntax"),
        ("! blocked", "line 1, character 1", "write “not”", "syntax"),
        ("not " * 30 + "blocked", "line 1, character 85", "nest at most 20 deep", "limit"),
        (" and ".join(["blocked"] * 51), "line 1, character 601", "at most 50 conditions", "limit"),
        ("x" * 2001, "line 1, character 2001", "at most 2,000 characters", "limit"),
    ],
)
def test_what_it_refuses_it_names_with_its_place(text: str, place: str, told: str, code: str) -> None:
    with pytest.raises(TextProblem) as refused:
        parse_filter(text, FIELDS)
    assert str(refused.value).startswith(f"{place}: ")
    assert told in refused.value.message
    assert refused.value.code == code


def test_a_filter_over_a_removed_field_keeps_its_text_beside_the_problem() -> None:
    reading = read_filter("points > 3 and tier is Gold", FIELDS)
    assert reading.text == "points > 3 and tier is Gold"
    assert reading.tree is None
    assert reading.problem is not None
    assert reading.problem.code == "removed_field"


def test_a_filter_that_can_be_read_has_no_problem() -> None:
    assert read_filter("blocked", FIELDS).tree == BLOCKED
    assert read_filter("blocked", FIELDS).problem is None


@pytest.mark.parametrize(
    ("document", "path", "told"),
    [
        ([], "filter", "Send an object"),
        ({"and": [{}]}, "filter.and[0].field", "There is no field"),
        ({"or": []}, "filter.or", "at least one"),
        ({"and": [{"not": {"field": "stat"}}]}, "filter.and[0].not.field", "did you mean state"),
        ({"field": "state", "operator": "like"}, "filter.operator", "Use one of: is, is_not"),
        ({"field": "state", "operator": "gt", "values": ["3"]}, "filter.operator", "can't be compared"),
        ({"field": "tier", "operator": "is", "values": ["Gold"]}, "filter.field", "was removed"),
        ({"field": "points", "operator": "gt", "values": ["x"]}, "filter.values[0]", "is no number"),
        ({"field": "points", "operator": "gt", "values": []}, "filter.values", "takes one value; there are 0"),
        ({"field": "points", "operator": "gt", "values": [{"special": "me"}]}, "filter.values[0]", "is no number"),
        ({"field": "state", "operator": "is", "values": [{"special": "me"}]}, "filter.values[0]", "a name"),
        ({"field": "points", "operator": "gt", "values": [None]}, "filter.values[0]", "Send a number"),
        ({"field": "state", "operator": "is", "values": ["\ud800"]}, "filter.values[0]", "Write a name"),
        ({"field": "points", "op": "gt"}, "filter", "Remove “op”"),
    ],
)
def test_json_is_refused_by_path(document: object, path: str, told: str) -> None:
    with pytest.raises(FieldProblem) as refused:
        tree_from_json(document, FIELDS)
    assert refused.value.field == path
    assert told in refused.value.message


TODAY = Surroundings(date(2026, 3, 31), date(2026, 3, 23), date(2026, 4, 3))


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        (Day(date(2026, 1, 5)), date(2026, 1, 5), date(2026, 1, 5)),
        (RelativeDay(Anchor.TODAY, -7), date(2026, 3, 24), date(2026, 3, 24)),
        (RelativeDay(Anchor.THIS_WEEK), date(2026, 3, 30), date(2026, 4, 5)),
        (RelativeDay(Anchor.LAST_WEEK, 1), date(2026, 3, 24), date(2026, 3, 30)),
        (RelativeDay(Anchor.LAST_MONTH), date(2026, 2, 1), date(2026, 2, 28)),
        (RelativeDay(Anchor.NEXT_MONTH), date(2026, 4, 1), date(2026, 4, 30)),
        (RelativeDay(Anchor.LAST_QUARTER), date(2025, 10, 1), date(2025, 12, 31)),
        (RelativeDay(Anchor.NEXT_YEAR), date(2027, 1, 1), date(2027, 12, 31)),
        (RelativeDay(Anchor.SPRINT_START, 1), date(2026, 3, 24), date(2026, 3, 24)),
        (RelativeDay(Anchor.SPRINT_END), date(2026, 4, 3), date(2026, 4, 3)),
    ],
)
def test_relative_days_are_counted_from_today_and_the_sprint(value: Day | RelativeDay, first: date, last: date) -> None:
    assert resolve_days(value, TODAY) == DaySpan(first, last)


def test_without_a_sprint_its_start_is_no_day() -> None:
    assert resolve_days(RelativeDay(Anchor.SPRINT_START), Surroundings(date(2026, 3, 31))) is None


def test_the_backlogs_filters_and_operators_have_the_same_words() -> None:
    fields = built_in_fields(ItemKind.STORY)
    assert {field.key: field.label for field in fields.values() if field.key in BACKLOG_FIELDS} == {
        name: field.label for name, field in BACKLOG_FIELDS.items() if name in fields
    }
    assert set(BACKLOG_FIELDS) <= set(fields)
    assert {operator.value for operator in BacklogOperator} <= {operator.value for operator in Operator}


def test_a_tree_tells_the_fields_it_compares() -> None:
    assert fields_of(All((READY, Not(AnyOf((LARGE, BLOCKED)))))) == {"state", "points", "blocked"}


DAYS = st.dates(date(1950, 1, 1), date(2150, 1, 1)).map(Day) | st.builds(
    RelativeDay, st.sampled_from(Anchor), st.integers(-300, 300)
)
NUMBERS = st.decimals(-(10**6), 10**6, places=3).map(lambda figure: Number(figure.normalize()))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20).map(Text)
CONDITIONS = st.one_of(
    st.builds(lambda name, value: Condition(name, Operator.IS, (value,)), st.sampled_from(["state", "title"]), TEXTS),
    st.lists(TEXTS, min_size=1, max_size=4).map(lambda each: Condition("team", Operator.ANY_OF, tuple(each))),
    st.sampled_from(["points", "gain"]).map(lambda name: Condition(name, Operator.EMPTY)),
    NUMBERS.map(lambda value: Condition("points", Operator.AT_MOST, (value,))),
    DAYS.map(lambda value: Condition("due", Operator.GREATER, (value,))),
    st.sampled_from([Condition("assignee", Operator.IS_NOT, (Special.ME,)), BLOCKED]),
)


def _grow(trees: st.SearchStrategy[FilterTree]) -> st.SearchStrategy[FilterTree]:
    several = st.lists(trees, min_size=2, max_size=3).map(tuple)
    return several.map(All) | several.map(AnyOf) | trees.map(Not)


@settings(deadline=None)
@given(st.recursive(CONDITIONS, _grow, max_leaves=12))
def test_every_tree_is_the_same_after_writing_and_reading(tree: FilterTree) -> None:
    assert parse_filter(write_filter(tree), FIELDS) == tree
    assert tree_from_json(tree_to_json(tree), FIELDS) == tree


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_kept_with_its_problem(text: str) -> None:
    reading = read_filter(text, FIELDS)
    assert reading.text == text
    assert (reading.tree is None) == (reading.problem is not None)
