"""The work manager's pages: panels, the editor's answers, drops, layouts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from planner.domain.vocabulary import ItemKind
from planner.models import Panel, PanelLayout, Story
from planner.selectors.panels import PanelDraft
from planner.services.custom_fields import archive_field, create_field
from planner.services.panels import create_layout
from tests.factories import NOW, actor_of, make_member, make_stories, make_workspace, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("WRK")


def url(name: str, workspace: Workspace, *arguments: object) -> str:
    return reverse(name, args=[workspace.key, *arguments])


def layout_of(workspace: Workspace, *drafts: PanelDraft, is_shared: bool = False) -> PanelLayout:
    panels = drafts or (PanelDraft("Blocked", "blocked"), PanelDraft("All", ""))
    return create_layout(
        workspace=workspace, owner=owner_of(workspace), name="Mine", panels=panels, is_shared=is_shared, now=NOW
    )


def panel_named(title: str) -> Panel:
    return Panel.objects.get(title=title)


def told(response: Any) -> dict[str, Any]:
    """The toast that an answer asks for."""
    toast: dict[str, Any] = json.loads(response["HX-Trigger"])["toast"]
    return toast


def test_a_workspace_without_stories_says_how_to_begin(reader: Client, workspace: Workspace) -> None:
    assert "Write the first story" in reader.get(url("work", workspace)).content.decode()
    make_stories(workspace, 1)
    assert (
        "There are no stories yet" not in reader.get(url("work", workspace), {"q": "nothing like it"}).content.decode()
    )


def test_a_viewer_is_not_told_to_drag(client: Client, workspace: Workspace) -> None:
    make_stories(workspace, 1)
    client.force_login(make_member(workspace, Role.VIEWER))
    page = client.get(url("work", workspace)).content.decode()
    assert "You may look, not move" in page
    for words in ("Drag cards", "Dropping work here", "Move or change"):
        assert words not in page


def test_the_first_visit_shows_the_default_panels(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 2)
    page = reader.get(url("work", workspace)).content.decode()
    for title in ("Backlog", "Ready", "Current sprint", "Next sprint"):
        assert f'data-title="{title}"' in page
    assert "2 stories" in page
    assert not PanelLayout.objects.exists()


def test_queries_of_a_page_do_not_grow_with_its_rows(reader: Client, workspace: Workspace) -> None:
    layout = layout_of(workspace)

    def count() -> int:
        reader.get(url("work-layout", workspace, layout.pk))
        with CaptureQueriesContext(connection) as captured:
            reader.get(url("work-layout", workspace, layout.pk))
        return len(captured)

    make_stories(workspace, 2)
    few = count()
    make_stories(workspace, 60)
    assert count() == few


def test_rows_follow_by_cursor(reader: Client, workspace: Workspace) -> None:
    layout_of(workspace)
    make_stories(workspace, 60)
    address = url("work-fresh", workspace, panel_named("All").pk)
    first = reader.get(address)
    assert first.content.decode().count("data-card=") == 50
    cursor = first.context["view"].next_cursor
    rest = reader.get(address, {"cursor": cursor})
    assert rest.content.decode().count("data-card=") == 10
    assert "data-more" not in rest.content.decode()


def test_the_layout_looked_at_last_is_shown_again(reader: Client, workspace: Workspace) -> None:
    layout_of(workspace)
    second = create_layout(
        workspace=workspace, owner=owner_of(workspace), name="Second", panels=[PanelDraft("Only")], now=NOW
    )
    reader.get(url("work-layout", workspace, second.pk))
    assert 'data-title="Only"' in reader.get(url("work", workspace)).content.decode()


def test_changing_a_default_panel_makes_a_layout_of_ones_own(reader: Client, workspace: Workspace) -> None:
    reader.post(url("work-panel", workspace, "default-1"), {"filter_text": "blocked"})
    layout = PanelLayout.objects.get()
    assert (layout.owner, layout.is_shared) == (owner_of(workspace), False)
    assert panel_named("Ready").filter_text == "blocked"
    assert layout.panels.count() == 4


def test_a_drop_says_what_it_set_what_it_could_not_and_is_undone(reader: Client, workspace: Workspace) -> None:
    layout_of(workspace, PanelDraft("Blocked", "blocked and points > 3"))
    stories = make_stories(workspace, 2)
    ids = ",".join(str(story.pk) for story in stories)
    answer = reader.post(url("work-drop", workspace, panel_named("Blocked").pk), {"ids": ids})
    assert answer.json()["changed"] == 2
    assert [left["id"] for left in answer.json()["left"]] == [story.pk for story in stories]
    toast = told(answer)
    assert "sets Blocked to yes" in toast["message"]
    assert "Still not in it" in toast["message"]
    assert Story.objects.filter(blocked=True).count() == 2
    reader.post(toast["undo"]["url"], toast["undo"]["values"])
    assert not Story.objects.filter(blocked=True).exists()


def test_a_preview_tells_every_panel_of_these_cards(reader: Client, workspace: Workspace) -> None:
    layout = layout_of(workspace)
    [story] = make_stories(workspace, 1)
    asked = {"ids": str(story.pk), "item": "STORY", "layout": layout.pk}
    panels = reader.post(url("work-preview", workspace), asked).json()["panels"]
    assert panels[str(panel_named("Blocked").pk)]["sets"] == "sets Blocked to yes"
    assert "matches already" in panels[str(panel_named("All").pk)]["sets"]


def test_stories_are_put_in_order_and_back(reader: Client, workspace: Workspace) -> None:
    first, second, third = make_stories(workspace, 3)
    moved = reader.post(url("work-order", workspace), {"ids": third.pk, "before": first.pk})
    assert [*Story.objects.order_by("rank")] == [third, first, second]
    undo = told(moved)["undo"]
    reader.post(undo["url"], undo["values"])
    assert [*Story.objects.order_by("rank")] == [first, second, third]
    gone = reader.post(url("work-order", workspace), {"ids": third.pk, "before": 999_999})
    assert gone.status_code == 404


def test_bad_ids_are_refused(reader: Client, workspace: Workspace) -> None:
    layout_of(workspace)
    for ids in ("", "x", "1,x", ",".join(["1"] * 501)):
        answer = reader.post(url("work-drop", workspace, panel_named("All").pk), {"ids": ids})
        assert answer.status_code == 400, ids


def test_a_removed_field_is_named_and_the_other_panels_work(reader: Client, workspace: Workspace) -> None:
    actor = actor_of(workspace)
    field = create_field(workspace=workspace, item="STORY", name="Risk", kind="TEXT", actor=actor, now=NOW)
    layout = layout_of(workspace, PanelDraft("Risky", "risk is High"), PanelDraft("All", "", columns=["risk", "team"]))
    archive_field(field=field, actor=actor, now=NOW)
    make_stories(workspace, 1)
    page = reader.get(url("work-layout", workspace, layout.pk)).content.decode()
    assert "line 1, character 1" in page
    assert "“Risk” was removed" in page
    assert "risk is High" in page
    assert page.count("data-card=") == 1
    refused = reader.post(url("work-drop", workspace, panel_named("Risky").pk), {"ids": Story.objects.get().pk})
    assert (refused.status_code, panel_named("Risky").filter_text) == (400, "risk is High")


def test_the_editor_tells_problem_place_count_and_conditions(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 3)

    def check(**values: str) -> Any:
        return reader.post(url("work-check", workspace), {"item": "STORY", **values}).json()

    good = check(text="sprint is empty and not blocked")
    assert (good["problem"], good["sums"], good["conditions"]) == (None, "3 stories", None)
    plain = check(text="sprint is empty and points > 3")
    assert [each["field"] for each in plain["conditions"]] == ["sprint", "points"]
    bad = check(text="points is many")
    assert "line 1, character 11" in bad["problem"]["message"]
    assert bad["problem"]["at"] == 10
    rows = [{"field": "sprint", "operator": "empty", "values": []}]
    assert check(document=json.dumps({"and": rows}))["text"] == "sprint is empty"
    assert "no sprint" in check(text="sprint is Nowhere")["problem"]["message"].lower()


def test_completion_is_offered(reader: Client, workspace: Workspace) -> None:
    offers = reader.post(url("work-complete", workspace), {"item": "STORY", "text": "spr"}).json()["offers"]
    assert offers[0] == {"text": "sprint", "detail": "Sprint", "start": 0}


def test_panels_are_edited_moved_removed_and_brought_back(reader: Client, workspace: Workspace) -> None:
    layout = layout_of(workspace)
    panel = panel_named("All")
    assert "All" in reader.get(url("work-panel", workspace, panel.pk)).content.decode()
    posted = {
        "title": "Everything",
        "sort": "points",
        "is_down": "1",
        "has_columns": "1",
        "columns": ["team", "points"],
    }
    reader.post(url("work-panel", workspace, panel.pk), {**posted, "version": "1"})
    panel.refresh_from_db()
    assert (panel.title, panel.sort, panel.columns) == ("Everything", "-points", ["team", "points"])
    stale = reader.post(url("work-panel", workspace, panel.pk), {"title": "Third", "version": "1"})
    assert stale.status_code == 409
    reader.post(url("work-panel-move", workspace, panel.pk), {"to": "0"})
    assert [each.title for each in layout.panels.all()] == ["Everything", "Blocked"]
    undo = told(reader.post(url("work-panel-delete", workspace, panel.pk)))["undo"]
    assert layout.panels.count() == 1
    reader.post(undo["url"], undo["values"])
    assert [each.title for each in layout.panels.all()] == ["Everything", "Blocked"]


def test_a_layout_is_saved_renamed_deleted_and_restored(reader: Client, workspace: Workspace) -> None:
    reader.post(url("work-layout-save", workspace), {"name": "Refinement", "is_shared": "true"})
    layout = PanelLayout.objects.get()
    assert (layout.is_shared, layout.panels.count()) == (True, 4)
    reader.post(url("work-layout-edit", workspace, layout.pk), {"name": "Planning", "version": layout.version})
    undo = told(reader.post(url("work-layout-delete", workspace, layout.pk)))["undo"]
    assert not PanelLayout.objects.exists()
    reader.post(undo["url"], undo["values"])
    assert PanelLayout.objects.get().name == "Planning"


def test_others_read_a_shared_layout_and_do_not_change_it(client: Client, workspace: Workspace) -> None:
    layout = layout_of(workspace, is_shared=True)
    client.force_login(make_member(workspace, Role.MEMBER))
    page = client.get(url("work-layout", workspace, layout.pk)).content.decode()
    assert "read only" in page
    assert "Remove the panel" not in page
    refused = client.post(url("work-panel", workspace, panel_named("All").pk), {"title": "Theirs"})
    assert refused.status_code == 403
    saved = client.post(url("work-layout-save", workspace), {"name": "Copy", "from": layout.pk})
    assert (saved.status_code, PanelLayout.objects.get(name="Copy").panels.count()) == (302, 2)


def test_panels_of_tasks_and_capabilities_are_listed(reader: Client, workspace: Workspace) -> None:
    layout = layout_of(
        workspace,
        PanelDraft("Tasks", "", ItemKind.TASK),
        PanelDraft("Units", "valued", ItemKind.CAPABILITY, sort="-cost_of_delay"),
    )
    page = reader.get(url("work-layout", workspace, layout.pk)).content.decode()
    assert "0 tasks" in page
    assert "0 capabilities" in page
