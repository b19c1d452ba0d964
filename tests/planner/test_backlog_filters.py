"""Every field and operator of the backlog's filter: who passes, and what is said of a filter that can't be used."""

from datetime import timedelta

import pytest

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.models import Person, Pin, Story
from planner.selectors.backlog_filters import FIELDS, asked_in, read_filters, require_filters
from planner.selectors.filter_kinds import Asked, Operator
from planner.services.dependencies import add_dependency
from planner.services.sprints import create_sprint
from planner.services.stories import set_blocked, update_story
from planner.services.teams import create_team
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_application,
    make_capability,
    make_story,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


@pytest.fixture
def workspace() -> Workspace:
    """Story a: in a valued capability. b: loose, valued, blocked, waits for a. c: bare, a bug, pinned, done."""
    workspace = make_workspace("FLT")
    actor = actor_of(workspace)
    give_value(capability := make_capability(workspace, make_application(workspace), title="Pay by invoice"), 9000)
    team = create_team(workspace=workspace, name="Harbour", actor=actor, now=NOW)
    sprint = create_sprint(workspace=workspace, name="Sprint 9", actor=actor, now=NOW)
    me = Person.objects.get(workspace=workspace, user=owner_of(workspace))
    a = make_story(workspace, "a: dispute", capability=capability, points="8", team=team, assignee=me, required=False)
    b = make_story(workspace, "b: quote 100%", points="2.5", sprint=sprint, now=NOW + timedelta(days=10))
    c = make_story(workspace, "c: invoice", kind="BUG", now=LATER)
    give_value(b, 400, now=LATER)
    set_blocked(story=b, blocked=True, reason="no test key", actor=actor, now=LATER)
    add_dependency(predecessor=a, successor=b, actor=actor, now=NOW)
    update_story(story=c, changes={"state": state_named(workspace, "Done")}, actor=actor, now=LATER)
    Pin.objects.create(
        workspace=workspace, story=c, kind="PLACE", place=1, reason="Promised", expires_on=LATER.date(), created_at=NOW
    )
    return workspace


def asked(workspace: Workspace) -> Asked:
    return asked_in(workspace=workspace, now=LATER, user_id=owner_of(workspace).pk)


def passing(workspace: Workspace, *texts: str) -> str:
    filters = require_filters(texts=texts, asked=asked(workspace))
    titles = Story.objects.filter(filters.where, workspace=workspace).order_by("rank").values_list("title", flat=True)
    return "".join(title[0] for title in titles)


PASSING = {
    "text:has:DISP": "a",
    "text:has:100%": "b",
    "title:is:C: invoice": "c",
    "key:has:FLT": "bc",
    "kind:is:bug": "c",
    "kind:is_not:Bug": "ab",
    "kind:any_of:BUG,Story": "abc",
    "state:is:done": "c",
    "state:is_not:Done": "ab",
    "category:any_of:DONE,CANCELLED": "c",
    "category:is:To do": "ab",
    "team:is:harbour": "a",
    "team:is_not:Harbour": "bc",
    "team:empty": "bc",
    "team:not_empty": "a",
    "team:has:arb": "a",
    "sprint:is:Sprint 9": "b",
    "sprint:empty": "ac",
    "assignee:is:me": "a",
    "assignee:empty": "bc",
    "application:is:FRT": "a",
    "application:is:Application FRT": "a",
    "application:empty": "bc",
    "capability:has:invoice": "a",
    "capability:is:pay by invoice": "a",
    "capability:not_empty": "a",
    "points:gt:2.5": "a",
    "points:lt:8": "b",
    "points:between:2,8": "ab",
    "points:is:8": "a",
    "points:is_not:8": "bc",
    "points:empty": "c",
    "estimated:is:no": "c",
    "estimated:is:yes": "ab",
    "required:is:no": "a",
    "blocked:is:yes": "b",
    "blocked:is:no": "ac",
    "blocked_reason:has:key": "b",
    "blocked_reason:empty": "ac",
    "valued:is:yes": "ab",
    "valued:is:no": "c",
    "cost_of_delay:gt:5k": "a",
    "cost_of_delay:lt:$5k": "b",
    "cost_of_delay:empty": "c",
    "cost_of_delay:is_not:400": "ac",
    "business_value:gt:0.1M": "a",
    "business_value:not_empty": "ab",
    "cd3:gt:0": "",
    "pinned:is:yes": "c",
    "pinned:is:no": "ab",
    "dependencies:is:yes": "ab",
    "dependencies:is:no": "c",
    "waits_for:not_empty": "b",
    "waits_for:empty": "ac",
    "created:is:2026-03-02": "a",
    "created:gt:2026-03-02": "bc",
    "created:lt:2026-03-12": "a",
    "created:between:2026-03-02,2026-03-12": "ab",
    "updated:gt:2026-04-01": "bc",
    "age:gt:20": "ab",
    "age:lt:20": "c",
    "age:is:30": "b",
    "age:between:0,30": "bc",
    "state_age:gt:35": "a",
}


@pytest.mark.parametrize(("given", "expected"), PASSING.items(), ids=PASSING)
def test_who_passes(workspace: Workspace, given: str, expected: str) -> None:
    assert passing(workspace, given) == expected


def test_every_field_is_tried() -> None:
    assert {given.split(":")[0] for given in PASSING} >= set(FIELDS)


def test_what_waits_is_named_by_key(workspace: Workspace) -> None:
    key = Story.objects.get(workspace=workspace, title__startswith="a").key
    assert passing(workspace, f"waits_for:is:{key.lower()}") == "b"


def test_filters_hold_together(workspace: Workspace) -> None:
    assert passing(workspace, "state:is_not:Done", "points:gt:2", "blocked:is:no") == "a"


def test_an_expired_or_lifted_pin_counts_no_more(workspace: Workspace) -> None:
    Pin.objects.update(expires_on=LATER.date() - timedelta(days=1))
    assert passing(workspace, "pinned:is:yes") == ""


def test_another_workspaces_names_are_not_known(workspace: Workspace) -> None:
    other = make_workspace("OTH")
    create_team(workspace=other, name="Secret", actor=actor_of(other), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        passing(workspace, "team:is:Secret")
    assert refused.value.errors == {"f": ["Team is: There is no team “Secret” here; there are: Harbour."]}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("nonsense", "nonsense: There is no such field"),
        ("size:is:3", "size is: There is no such field"),
        ("points:like:3", "Points like: Write it as points:operator:value"),
        ("points", "Points: Write it as"),
        ("points:gt:many", "Points more than: “many” is no number"),
        ("points:gt:NaN", "Points more than: Write a number"),
        ("points:gt:1e99", "Points more than: Write a number"),
        ("points:gt:1e9999999999", "Points more than: “1e9999999999” is no number"),
        ("points:gt:1e-900000", "Points more than: Write at most 20 decimals"),
        ("points:gt:", "Points more than: Write a value."),
        ("points:between:8,3", "Points between: Write the lower one first"),
        ("cd3:between:8,3", "CD3 between: Write the lower one first"),
        ("age:between:8,3", "Age in days between: Write the lower one first"),
        ("created:between:2026-03-02,2026-03-01", "Created between: Write the lower one first"),
        ("key:any_of:" + ",".join(["FLT-1"] * 60), "Key is any of: Use at most 300 characters; these are 370"),
        ("points:between:3", "Points between: Write two values"),
        ("points:empty:3", "Points is empty: Leave the value out"),
        ("blocked:is:maybe", "Blocked is: Write yes or no"),
        ("created:gt:yesterday", "Created more than: “yesterday” is no day"),
        ("created:gt:0001-01-01", "Created more than: Write a day between"),
        ("created:is:9999-12-31", "Created is: Write a day between"),
        ("kind:is:Epic", "Kind is: “Epic” is none of: Story, Bug"),
        ("state:is:Nowhere", "State is: There is no"),
        ("waits_for:is:NO-1", "Waits for is: There is no story NO-1"),
        ("team:is:\x00", "Team is: Write a value."),
        ("age:gt:99999999999", ""),
    ],
)
def test_what_cannot_be_used_is_told_by_field_and_operator(workspace: Workspace, given: str, told: str) -> None:
    filters = read_filters(texts=[given], asked=asked(workspace))
    assert list(Story.objects.filter(filters.where, workspace=workspace)) == []
    assert "".join(filters.problems).startswith(told) if told else filters.problems == []


def test_a_filter_is_the_same_in_an_address_again(workspace: Workspace) -> None:
    texts = ["points:between:2,8", "team:empty", "title:has:a: b", "kind:any_of:Bug,Story"]
    filters = read_filters(texts=texts, asked=asked(workspace))
    assert [str(chip) for chip in filters.chips] == texts
    assert filters.without(filters.chips[1]) == [texts[0], *texts[2:]]


def test_only_talk_of_states_brings_what_is_done(workspace: Workspace) -> None:
    assert read_filters(texts=["state:is:Done"], asked=asked(workspace)).includes_done
    assert not read_filters(texts=["points:gt:3"], asked=asked(workspace)).includes_done


def test_every_operator_says_how_many_values_it_takes() -> None:
    assert {operator.takes for operator in Operator} == {-1, 0, 1, 2}
