"""The backlog page: what it shows, what a move, an edit and a value do, and who may."""

import json
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from accounts.policies import Role
from planner.domain.value.model import ThreePoint, ValueSource
from planner.domain.vocabulary import ValueKind
from planner.models import Application, Capability, Estimate, Story
from planner.services.dependencies import add_dependency
from planner.services.stories import transition_story
from planner.templatetags.value import DIVIDED_BY, TIMES, formula_steps
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_application,
    make_capability,
    make_member,
    make_stories,
    make_story,
    make_user,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("MILL")


def backlog_of(client: Client, workspace: Workspace, **question: str) -> str:
    response = client.get(reverse("backlog", args=[workspace.key]), question)
    assert response.status_code == 200
    return response.content.decode()


def order_of(html: str) -> list[str]:
    """Keys of the rows, in order; a capability met again has a star."""
    rows = re.findall(r'<div class="row ([^"]*)"[^>]*data-key="([^"]+)"', html)
    return [key + ("*" if "again" in classes.split() else "") for classes, key in rows]


def test_an_empty_backlog_says_what_will_stand_here(reader: Client, workspace: Workspace) -> None:
    html = backlog_of(reader, workspace)
    assert "One ranked list, in money" in html
    assert "Add the first story" in html


def test_a_capability_stands_above_its_stories(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story = make_story(workspace, capability=capability)
    assert order_of(backlog_of(reader, workspace)) == [capability.key, story.key]


def test_a_capability_interrupted_by_other_work_is_continued(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    first = make_story(workspace, capability=capability)
    loose = make_story(workspace)
    last = make_story(workspace, capability=capability)
    expected = [capability.key, first.key, loose.key, f"{capability.key}*", last.key]
    assert order_of(backlog_of(reader, workspace)) == expected


def test_a_capability_without_stories_stands_at_the_end(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story = make_story(workspace)
    assert order_of(backlog_of(reader, workspace)) == [story.key, capability.key]


def test_more_lines_do_not_repeat_the_capability_they_go_on_with(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    stories = make_stories(workspace, 5, capability=capability)
    first = backlog_of(reader, workspace, limit="3")
    rest = backlog_of(reader, workspace, part="lines", below=str(stories[2].pk), at="3", units="1")
    assert order_of(first) + order_of(rest) == [capability.key, *[story.key for story in stories]]


def test_unvalued_work_stands_apart_in_a_computed_order(reader: Client, workspace: Workspace) -> None:
    loose, valued = make_story(workspace), make_story(workspace)
    give_value(valued, 500)
    html = backlog_of(reader, workspace, lens="value")
    assert order_of(html) == [valued.key, loose.key]
    assert html.index(valued.key) < html.index("<b>Not valued") < html.index(f'data-key="{loose.key}"')


def test_unvalued_is_a_dash_and_a_question_never_zero(reader: Client, workspace: Workspace) -> None:
    make_story(workspace, capability=make_capability(workspace))
    html = backlog_of(reader, workspace)
    assert "Give it a value" in html
    assert "$0" not in html


def test_the_filter_asks_for_keys_and_titles(reader: Client, workspace: Workspace) -> None:
    make_story(workspace, "Pay by card")
    wanted = make_story(workspace, "Pay by invoice")
    assert order_of(backlog_of(reader, workspace, q="INVOICE")) == [wanted.key]


def test_a_filtered_list_tells_no_places(workspace: Workspace, reader: Client) -> None:
    make_story(workspace, "Print the label")
    make_story(workspace, "Send the invoice")

    assert "data-place>2<" in backlog_of(reader, workspace)
    assert "data-place>1<" not in backlog_of(reader, workspace, q="invoice")


def test_the_lenses_keep_the_filter(reader: Client, workspace: Workspace) -> None:
    assert "?lens=cd3&amp;q=manual" in backlog_of(reader, workspace, q="manual")


def test_a_filter_that_finds_nothing_says_so(reader: Client, workspace: Workspace) -> None:
    make_story(workspace)
    assert "<script>" not in (html := backlog_of(reader, workspace, q="<script>alert(1)</script>"))
    assert "Nothing has" in html


@pytest.mark.parametrize(
    "question",
    [{"lens": "luck"}, {"limit": "-1"}, {"limit": "9" * 30}, {"below": "x"}, {"at": "-5"}, {"at": "99"}],
)
def test_an_address_that_makes_no_sense_shows_the_plain_page(
    reader: Client, workspace: Workspace, question: dict[str, str]
) -> None:
    make_story(workspace)
    assert len(order_of(backlog_of(reader, workspace, **question))) == 1


@pytest.mark.parametrize("number", [3, 60])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    reader: Client, workspace: Workspace, django_assert_max_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for capability in [make_capability(workspace) for _ in range(number // 3)]:
        give_value(capability, 100)
        make_stories(workspace, 3, capability=capability)
    with django_assert_max_num_queries(24):
        backlog_of(reader, workspace)


def test_nothing_on_the_page_is_inline_style_or_script(reader: Client, workspace: Workspace) -> None:
    give_value(capability := make_capability(workspace), 100)
    make_story(workspace, capability=capability)
    html = backlog_of(reader, workspace)
    assert " style=" not in html
    assert "hx-on" not in html
    assert not re.search(r"<script(?![^>]*src=)", html)
    assert html.count("<h1") == 1


# Value and evidence


def test_a_lone_likely_figure_is_an_estimate(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    url = reverse("capability-value", args=[workspace.key, capability.key])
    assert reader.post(url, {"likely": "$12,000", "reason": "Counted"}).status_code == 204
    capability.refresh_from_db()
    assert capability.cost_of_delay == 12000


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"likely": "", "reason": "x"}, "likely"),
        ({"likely": "NaN", "reason": "x"}, "likely"),
        ({"likely": "5", "low": "9", "reason": "x"}, "likely"),
        ({"likely": "5", "high": "-1", "reason": "x"}, "high"),
        ({"likely": "5", "reason": ""}, "reason"),
    ],
)
def test_a_refused_value_names_its_field_and_writes_nothing(
    reader: Client, workspace: Workspace, values: dict[str, str], field: str
) -> None:
    capability = make_capability(workspace)
    url = reverse("capability-value", args=[workspace.key, capability.key])
    response = reader.post(url, values, headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert field in response.json()["errors"]
    assert not Estimate.objects.exists()


def test_a_story_of_its_own_takes_a_value(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    reader.post(reverse("story-value", args=[workspace.key, story.key]), {"likely": "900", "reason": "Asked"})
    story.refresh_from_db()
    assert story.cost_of_delay == 900


def test_evidence_fills_the_formula_in(reader: Client, workspace: Workspace) -> None:
    give_value(capability := make_capability(workspace), 12000)
    url = reverse("capability-evidence", args=[workspace.key, capability.key])
    for figure in ("cost_of_delay", "business_value", "cd3", "nonsense"):
        html = reader.get(url, {"of": figure}).content.decode()
        assert "$12.0k" in html
        assert "Because" in html


def test_the_formula_of_time_saved_shows_minutes_over_sixty() -> None:
    figures = {"users": "300", "uses_per_week": "20", "minutes_saved": "6", "hourly_cost": "50", "adoption": "0.5"}
    source = ValueSource(
        ValueKind.TIME_SAVINGS, {name: ThreePoint.exactly(Decimal(figure)) for name, figure in figures.items()}
    )
    steps = [step["operator"] + step["text"] for step in formula_steps(source, "USD")]
    assert steps == ["300", f"{TIMES}20", f"{TIMES}6", f"{DIVIDED_BY}60", f"{TIMES}$50", f"{TIMES}50.0 %"]


def test_evidence_of_nothing_says_that_unknown_is_not_zero(reader: Client, workspace: Workspace) -> None:
    story = make_story(workspace)
    html = reader.get(reverse("story-evidence", args=[workspace.key, story.key])).content.decode()
    assert "Unknown is not zero" in html


def test_the_share_of_a_story_shows_what_it_shares_with(reader: Client, workspace: Workspace) -> None:
    give_value(capability := make_capability(workspace), 100)
    story = make_story(workspace, "Mine", capability=capability, points="3")
    make_story(workspace, "Yours", capability=capability, points="5")
    html = reader.get(reverse("story-evidence", args=[workspace.key, story.key])).content.decode()
    assert "Mine" in html
    assert "Yours" in html


# Adding and finding


def test_a_story_is_added_at_the_bottom(reader: Client, workspace: Workspace) -> None:
    make_stories(workspace, 2)
    capability = make_capability(workspace)
    values = {"title": "New", "kind": "BUG", "points": "3", "capability": capability.key}
    response = reader.post(reverse("story-add", args=[workspace.key]), values)
    assert "close-dialog" in json.loads(response.headers["HX-Trigger"])
    assert [*Story.objects.order_by("rank").values_list("title", flat=True)] == ["Story 1", "Story 2", "New"]
    assert Story.objects.get(title="New").capability == capability


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x", "points": "-2"}, "points"),
        ({"title": "x", "capability": "Z"}, "capability"),
    ],
)
def test_a_refused_story_names_its_field(
    reader: Client, workspace: Workspace, values: dict[str, str], field: str
) -> None:
    response = reader.post(reverse("story-add", args=[workspace.key]), values, headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert field in response.json()["errors"]


def test_the_first_capability_brings_its_application(reader: Client, workspace: Workspace) -> None:
    values = {"title": "Papers", "application_name": "Freight", "application_key": "frt"}
    assert reader.post(reverse("capability-add", args=[workspace.key]), values).status_code == 204
    assert Capability.objects.get(title="Papers").application.key == "FRT"


def test_a_refused_capability_leaves_no_application_behind(reader: Client, workspace: Workspace) -> None:
    values = {"title": "", "application_name": "Freight", "application_key": "frt"}
    assert reader.post(reverse("capability-add", args=[workspace.key]), values).status_code == 400
    assert not Application.objects.filter(workspace=workspace).exists()


def test_the_next_capability_chooses_its_application(reader: Client, workspace: Workspace) -> None:
    make_application(workspace, "QTE")
    reader.post(reverse("capability-add", args=[workspace.key]), {"title": "Quotes", "application": "QTE"})
    assert Capability.objects.get(title="Quotes").application.key == "QTE"


def test_the_palette_finds_by_key_and_title(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace, title="Invoices right the first time")
    story = make_story(workspace, "Dispute an invoice")
    results = reader.get(reverse("find", args=[workspace.key]), {"q": "invoice"}).json()["results"]
    assert [found["key"] for found in results] == [capability.key, story.key]


def test_the_summary_counts_open_work(reader: Client, workspace: Workspace) -> None:
    make_story(workspace, points="5", capability=make_capability(workspace))
    make_story(workspace)
    html = reader.get(reverse("backlog-summary", args=[workspace.key])).content.decode()
    text = re.sub(r"<[^>]+>", "", html).strip()
    assert text == "1 capability, 2 open stories, 5 points to go, 1 without points; 2 not valued"


# Who may


def test_an_outsider_finds_nothing(client: Client, workspace: Workspace) -> None:
    client.force_login(make_user())
    assert client.get(reverse("backlog", args=[workspace.key])).status_code == 404


def test_someone_not_signed_in_is_asked_to(client: Client, workspace: Workspace) -> None:
    assert client.get(reverse("backlog", args=[workspace.key])).status_code == 302


def test_a_row_tells_what_it_waits_for_and_what_waits_for_it(reader: Client, workspace: Workspace) -> None:
    first, second, done = make_stories(workspace, 3)
    for needed, needing in ((first, second), (done, second)):
        add_dependency(predecessor=needed, successor=needing, actor=actor_of(workspace), now=NOW)
    transition_story(story=done, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    html = backlog_of(reader, workspace)
    assert f'title="Opens the way for {second.key}"' in html
    assert f'title="Needs {first.key}"' in html
    assert f"around={second.key}" in html
    assert "needs 1 unfinished story:" in html


def test_a_viewer_sees_no_button_that_would_refuse(client: Client, workspace: Workspace) -> None:
    make_story(workspace)
    client.force_login(make_member(workspace, Role.VIEWER))
    html = backlog_of(client, workspace)
    for mark in ("data-may-move", "data-edit=", "Give it a value", "add-story", "add-capability"):
        assert mark not in html
