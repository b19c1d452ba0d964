"""Around the list: prices, lenses, filters, saved views, columns, sprint lines, files."""

import csv
import json
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import SavedView, Story
from planner.selectors.sprint_lines import list_sprint_lines
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.lens_orders import refresh_lenses
from planner.services.pins import pin_unit
from planner.services.ranking import move_story
from planner.services.saved_views import save_view
from planner.services.sprints import create_sprint
from planner.services.stories import transition_story
from planner.services.teams import create_team
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_member,
    make_stories,
    make_story,
    make_user,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    cache.clear()
    return make_workspace("HEAD")


def page(reader: Client, workspace: Workspace, question: str = "", *, name: str = "backlog", status: int = 200) -> str:
    response = reader.get(f"{reverse(name, args=[workspace.key])}?{question}")
    assert response.status_code == status
    return response.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'data-story-row="\d+" data-key="[^"]+" data-title="([^"]+)"', html)


# Filters


def test_filters_stand_as_chips_that_can_be_taken_away(reader: Client, workspace: Workspace) -> None:
    make_story(workspace, "Small", points="1")
    make_story(workspace, "Large", points="13")
    html = page(reader, workspace, "f=points:gt:8&f=kind:is:Story&lens=age")
    assert titles(html) == ["Large"]
    assert 'Points <b>more than</b> 8<a class="tok-x" href="?lens=age&amp;f=kind%3Ais%3AStory"' in html


def test_a_filter_that_cannot_be_used_is_told_on_the_page(reader: Client, workspace: Workspace) -> None:
    make_story(workspace)
    html = page(reader, workspace, "f=points:gt:<b>", status=400)
    assert "Points more than: “&lt;b&gt;” is no number" in html
    assert "This filter can" in html
    assert titles(html) == []


def test_a_filtered_list_cannot_be_moved_in(reader: Client, workspace: Workspace) -> None:
    make_story(workspace)
    assert "data-may-move" not in page(reader, workspace, "f=blocked:is:no")
    assert "data-may-move data-can-move" in page(reader, workspace)


def test_the_next_lines_keep_the_filters(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 5, points="3")
    make_stories(workspace, 5)
    html = page(reader, workspace, "f=points:is:3&view=flat&limit=3")
    last = Story.objects.get(title=titles(html)[-1], points=3)
    rest = page(reader, workspace, f"f=points:is:3&view=flat&part=lines&below={last.pk}&at=3")
    assert titles(html) + titles(rest) == [f"Story {number}" for number in range(1, 6)]


def test_the_box_offers_fields_operators_and_values(reader: Client, workspace: Workspace) -> None:
    create_team(workspace=workspace, name="Harbour", actor=actor_of(workspace), now=utc_now())
    fields = json.loads(page(reader, workspace, name="backlog-filters"))["fields"]
    assert {"name": "between", "label": "between", "takes": 2} in next(
        field["operators"] for field in fields if field["name"] == "points"
    )
    for question, expected in (
        ("field=team&q=arb", ["Harbour"]),
        ("field=kind&q=bu", ["Bug"]),
        ("field=blocked&q=", ["yes", "no"]),
        ("field=assignee&q=me", ["me"]),
        ("field=points&q=3", []),
    ):
        values = json.loads(page(reader, workspace, question, name="backlog-filters"))["values"]
        assert [value["value"] for value in values] == expected, question
    page(reader, workspace, "field=size", name="backlog-filters", status=400)


# Layouts and columns


def test_flat_lists_stories_alone_with_their_capability_beside(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace, title="Pay by invoice")
    make_story(workspace, "Inside", capability=capability)
    make_story(workspace, "Loose")
    html = page(reader, workspace, "view=flat")
    assert "data-capability-row" not in html
    assert re.findall(r"data-place>(\d+)<", html) == ["1", "2"]
    assert re.search(r'class="c-cap"><a[^>]*>' + capability.key, html)


def test_columns_are_chosen_in_the_address(reader: Client, workspace: Workspace) -> None:
    make_story(workspace)
    html = page(reader, workspace, "cols=cod&cols=who&cols=none")
    assert "without-pts" in html
    assert 'class="c-who"' in html
    assert "without-cod" not in html
    assert 'class="c-who"' not in page(reader, workspace)
    assert "cols=cod%2Cwho" in html


def test_an_address_that_makes_no_sense_shows_the_usual(reader: Client, workspace: Workspace) -> None:
    make_story(workspace)
    assert "without-cap without-who" in page(reader, workspace, "view=spiral&cols=&lens=story_wsjf")


# The head


def test_the_head_prices_the_order_and_every_lens(reader: Client, workspace: Workspace) -> None:
    cheap = make_story(workspace, "Cheap", points="5")
    dear = make_story(workspace, "Dear", points="5")
    make_story(workspace, "Unknown", points="5")
    give_value(cheap, 100)
    give_value(dear, 900)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    html = page(reader, workspace, name="backlog-strip")
    assert "from the best possible." in html
    assert "1 unvalued item is left out." in html
    assert "no inputs yet" in html
    assert "No order costs less than this one." in page(reader, workspace, "lens=money", name="backlog-strip")


def test_a_pin_that_makes_the_best_order_dearer_is_told(reader: Client, workspace: Workspace) -> None:
    cheap, dear = make_story(workspace, "Cheap", points="5"), make_story(workspace, "Dear", points="5")
    give_value(cheap, 100)
    give_value(dear, 900)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    words = "Only Money-optimal keeps sprint and pins."
    assert words not in page(reader, workspace, name="backlog-strip")
    pin_unit(
        workspace=workspace,
        unit=cheap,
        kind="PLACE",
        place=1,
        reason="Promised",
        expires_on=utc_now().date() + timedelta(days=30),
        actor=actor_of(workspace),
        now=utc_now(),
    )
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    assert words in page(reader, workspace, name="backlog-strip")


def test_without_values_the_head_says_what_is_missing(reader: Client, workspace: Workspace) -> None:
    assert "No order has a price yet." in page(reader, workspace, name="backlog-strip")
    make_story(workspace, points="3")
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    html = page(reader, workspace, name="backlog-strip")
    assert "Nothing open has both a value and points left" in html
    assert "Propose an order" not in html


def test_habits_stand_apart_from_lenses(reader: Client, workspace: Workspace) -> None:
    make_story(workspace)
    html = page(reader, workspace, "lens=sponsor")
    assert html.count('class="lens"') == 7
    assert re.search(r'lens=sponsor[^>]*aria-current="true"', html)


def test_the_head_takes_a_bounded_number_of_queries(
    reader: Client, workspace: Workspace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for story in make_stories(workspace, 5, points="3"):
        give_value(story, 100)
    refresh_lenses(workspace_id=workspace.pk, now=utc_now())
    with django_assert_max_num_queries(12):
        page(reader, workspace, name="backlog-strip")


# Saved views


def save(reader: Client, workspace: Workspace, **values: str) -> Any:
    return reader.post(reverse("view-save", args=[workspace.key]), values)


def test_the_present_question_is_saved_and_stands_as_the_current_tab(reader: Client, workspace: Workspace) -> None:
    question = "f=points%3Agt%3A8&lens=cd3&page=3&view=flat"
    address = save(reader, workspace, name="Large", question=question)["Location"]
    assert address.endswith("?lens=cd3&view=flat&f=points%3Agt%3A8")
    assert re.search(r'aria-current="true">Large <', reader.get(address).content.decode())


def test_each_tab_tells_how_many_stories_it_has(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 3)
    save(reader, workspace, name="Third", question="q=Story+3")
    html = reader.get(reverse("backlog-view-tabs", args=[workspace.key])).content.decode()
    told = dict(re.findall(r">([\w ]+) <span class=\"tab-count num\">(\d+)", html))
    assert (told["All work"], told["Blocked"], told["Third"]) == ("3", "0", "1")


def test_who_may_only_read_keeps_views_without_sharing_them(client: Client, workspace: Workspace) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    assert "is_shared" not in client.get(reverse("view-save", args=[workspace.key])).content.decode()
    assert save(client, workspace, name="Loud", is_shared="true").status_code == 403
    assert save(client, workspace, name="Quiet").status_code < 400
    assert [view.name for view in SavedView.objects.filter(workspace=workspace)] == ["Quiet"]


def test_a_shared_view_stands_for_others_with_whose_it_is(client: Client, workspace: Workspace) -> None:
    other = make_member(workspace, user=make_user("priya"))
    for name, shared in (("Ours", True), ("Mine", False)):
        save_view(workspace=workspace, owner=other, name=name, question="", is_shared=shared, now=utc_now())
    client.force_login(make_member(workspace, Role.VIEWER))
    html = page(client, workspace)
    assert 'title="Shared by priya">Ours <' in html
    assert "Mine" not in html


def test_a_view_is_renamed_shared_retaken_and_deleted(reader: Client, workspace: Workspace) -> None:
    view = save_view(workspace=workspace, owner=owner_of(workspace), name="Old", question="q=a", now=utc_now())
    url = reverse("view-edit", args=[workspace.key, view.pk])
    assert "Take over the filters" in reader.get(f"{url}?q=b").content.decode()
    reader.post(url, {"name": "New", "is_shared": "true", "take": "true", "question": "q=b"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.question) == ("New", True, "q=b")
    reader.post(reverse("view-delete", args=[workspace.key, view.pk]))
    assert not SavedView.objects.exists()


def test_anothers_own_view_and_another_workspaces_are_not_there(reader: Client, workspace: Workspace) -> None:
    theirs = save_view(workspace=workspace, owner=make_member(workspace), name="A", question="", now=utc_now())
    elsewhere = save_view(
        workspace=make_workspace("OTH"), owner=owner_of(workspace), name="B", question="", now=utc_now()
    )
    for view in (theirs, elsewhere):
        assert reader.get(reverse("view-edit", args=[workspace.key, view.pk])).status_code == 404


# Sprint lines


def finish(workspace: Workspace, points: str, **fields: Any) -> None:
    story = make_story(workspace, "Done", points=points, now=utc_now() - timedelta(days=30), **fields)
    at = utc_now() - timedelta(days=3)
    transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=at)


def test_a_line_stands_where_the_team_has_no_room_left(reader: Client, workspace: Workspace) -> None:
    team = create_team(workspace=workspace, name="Harbour", actor=actor_of(workspace), now=utc_now())
    finish(workspace, "48", team=team)  # 4 points a week over 12 weeks: 8 in a sprint of 14 days
    today = utc_now().date()
    create_sprint(
        workspace=workspace,
        name="Sprint 7",
        start_date=today,
        end_date=today + timedelta(days=13),
        actor=actor_of(workspace),
        now=utc_now(),
    )
    give_value(capability := make_capability(workspace, title="First"), 700)
    make_stories(workspace, 2, capability=capability, team=team, points="4")
    make_stories(workspace, 5, capability=make_capability(workspace, title="Second"), team=team, points="4")
    html = page(reader, workspace)
    line, second = html.index("<b>Sprint 7</b>"), html.index('data-title="Second"')
    assert html.index('data-title="First"') < line < second
    assert "8/8" in html
    assert "1 capability finishes" in html
    assert "<b>Sprint 8</b> ends" in html
    assert "not planned yet" in html
    evidence = reader.get(reverse("backlog-sprint-line", args=[workspace.key, 0])).content.decode()
    assert "velocity is the points a team finished over the last 12 weeks" in evidence
    for question in ("f=points:gt:1", "lens=cd3", "q=story"):
        assert "data-sprint-line" not in page(reader, workspace, question)


def test_lines_follow_a_move(workspace: Workspace) -> None:
    finish(workspace, "60")
    stories = make_stories(workspace, 3, points="10")
    assert [line.above_id for line in list_sprint_lines(workspace=workspace, now=utc_now())] == [
        stories[1].pk,
        stories[2].pk,
    ]
    move_story(story=stories[2], to="top", actor=actor_of(workspace), now=utc_now())
    assert list_sprint_lines(workspace=workspace, now=utc_now())[0].above_id == stories[0].pk


def test_lines_are_kept_until_something_changes(
    workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    finish(workspace, "60")
    make_stories(workspace, 3, points="10")
    list_sprint_lines(workspace=workspace, now=utc_now())
    with django_assert_num_queries(1):
        list_sprint_lines(workspace=workspace, now=utc_now())


def test_without_finished_work_there_is_no_line(workspace: Workspace) -> None:
    make_stories(workspace, 3, points="10")
    assert list_sprint_lines(workspace=workspace, now=utc_now()) == []


# Files


def export(reader: Client, workspace: Workspace, kind: str, question: str = "") -> bytes:
    response = reader.get(f"{reverse('backlog-export', args=[workspace.key, kind])}?{question}")
    assert response.status_code == 200
    return b"".join(response)


def test_the_list_goes_out_as_csv_in_its_order(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 3, points="2.5")
    make_story(workspace, '=HYPERLINK("x")', points="8")
    text = export(reader, workspace, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["Title"] for row in rows] == ["Story 1", "Story 2", "Story 3", '\'=HYPERLINK("x")']
    assert (rows[0]["Points"], rows[0]["Position"], rows[0]["Business value"]) == ("2.50", "1", "")
    assert len(list(csv.reader(StringIO(export(reader, workspace, "csv", "f=points:gt:3").decode())))) == 2


def test_the_list_goes_out_as_a_workbook(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 300, points="3")
    make_story(workspace, "A <b> & \x0b c")
    with ZipFile(BytesIO(export(reader, workspace, "xlsx"))) as book:
        assert book.testzip() is None
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = list(sheet.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"))
    assert len(rows) == 302
    assert "".join(rows[-1].itertext()).count("A <b> &  c") == 1


def test_a_file_of_another_kind_and_a_wrong_filter_are_told(reader: Client, workspace: Workspace) -> None:
    assert reader.get(reverse("backlog-export", args=[workspace.key, "pdf"])).status_code == 404
    assert reader.get(f"{reverse('backlog-export', args=[workspace.key, 'csv'])}?f=points:gt:x").status_code == 400
    assert Story.objects.count() == 0


def test_the_file_has_a_column_for_each_field_of_ones_own(reader: Client, workspace: Workspace) -> None:
    actor, stories = actor_of(workspace), make_stories(workspace, 2)
    options = [OptionDraft("High"), OptionDraft("Low")]
    create_field(workspace=workspace, item="STORY", name="Risk", kind="CHOICE", options=options, actor=actor, now=NOW)
    create_field(workspace=workspace, item="STORY", name="Users", kind="NUMBER", actor=actor, now=NOW)
    told = {"risk": "High", "users": 12}
    set_story_fields_of_own(workspace=workspace, story_ids=[stories[0].pk], values=told, actor=actor, now=NOW)
    table = list(csv.reader(StringIO(export(reader, workspace, "csv").decode("utf-8-sig"))))
    assert [row[-2:] for row in table] == [["Risk", "Users"], ["High", "12"], ["", ""]]
