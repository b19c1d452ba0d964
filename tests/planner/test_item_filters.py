"""Filters of panels and boards on real rows, what a drop sets, and taking that back."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import Capability, Story, Task
from planner.selectors.item_assignments import assignments_of, value_of_group
from planner.selectors.item_fields import fields_of, rows_of
from planner.selectors.item_filters import context_of, read_item_filter, require_item_filter
from planner.selectors.item_groups import groups_of, where_in_group
from planner.services.custom_fields import archive_field, create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.formula_runs import run_formulas
from planner.services.item_changes import set_on_items, undo_on_items
from planner.services.sprints import create_sprint, start_sprint
from planner.services.stories import set_blocked, transition_story, update_story
from planner.services.tasks import create_task
from planner.services.teams import create_team
from planner.services.workspaces import ensure_person, find_or_create_person
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_stories,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("FLT")


def found(workspace: Workspace, text: str, item: ItemKind = ItemKind.STORY) -> list[str]:
    """Titles of what the filter lists, in alphabetical order."""
    fields = fields_of(workspace=workspace, item=item)
    context = context_of(workspace=workspace, now=NOW, user_id=owner_of(workspace).pk)
    read = require_item_filter(text=text, fields=fields, context=context, field="filter")
    rows = rows_of(workspace=workspace, item=item).filter(read.where).order_by("title")
    return [row.title for row in rows]


def name(stories: Sequence[Story], *titles: str) -> list[Story]:
    for story, title in zip(stories, titles, strict=True):
        Story.objects.filter(pk=story.pk).update(title=title)
    return list(stories)


def edit(story: Story, **changes: Any) -> None:
    update_story(story=story, changes=changes, actor=actor_of(story.workspace), now=NOW)


def test_conditions_hold_together_apart_and_not(workspace: Workspace) -> None:
    one, two, three = name(make_stories(workspace, 3), "a", "b", "c")
    edit(one, points=Decimal(8))
    edit(two, points=Decimal(2))
    set_blocked(story=two, blocked=True, actor=actor_of(workspace), now=NOW)
    assert found(workspace, "points > 3") == ["a"]
    assert found(workspace, "points > 3 or blocked") == ["a", "b"]
    assert found(workspace, "not blocked and points is not empty") == ["a"]
    assert found(workspace, "points is empty") == ["c"]
    assert found(workspace, "points >= 2 and points <= 8") == ["a", "b"]
    assert found(workspace, "") == ["a", "b", "c"]
    assert three.title


def test_whoever_looks_and_their_teams_sprint(workspace: Workspace) -> None:
    me = ensure_person(workspace=workspace, user=owner_of(workspace))
    one, two, three = name(make_stories(workspace, 3), "a", "b", "c")
    actor = actor_of(workspace)
    ours = create_team(workspace=workspace, name="Ours", people=[me], actor=actor, now=NOW)
    theirs = create_team(workspace=workspace, name="Theirs", actor=actor, now=NOW)
    for story, team in ((one, ours), (two, theirs)):
        sprint = create_sprint(workspace=workspace, name=f"S {team.name}", team=team, actor=actor, now=NOW)
        edit(story, sprint=sprint, team=team)
        start_sprint(sprint=sprint, actor=actor, now=NOW)
    edit(three, assignee=me)
    assert found(workspace, "assignee is me") == ["c"]
    assert found(workspace, "team is my team") == ["a"]
    assert found(workspace, "sprint is my team's current sprint") == ["a"]
    assert found(workspace, 'sprint is "S Theirs"') == ["b"]


def test_days_relative_to_today(workspace: Workspace) -> None:
    one, two = name(make_stories(workspace, 2), "old", "new")
    Story.objects.filter(pk=one.pk).update(created_at=NOW - timedelta(days=40))
    assert found(workspace, "created before today-30d") == ["old"]
    assert found(workspace, "created after -7d") == ["new"]
    assert found(workspace, "created is today") == ["new"]
    assert found(workspace, "age > 30") == ["old"]
    assert two.title


def test_fields_of_ones_own_are_filtered_and_sorted_by(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    for label, kind, options in (("Risk", "CHOICE", ["High", "Low"]), ("Users", "NUMBER", [])):
        drafts = [OptionDraft(option) for option in options]
        create_field(workspace=workspace, item="STORY", name=label, kind=kind, options=drafts, actor=actor, now=NOW)
    one, two, three = name(make_stories(workspace, 3), "a", "b", "c")
    for story, values in ((one, {"risk": "High", "users": 5}), (two, {"risk": "Low", "users": 50})):
        set_story_fields_of_own(workspace=workspace, story_ids=[story.pk], values=values, actor=actor, now=NOW)
    assert found(workspace, "risk is High") == ["a"]
    assert found(workspace, "risk is not High") == ["b", "c"]
    assert found(workspace, "users > 10") == ["b"]
    assert found(workspace, "users is empty") == ["c"]
    users = fields_of(workspace=workspace, item=ItemKind.STORY)["users"]
    assert users.order is not None
    rows = Story.objects.filter(workspace=workspace).order_by(users.order.desc(nulls_last=True))
    assert [row.title for row in rows] == ["b", "a", "c"]
    assert three.title


def test_the_kept_results_of_a_formula_are_filtered_by(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    create_field(
        workspace=workspace, item="STORY", name="Big", kind="FORMULA", formula="points > 5", actor=actor, now=NOW
    )
    one, two = name(make_stories(workspace, 2), "a", "b")
    edit(one, points=Decimal(8))
    edit(two, points=Decimal(1))
    run_formulas(workspace_id=workspace.pk, now=NOW)
    assert found(workspace, "big") == ["a"]
    assert found(workspace, "big is no") == ["b"]


def test_a_field_that_was_taken_away_is_named_and_the_filter_kept(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    field = create_field(workspace=workspace, item="STORY", name="Risk", kind="TEXT", actor=actor, now=NOW)
    archive_field(field=field, actor=actor, now=NOW)
    context = context_of(workspace=workspace, now=NOW, user_id=None)
    fields = fields_of(workspace=workspace, item=ItemKind.STORY)
    read = read_item_filter(text="risk is High and blocked", fields=fields, context=context)
    assert "risk" in read.problem.casefold()
    assert read.reading.text == "risk is High and blocked"
    assert not Story.objects.filter(read.where).exists()


def test_a_name_that_is_not_here_is_said(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        found(workspace, "team is Nobody")
    assert "There is no team “Nobody” here" in refused.value.errors["filter"][0]


def test_tasks_and_capabilities_have_filters_too(workspace: Workspace) -> None:
    story = make_stories(workspace, 1)[0]
    actor = actor_of(workspace)
    create_task(story=story, title="t1", hours_estimated=Decimal(6), actor=actor, now=NOW)
    create_task(story=story, title="t2", actor=actor, now=NOW)
    assert found(workspace, "hours_left > 4", ItemKind.TASK) == ["t1"]
    first, second = make_capability(workspace, title="c1"), make_capability(workspace, title="c2")
    give_value(first, 100)
    assert found(workspace, "valued", ItemKind.CAPABILITY) == ["c1"]
    assert found(workspace, "not valued", ItemKind.CAPABILITY) == ["c2"]
    assert second.title


# Drops


def drop(workspace: Workspace, text: str, ids: Sequence[int], item: ItemKind = ItemKind.STORY) -> str:
    """Drop items on a panel with this filter; returns the token that takes it back."""
    fields = fields_of(workspace=workspace, item=item)
    context = context_of(workspace=workspace, now=NOW, user_id=owner_of(workspace).pk)
    tree = read_item_filter(text=text, fields=fields, context=context).reading.tree
    assert tree is not None
    meant = assignments_of(tree=tree, fields=fields, context=context)
    result = set_on_items(
        workspace=workspace,
        item=item,
        ids=ids,
        values=meant.values,
        adding=meant.adding,
        fields=fields,
        actor=actor_of(workspace),
        now=NOW,
    )
    return result.undo_token


def test_a_drop_sets_what_the_panel_asks_for_and_undo_takes_all_of_it_back(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    dana = find_or_create_person(workspace=workspace, name="Dana")
    drafts = [OptionDraft("High"), OptionDraft("Low")]
    create_field(workspace=workspace, item="STORY", name="Risk", kind="CHOICE", options=drafts, actor=actor, now=NOW)
    stories = name(make_stories(workspace, 3), "a", "b", "c")
    text = "assignee is Dana and risk is High and state is Review"
    token = drop(workspace, text, [stories[0].pk, stories[1].pk])
    assert found(workspace, text) == ["a", "b"]
    undo_on_items(workspace=workspace, token=token, actor=actor, now=NOW)
    assert found(workspace, text) == []
    assert found(workspace, "risk is empty and assignee is empty") == ["a", "b", "c"]
    assert dana.name


def test_a_drop_says_what_it_cannot_set(workspace: Workspace) -> None:
    fields = fields_of(workspace=workspace, item=ItemKind.STORY)
    context = context_of(workspace=workspace, now=NOW, user_id=None)
    tree = read_item_filter(text="points > 3 and blocked is no", fields=fields, context=context).reading.tree
    assert tree is not None
    meant = assignments_of(tree=tree, fields=fields, context=context)
    assert meant.values == {"blocked": False}
    assert meant.words == (("Blocked", "no"),)
    assert [each.condition for each in meant.undecidable] == ["points > 3"]


def test_tasks_and_capabilities_are_dropped_and_taken_back(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    story = make_stories(workspace, 1)[0]
    task = create_task(story=story, title="t", hours_estimated=Decimal(3), actor=actor, now=NOW)
    token = drop(workspace, "state is Done", [task.pk], ItemKind.TASK)
    task = Task.objects.get(pk=task.pk)
    assert (task.state, task.hours_left) == ("DONE", Decimal(0))
    undo_on_items(workspace=workspace, token=token, actor=actor, now=NOW)
    task = Task.objects.get(pk=task.pk)
    assert (task.state, task.hours_left) == ("TODO", Decimal(3))
    capability = make_capability(workspace)
    token = drop(workspace, "due is 2026-03-31", [capability.pk], ItemKind.CAPABILITY)
    assert str(Capability.objects.get(pk=capability.pk).due_date) == "2026-03-31"
    undo_on_items(workspace=workspace, token=token, actor=actor, now=NOW)
    assert Capability.objects.get(pk=capability.pk).due_date is None


def test_nothing_is_set_when_one_of_the_cards_is_gone(workspace: Workspace) -> None:
    stories = make_stories(workspace, 2)
    with pytest.raises(NotFound):
        drop(workspace, "state is Review", [stories[0].pk, 10**9])
    stories[0].refresh_from_db()
    assert stories[0].state.name != "Review"


def test_a_token_of_somebody_elses_making_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        undo_on_items(workspace=workspace, token="a:b:c", actor=actor_of(workspace), now=NOW)


# Columns


def test_columns_divide_all_items_and_each_is_in_one(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    drafts = [OptionDraft("High"), OptionDraft("Low")]
    create_field(workspace=workspace, item="STORY", name="Risk", kind="CHOICE", options=drafts, actor=actor, now=NOW)
    stories = make_stories(workspace, 5)
    ids = [story.pk for story in stories]
    set_story_fields_of_own(workspace=workspace, story_ids=ids[:2], values={"risk": "High"}, actor=actor, now=NOW)
    transition_story(story=stories[4], state=state_named(workspace, "Review"), actor=actor, now=NOW)
    fields = fields_of(workspace=workspace, item=ItemKind.STORY)
    for key in ("state", "assignee", "team", "sprint", "blocked", "kind", "risk", "capability"):
        groups = groups_of(workspace=workspace, item=ItemKind.STORY, field=fields[key])
        counts = [
            Story.objects.filter(where_in_group(item=ItemKind.STORY, field=fields[key], value=group.value)).count()
            for group in groups
        ]
        assert sum(counts) == 5, key


def test_a_drop_on_a_column_sets_its_value(workspace: Workspace) -> None:
    fields = fields_of(workspace=workspace, item=ItemKind.STORY)
    review = state_named(workspace, "Review")
    assert value_of_group(workspace=workspace, field=fields["state"], value=str(review.pk)) == review
    assert value_of_group(workspace=workspace, field=fields["assignee"], value="") is None
    with pytest.raises(InvalidInput, match="was deleted"):
        value_of_group(workspace=workspace, field=fields["state"], value="999999")


def test_what_cannot_make_columns_says_so(workspace: Workspace) -> None:
    fields = fields_of(workspace=workspace, item=ItemKind.STORY)
    with pytest.raises(InvalidInput, match="can't make columns"):
        groups_of(workspace=workspace, item=ItemKind.STORY, field=fields["points"])
