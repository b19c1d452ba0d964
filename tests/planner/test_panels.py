"""The work manager: layouts and panels kept, what they list, and what a drop on one does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from accounts.models import Workspace
from accounts.policies import Role
from common.errors import Conflict, InvalidInput, NotAuthorised, NotFound
from planner.domain.vocabulary import ItemKind
from planner.models import PanelLayout, Story
from planner.selectors.item_filters import context_of, read_item_filter
from planner.selectors.panels import (
    PanelDraft,
    check_sharing,
    default_panels,
    get_layout_for,
    get_panel_for,
    list_layouts,
)
from planner.selectors.panels_completion import complete_filter
from planner.selectors.panels_drops import plan_drop, words_of_plan
from planner.selectors.panels_fields import panel_fields
from planner.selectors.panels_rows import list_items, sum_items
from planner.services.custom_fields import archive_field, create_field, restore_field
from planner.services.members import add_member
from planner.services.panel_drops import drop_items, undo_drop
from planner.services.panels import (
    add_panel,
    create_layout,
    delete_layout,
    delete_panel,
    move_panel,
    restore_layout,
    restore_panel,
    update_layout,
    update_panel,
)
from planner.services.sprints import create_sprint, start_sprint
from planner.services.stories import update_story
from planner.services.teams import create_team
from planner.services.workspaces import ensure_person, find_or_create_person
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_member,
    make_stories,
    make_story,
    make_workspace,
    owner_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PNL")


def layout_of(workspace: Workspace, *panels: PanelDraft, **given: Any) -> PanelLayout:
    values: dict[str, Any] = {"name": "Mine", "panels": panels or default_panels(workspace=workspace), **given}
    return create_layout(workspace=workspace, owner=owner_of(workspace), now=NOW, **values)


def where(workspace: Workspace, text: str, item: ItemKind = ItemKind.STORY) -> Q:
    fields = panel_fields(workspace=workspace, item=item)
    context = context_of(workspace=workspace, now=NOW, user_id=owner_of(workspace).pk)
    read = read_item_filter(text=text, fields=fields, context=context)
    assert not read.problem
    return read.where


def titles(workspace: Workspace, text: str = "", sort: str = "", limit: int = 3) -> list[str]:
    """Everything that a panel lists, page by page."""
    fields, found, cursor = panel_fields(workspace=workspace, item=ItemKind.STORY), [], ""
    while True:
        page = list_items(
            workspace=workspace,
            item=ItemKind.STORY,
            where=where(workspace, text),
            fields=fields,
            sort=sort,
            cursor=cursor,
            limit=limit,
        )
        found += [row.title for row in page.rows]
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def drop(workspace: Workspace, text: str, *stories: Story) -> Any:
    return drop_items(
        workspace=workspace,
        item=ItemKind.STORY,
        ids=[story.pk for story in stories],
        filter_text=text,
        fields=panel_fields(workspace=workspace, item=ItemKind.STORY),
        context=context_of(workspace=workspace, now=NOW, user_id=owner_of(workspace).pk),
        actor=actor_of(workspace),
        now=NOW,
    )


def test_default_panels_list_every_open_story_and_sprints_of_ones_team(workspace: Workspace) -> None:
    make_stories(workspace, 2)
    drafts = default_panels(workspace=workspace)
    assert [draft.title for draft in drafts] == ["Backlog", "Ready", "Current sprint", "Next sprint"]
    listed = [len(titles(workspace, draft.filter_text)) for draft in drafts]
    assert listed[0] == 2
    assert listed[2:] == [0, 0]


@pytest.mark.parametrize("sort", ["points", "-points", "title", "-created", "cost_of_delay", "team", "-age"])
def test_pages_by_any_sort_tell_each_row_once(workspace: Workspace, sort: str) -> None:
    team = create_team(workspace=workspace, name="Quay", actor=actor_of(workspace), now=NOW)
    for number in range(11):
        story = make_story(workspace, f"S{number:02}", now=NOW + timedelta(minutes=number // 3))
        points = Decimal(number % 3) if number % 4 else None
        Story.objects.filter(pk=story.pk).update(points=points, team=team if number % 2 else None)
    found = titles(workspace, sort=sort)
    assert sorted(found) == [f"S{number:02}" for number in range(11)]
    assert found == titles(workspace, sort=sort, limit=50)


def test_rank_is_the_order_without_a_sort_and_unknown_comes_last(workspace: Workspace) -> None:
    for number, points in enumerate([5, None, 2]):
        make_story(workspace, f"S{number}", points=points)
    assert titles(workspace) == ["S0", "S1", "S2"]
    assert titles(workspace, sort="-points") == ["S0", "S2", "S1"]


def test_a_cursor_of_another_list_and_a_sort_without_order_are_refused(workspace: Workspace) -> None:
    make_stories(workspace, 3)
    fields = panel_fields(workspace=workspace, item=ItemKind.STORY)
    given: dict[str, Any] = {"workspace": workspace, "item": ItemKind.STORY, "where": Q(), "fields": fields}
    cursor = list_items(**given, limit=1).next_cursor
    for bad in ({"cursor": cursor, "sort": "points"}, {"cursor": "broken"}, {"sort": "waits_for"}, {"sort": "nothing"}):
        with pytest.raises(InvalidInput):
            list_items(**given, **bad)


def test_sums_count_each_capability_once(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    for _ in range(3):
        make_story(workspace, capability=capability, application=capability.application, points=2)
    loose = make_story(workspace, points=1)
    give_value(capability, 700)
    give_value(loose, 70)
    totals = sum_items(workspace=workspace, item=ItemKind.STORY, where=Q())
    assert (totals.number, totals.points, totals.money) == (4, Decimal(7), Decimal(770))


def test_a_drop_sets_what_the_filter_says_and_is_taken_back(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    person = ensure_person(workspace=workspace, user=owner_of(workspace))
    team = create_team(workspace=workspace, name="Quay", people=[person], actor=actor, now=NOW)
    sprint = create_sprint(
        workspace=workspace,
        name="Sprint 15",
        team=team,
        start_date=NOW.date(),
        end_date=NOW.date() + timedelta(days=13),
        actor=actor,
        now=NOW,
    )
    start_sprint(sprint=sprint, actor=actor, now=NOW)
    stories = make_stories(workspace, 3)
    result = drop(workspace, "sprint is my team's current sprint and points > 3", *stories)
    assert result.words == (("Sprint", "Sprint 15"),)
    assert result.changed == 3
    assert len(result.left) == 3
    assert "names no single value" in result.left[0].reason
    assert Story.objects.filter(sprint=sprint).count() == 3
    assert undo_drop(workspace=workspace, token=result.undo_token, actor=actor, now=NOW) == 3
    assert not Story.objects.filter(sprint=sprint).exists()


def test_a_draft_without_days_is_no_next_sprint_for_a_drop(workspace: Workspace) -> None:
    actor, story = actor_of(workspace), make_story(workspace)
    create_sprint(workspace=workspace, actor=actor, name="Some day", now=NOW)
    dated = [
        create_sprint(
            workspace=workspace,
            actor=actor,
            name=f"Sprint {week}",
            start_date=NOW.date() + timedelta(weeks=week),
            end_date=NOW.date() + timedelta(weeks=week, days=4),
            now=NOW,
        )
        for week in (1, 2)
    ]
    drop(workspace, "sprint is my team's next sprint", story)
    story.refresh_from_db()
    assert story.sprint_id == dated[0].pk
    assert titles(workspace, "sprint is my team's next sprint") == [story.title]


def test_another_teams_sprint_is_no_next_sprint_for_a_drop(workspace: Workspace) -> None:
    actor, story = actor_of(workspace), make_story(workspace)
    mine, theirs = (create_team(workspace=workspace, name=name, actor=actor, now=NOW) for name in ("Mine", "Theirs"))
    add_member(team=mine, person=ensure_person(workspace=workspace, user=owner_of(workspace)), actor=actor, now=NOW)
    first, last = (NOW.date() + timedelta(days=days) for days in (3, 5))
    create_sprint(
        workspace=workspace, actor=actor, name="Theirs 1", team=theirs, start_date=first, end_date=last, now=NOW
    )
    with pytest.raises(InvalidInput, match="by hand"):
        drop(workspace, "sprint is my team's next sprint", story)


def test_what_matches_already_keeps_its_value(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    anna, ben = (find_or_create_person(workspace=workspace, name=name) for name in ("Anna", "Ben"))
    stories = make_stories(workspace, 2)
    update_story(story=stories[0], changes={"assignee": ben}, actor=actor, now=NOW)
    result = drop(workspace, "assignee is any of (Anna, Ben)", *stories)
    assert (result.changed, result.untouched, result.left) == (1, 1, ())
    people = [Story.objects.get(pk=story.pk).assignee for story in stories]
    assert people == [ben, anna]


def test_a_preview_says_the_same_without_changing_anything(workspace: Workspace) -> None:
    [story] = make_stories(workspace, 1)
    plan = plan_drop(
        workspace=workspace,
        item=ItemKind.STORY,
        ids=[story.pk],
        filter_text="blocked and assignee is empty and points > 3",
        fields=panel_fields(workspace=workspace, item=ItemKind.STORY),
        context=context_of(workspace=workspace, now=NOW, user_id=owner_of(workspace).pk),
    )
    words = words_of_plan(plan)
    assert (words.sets, words.cannot) == ("sets Blocked to yes", "can't set: points > 3")
    assert not Story.objects.get(pk=story.pk).blocked


def test_a_drop_changes_all_or_nothing(workspace: Workspace) -> None:
    [story] = make_stories(workspace, 1)
    gone = make_story(workspace)
    gone.delete()
    with pytest.raises(NotFound, match="1 of these was deleted meanwhile: choose the others"):
        drop(workspace, "blocked", story, Story(pk=999_999))
    with pytest.raises(InvalidInput, match="current sprint"):
        drop(workspace, "sprint is my team's current sprint and blocked", story)
    assert not Story.objects.get(pk=story.pk).blocked


def test_a_filter_over_a_removed_field_keeps_its_text_and_says_so(workspace: Workspace) -> None:
    actor = actor_of(workspace)
    field = create_field(workspace=workspace, item="STORY", name="Risk", kind="TEXT", actor=actor, now=NOW)
    layout = layout_of(workspace, PanelDraft("Risky", "risk is High"))
    [panel] = layout.panels.all()
    panel.layout = layout
    archive_field(field=field, actor=actor, now=NOW)
    context = context_of(workspace=workspace, now=NOW, user_id=None)

    def problem() -> str:
        fields = panel_fields(workspace=workspace, item=ItemKind.STORY)
        return read_item_filter(text=panel.filter_text, fields=fields, context=context).problem

    assert "“Risk” was removed" in problem()
    renamed = update_panel(panel=panel, changes={"title": "Was risky"}, actor=actor, now=NOW)
    assert (renamed.title, renamed.filter_text) == ("Was risky", "risk is High")
    field.refresh_from_db()
    restore_field(field=field, actor=actor, now=NOW)
    assert not problem()


def test_panels_are_added_changed_moved_removed_and_brought_back(workspace: Workspace) -> None:
    layout, actor = layout_of(workspace), actor_of(workspace)
    panel = add_panel(layout=layout, values={"title": "Mine", "filter_text": "assignee is me"}, actor=actor, now=NOW)
    panel.layout = layout
    move_panel(panel=panel, to=1, actor=actor, now=NOW)
    assert [each.title for each in layout.panels.all()][:3] == ["Backlog", "Mine", "Ready"]
    changed = update_panel(panel=panel, changes={"width": 431, "columns": ["team"]}, actor=actor, now=NOW)
    assert (changed.width, changed.columns) == (440, ["team"])
    token = delete_panel(panel=panel, actor=actor, now=NOW)
    assert layout.panels.count() == 4
    restore_panel(layout=layout, token=token, actor=actor, now=NOW)
    assert [each.title for each in layout.panels.all()][:3] == ["Backlog", "Mine", "Ready"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"filter_text": "points is many"}, "filter_text"),
        ({"filter_text": "nothing is 3"}, "filter_text"),
        ({"sort": "waits_for"}, "sort"),
        ({"columns": ["nothing"]}, "columns"),
        ({"width": 10}, "width"),
        ({"item": "MAP"}, "item"),
        ({"title": " "}, "title"),
    ],
)
def test_what_a_panel_cannot_do_is_refused_by_field(workspace: Workspace, values: dict[str, Any], field: str) -> None:
    layout = layout_of(workspace)
    with pytest.raises(InvalidInput) as refused:
        add_panel(layout=layout, values={"title": "P", **values}, actor=actor_of(workspace), now=NOW)
    assert field in refused.value.errors


def test_a_stale_version_is_refused(workspace: Workspace) -> None:
    layout, actor = layout_of(workspace), actor_of(workspace)
    update_layout(layout=layout, changes={"name": "Other"}, actor=actor, now=NOW, version=1)
    with pytest.raises(Conflict) as refused:
        update_layout(layout=layout, changes={"name": "Third"}, actor=actor, now=NOW, version=1)
    assert refused.value.code == "stale_version"
    assert "reload" in refused.value.message


def test_a_deleted_layout_comes_back_with_its_panels(workspace: Workspace) -> None:
    layout, actor = layout_of(workspace, is_shared=True), actor_of(workspace)
    token = delete_layout(layout=layout, actor=actor, now=NOW)
    assert not PanelLayout.objects.exists()
    back = restore_layout(workspace=workspace, token=token, user=owner_of(workspace), now=NOW)
    assert (back.name, back.is_shared, back.panels.count()) == ("Mine", True, 4)
    with pytest.raises(InvalidInput):
        restore_layout(workspace=make_workspace("OTH"), token=token, user=owner_of(workspace), now=NOW)


def test_others_see_shared_layouts_and_planners_change_them(workspace: Workspace) -> None:
    mine, shared = layout_of(workspace), layout_of(workspace, name="Ours", is_shared=True)
    member, planner = make_member(workspace), make_member(workspace, Role.SCRUM_MASTER)
    assert list(list_layouts(workspace=workspace, user=member)) == [shared]
    with pytest.raises(NotFound):
        get_layout_for(user=member, layout_id=mine.pk)
    with pytest.raises(NotAuthorised):
        get_layout_for(user=member, layout_id=shared.pk, is_changed=True)
    with pytest.raises(NotAuthorised):
        check_sharing(user=member, workspace_id=workspace.pk, is_shared=True)
    assert get_layout_for(user=planner, layout_id=shared.pk, is_changed=True) == shared
    with pytest.raises(NotFound):
        get_panel_for(user=member, panel_id=mine.panels.all()[0].pk)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "state"),
        ("spr", "sprint"),
        ("points ", "at least"),
        ("points at", "at least"),
        ("sprint is my", "my team's current sprint"),
        ("sprint is empty ", "and"),
        ("blocked and ass", "assignee"),
        ("state is any of (Rea", "Ready"),
        ("state is Ready ", "and"),
        ("due before ", "today+14d"),
        ('state is "', "Ready"),
    ],
)
def test_completion_offers_what_fits(workspace: Workspace, text: str, expected: str) -> None:
    fields = panel_fields(workspace=workspace, item=ItemKind.STORY)
    offers = complete_filter(workspace=workspace, item=ItemKind.STORY, fields=fields, text=text)
    assert expected in [word for offer in offers for word in (offer.text, offer.detail)], offers
