"""Dependencies, applications, capabilities, estimates, teams, sprints, tasks and the workflow."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.jobs.testing import run_queued_jobs
from planner.domain.value.model import ValueModelError, parse_model
from planner.domain.vocabulary import Lens
from planner.models import Capability, Estimate, Person, State, Story, StoryEvent, Task
from planner.selectors.capabilities import capability_summary, list_estimates
from planner.services.applications import delete_application, update_application
from planner.services.capabilities import create_capability, delete_capability, update_capability
from planner.services.dependencies import DependencyCycle, add_dependencies, add_dependency, remove_dependency
from planner.services.estimates import estimate_value
from planner.services.scores import rescore_workspace
from planner.services.stories import transition_story, update_story
from planner.services.tasks import create_task, delete_task, update_task
from planner.services.teams import create_team, update_team
from planner.services.workspaces import create_workspace, ensure_person, find_or_create_person
from tests.factories import (
    NOW,
    actor_of,
    direct_value,
    give_value,
    make_application,
    make_capability,
    make_stories,
    make_story,
    make_user,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PLN")


def depend(*chain: Story) -> None:
    """Each needs the one before it."""
    for predecessor, successor in pairwise(chain):
        add_dependency(predecessor=predecessor, successor=successor, actor=actor_of(successor.workspace), now=NOW)


# Dependencies


def test_a_cycle_is_refused_and_names_its_stories(workspace: Workspace) -> None:
    one, two, three = make_stories(workspace, 3)
    depend(one, two, three)
    with pytest.raises(DependencyCycle) as refused:
        depend(three, one)
    assert refused.value.code == "dependency_cycle"
    assert "PLN-1 needs PLN-3 needs PLN-2 needs PLN-1." in refused.value.message


def test_a_cycle_of_two_is_refused(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    depend(one, two)
    with pytest.raises(DependencyCycle) as refused:
        depend(two, one)
    assert refused.value.keys == ["PLN-1", "PLN-2"]


def test_a_story_does_not_depend_on_itself(workspace: Workspace) -> None:
    story = make_story(workspace)
    with pytest.raises(InvalidInput) as refused:
        depend(story, story)
    assert refused.value.field == "predecessor"


def test_the_same_dependency_twice_is_refused(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    depend(one, two)
    with pytest.raises(Conflict) as refused:
        depend(one, two)
    assert (refused.value.code, refused.value.field) == ("duplicate_dependency", "predecessor")


def test_a_dependency_across_workspaces_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        depend(make_story(make_workspace("OTH")), make_story(workspace))


def test_many_pairs_at_once_and_the_refused_ones_are_named(workspace: Workspace) -> None:
    one, two, three = make_stories(workspace, 3)
    stranger = make_story(make_workspace("OTH"))
    pairs = [(one, two), (two, three), (three, one), (one, two), (one, one), (stranger, one), (one, three)]
    joined = add_dependencies(workspace_id=workspace.pk, pairs=pairs, actor=actor_of(workspace), now=NOW)
    assert [(link.predecessor, link.successor) for link in joined.added] == [(one, two), (two, three), (one, three)]
    cycle = joined.refused[2]
    assert isinstance(cycle, DependencyCycle)
    assert cycle.keys == [one.key, three.key, two.key]
    codes = [(place, error.code) for place, error in joined.refused.items() if place != 2]
    assert codes == [(3, "duplicate_dependency"), (4, "invalid"), (5, "invalid")]
    one.refresh_from_db()
    assert one.last_sequence == StoryEvent.objects.filter(story=one).count() == 3


def test_the_number_of_queries_does_not_grow_with_the_pairs(
    workspace: Workspace, django_assert_max_num_queries: Any
) -> None:
    stories = make_stories(workspace, 401)
    pairs = list(pairwise(stories))
    with django_assert_max_num_queries(30):
        joined = add_dependencies(workspace_id=workspace.pk, pairs=pairs, actor=actor_of(workspace), now=NOW)
    assert len(joined.added) == 400


def test_both_stories_remember_a_dependency(workspace: Workspace) -> None:
    one, two = make_stories(workspace, 2)
    dependency = add_dependency(predecessor=one, successor=two, actor=actor_of(workspace), now=NOW)
    remove_dependency(dependency=dependency, actor=actor_of(workspace), now=NOW)
    told = StoryEvent.objects.filter(field="dependency").order_by("id").values_list("story__key", "to_value")
    assert list(told) == [
        ("PLN-2", "needs PLN-1"),
        ("PLN-1", "is needed by PLN-2"),
        ("PLN-2", "no longer needs PLN-1"),
        ("PLN-1", "is no longer needed by PLN-2"),
    ]


# Scores


def test_cd3_counts_prerequisites_wherever_they_are(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    needed = make_story(workspace, points=Decimal(3))
    own = make_story(workspace, capability=capability, points=Decimal(2))
    depend(needed, own)
    give_value(capability, 100)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    capability.refresh_from_db()
    assert (capability.closure_points, capability.cd3) == (Decimal(5), Decimal(20))


def test_a_valued_story_of_its_own_is_scored_until_it_is_done(workspace: Workspace) -> None:
    story = make_story(workspace, points=Decimal(4))
    give_value(story, 100)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    story.refresh_from_db()
    assert story.cd3 == Decimal(25)
    transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    finished = Story.objects.get(pk=story.pk)
    assert (finished.cd3, finished.closure_points) == (None, Decimal(0))


def test_scoring_again_writes_nothing(workspace: Workspace) -> None:
    give_value(make_story(workspace, points=Decimal(4)), 100)
    give_value(make_capability(workspace), 100)
    assert rescore_workspace(workspace_id=workspace.pk, now=NOW) == 2
    assert rescore_workspace(workspace_id=workspace.pk, now=NOW) == 0


def test_scores_follow_by_themselves(workspace: Workspace, django_capture_on_commit_callbacks: Any) -> None:
    capability = make_capability(workspace)
    make_story(workspace, capability=capability, points=Decimal(4))
    with django_capture_on_commit_callbacks(execute=True):
        give_value(capability, 100)
        give_value(capability, 200)
    [job] = [job for job in run_queued_jobs() if job.kind == "planner.rescore"]
    capability.refresh_from_db()
    assert (job.state, capability.cd3) == ("DONE", Decimal(50))
    assert job.result is not None
    assert (job.result["rows_written"], job.result["lenses_written"]) == (1, len(Lens))


def test_an_estimate_shows_in_cd3_at_once(workspace: Workspace) -> None:
    story = make_story(workspace, points=Decimal(4))
    give_value(story, 100)
    rescore_workspace(workspace_id=workspace.pk, now=NOW)
    give_value(story, 200)
    assert story.cd3 == Decimal(50)


# Estimates


def test_estimates_are_kept_and_the_newest_counts(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    give_value(capability, 100)
    give_value(capability, 300, now=NOW + timedelta(days=1))
    costs = [estimate.cost_of_delay for estimate in list_estimates(capability=capability)]
    assert (costs, capability.cost_of_delay) == ([Decimal(300), Decimal(100)], Decimal(300))


def test_a_story_in_a_capability_is_not_estimated(workspace: Workspace) -> None:
    story = make_story(workspace, capability=make_capability(workspace))
    with pytest.raises(InvalidInput) as refused:
        give_value(story, 100)
    assert refused.value.field == "story"


def test_an_estimate_needs_a_reason(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        estimate_value(
            capability=make_capability(workspace),
            model=direct_value(5),
            reason=" ",
            actor=actor_of(workspace),
            now=NOW,
        )
    assert set(refused.value.errors) == {"reason"}
    assert not Estimate.objects.exists()


def test_a_storys_value_is_in_its_log(workspace: Workspace) -> None:
    story = make_story(workspace)
    give_value(story, 100)
    event = StoryEvent.objects.get(field="value")
    assert (event.from_value, event.to_value) == ("", "100")


def test_money_that_is_no_number_never_becomes_a_model() -> None:
    source = {"kind": "DIRECT", "inputs": {"value": "NaN"}}
    with pytest.raises(ValueModelError) as refused:
        parse_model({"sources": [source]})
    assert set(refused.value.errors) == {"sources[0].inputs.value"}


# Applications and capabilities


def test_an_application_does_not_lie_within_itself(workspace: Workspace) -> None:
    outer = make_application(workspace, "OUT")
    inner = make_application(workspace, "INN", parent=outer)
    with pytest.raises(InvalidInput) as refused:
        update_application(application=outer, changes={"parent": inner}, actor=actor_of(workspace), now=NOW)
    assert refused.value.field == "parent"


@pytest.mark.parametrize("key", ["", "a", "frt", "1AB", "A B", "A" * 21])
def test_an_applications_key_begins_keys(workspace: Workspace, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_application(workspace, key)
    assert set(refused.value.errors) == {"key"}


def test_two_applications_do_not_share_a_key(workspace: Workspace) -> None:
    make_application(workspace, "FRT")
    with pytest.raises(InvalidInput) as refused:
        make_application(workspace, "FRT")
    assert set(refused.value.errors) == {"key"}


def test_an_application_with_capabilities_is_not_deleted(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    with pytest.raises(Conflict):
        delete_application(application=capability.application, actor=actor_of(workspace), now=NOW)


def test_a_capability_keeps_a_trackers_key(workspace: Workspace) -> None:
    application = make_application(workspace, "FRT")
    kept = make_capability(workspace, application, key="FRT-7")
    assert (kept.key, make_capability(workspace, application).key) == ("FRT-7", "FRT-8")


def test_a_capability_with_stories_is_not_deleted(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story = make_story(workspace, capability=capability)
    with pytest.raises(Conflict):
        delete_capability(capability=capability, actor=actor_of(workspace), now=NOW)
    update_story(story=story, changes={"capability": None}, actor=actor_of(workspace), now=NOW)
    delete_capability(capability=capability, actor=actor_of(workspace), now=NOW)
    assert not Capability.objects.exists()


def test_stories_follow_their_capability_into_another_application(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    story = make_story(workspace, capability=capability)
    other = make_application(workspace, "OTHER")
    update_capability(capability=capability, changes={"application": other}, actor=actor_of(workspace), now=NOW)
    story.refresh_from_db()
    assert story.application == other


def test_a_stale_capability_is_refused(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    actor = actor_of(workspace)
    update_capability(capability=capability, changes={"title": "New"}, actor=actor, now=NOW, version=1)
    with pytest.raises(Conflict) as refused:
        update_capability(capability=capability, changes={"title": "Newer"}, actor=actor, now=NOW, version=1)
    assert refused.value.code == "stale_version"


def test_a_capability_in_a_foreign_application_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        create_capability(
            workspace=workspace,
            application=make_application(make_workspace("OTH")),
            title="Pay",
            actor=actor_of(workspace),
            now=NOW,
        )
    assert set(refused.value.errors) == {"application"}


def test_a_summary_counts_what_is_left(workspace: Workspace) -> None:
    capability = make_capability(workspace)
    make_story(workspace, "Above")
    make_story(workspace, capability=capability, points=Decimal(3))
    make_story(workspace, capability=capability)
    make_story(workspace, capability=capability, points=Decimal(8), required=False)
    make_story(workspace, capability=capability, points=Decimal(5), state=state_named(workspace, "Done"))
    make_story(workspace, capability=capability, points=Decimal(1), state=state_named(workspace, "Cancelled"))
    summary = capability_summary(capability=capability)
    assert (summary.required, summary.required_done, summary.optional, summary.unestimated) == (3, 1, 1, 1)
    assert (summary.points_left, summary.points_done) == (Decimal(3), Decimal(5))
    assert (summary.place, summary.is_complete) == (2, False)


# Teams, people and workspaces


def test_two_teams_do_not_share_a_name(workspace: Workspace) -> None:
    create_team(workspace=workspace, name="Blue", actor=actor_of(workspace), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        create_team(workspace=workspace, name="blue", actor=actor_of(workspace), now=NOW)
    assert set(refused.value.errors) == {"name"}


def test_a_team_has_people_of_its_workspace(workspace: Workspace) -> None:
    dana = find_or_create_person(workspace=workspace, name="Dana")
    eve = find_or_create_person(workspace=make_workspace("OTH"), name="Eve")
    team = create_team(workspace=workspace, name="Blue", people=[dana], actor=actor_of(workspace), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        update_team(team=team, changes={"people": [eve]}, actor=actor_of(workspace), now=NOW)
    assert (set(refused.value.errors), list(team.people.all())) == ({"people"}, [dana])


def test_an_imported_person_becomes_the_member_with_the_address(workspace: Workspace) -> None:
    user = make_user()
    imported = find_or_create_person(workspace=workspace, name="D. Smith", email=user.email.upper())
    assert ensure_person(workspace=workspace, user=user) == imported
    assert ensure_person(workspace=workspace, user=user) == imported
    assert Person.objects.filter(workspace=workspace, user=user).count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("key", "x"), ("key", "lower"), ("name", " "), ("time_zone", "Mars/Olympus"), ("currency", "usd")],
)
def test_a_workspace_that_cannot_be_used_names_its_field(field: str, value: str) -> None:
    given: dict[str, Any] = {"name": "New", "key": "NEW", field: value}
    with pytest.raises(InvalidInput) as refused:
        create_workspace(owner=make_user(), now=NOW, **given)
    assert set(refused.value.errors) == {field}


def test_a_key_of_a_workspace_is_taken_once(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_workspace("PLN")
    assert set(refused.value.errors) == {"key"}


def test_a_workspace_starts_with_a_workflow(workspace: Workspace) -> None:
    states = list(State.objects.filter(workspace=workspace).values_list("name", "category"))
    assert states == [
        ("Idea", "TODO"),
        ("Ready", "TODO"),
        ("In progress", "IN_PROGRESS"),
        ("Review", "IN_PROGRESS"),
        ("Done", "DONE"),
        ("Cancelled", "CANCELLED"),
    ]


# Tasks


def make_task(story: Story, title: str = "Write it", **fields: Any) -> Task:
    return create_task(story=story, title=title, actor=actor_of(story.workspace), now=NOW, **fields)


def test_hours_left_begin_as_estimated_and_end_at_none(workspace: Workspace) -> None:
    task = make_task(make_story(workspace), hours_estimated=Decimal(6))
    assert task.hours_left == Decimal(6)
    done = update_task(task=task, changes={"state": "DONE"}, actor=actor_of(workspace), now=NOW)
    assert done.hours_left == Decimal(0)


@pytest.mark.parametrize("hours", [Decimal(-1), Decimal("NaN"), Decimal(10_001)])
def test_impossible_hours_are_refused(workspace: Workspace, hours: Decimal) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_task(make_story(workspace), hours_left=hours)
    assert set(refused.value.errors) == {"hours_left"}


def test_tasks_close_up_after_a_deletion(workspace: Workspace) -> None:
    story = make_story(workspace)
    tasks = [make_task(story, title) for title in "abc"]
    delete_task(task=tasks[0], actor=actor_of(workspace), now=NOW)
    assert list(Task.objects.values_list("title", "position")) == [("b", 1), ("c", 2)]


def test_a_stale_task_is_refused(workspace: Workspace) -> None:
    task = make_task(make_story(workspace))
    update_task(task=task, changes={"title": "New"}, actor=actor_of(workspace), now=NOW, version=1)
    with pytest.raises(Conflict) as refused:
        update_task(task=task, changes={"title": "Newer"}, actor=actor_of(workspace), now=NOW, version=1)
    assert refused.value.code == "stale_version"


def test_a_storys_log_tells_of_its_tasks(workspace: Workspace) -> None:
    task = make_task(make_story(workspace), hours_estimated=Decimal(3))
    update_task(task=task, changes={"hours_left": Decimal("1.5")}, actor=actor_of(workspace), now=NOW)
    told = list(StoryEvent.objects.filter(field="task").order_by("id").values_list("from_value", "to_value"))
    assert told == [("", "Write it"), ("Write it (to do, 3 h left)", "Write it (to do, 1.5 h left)")]
