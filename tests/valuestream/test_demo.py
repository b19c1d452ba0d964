"""The demo: believable, the same every time, and consistent with the log it comes from."""

from datetime import UTC, datetime

import pytest

from accounts.models import User, Workspace
from planner.domain.vocabulary import SprintState, ValueKind
from planner.models import Capability, CustomField, Dependency, Estimate, Sprint, Story
from valuestream.demo.seeding import seed_demo
from valuestream.models import Snapshot
from valuestream.services.rebuild import check_workspace

NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)


def seed(key: str = "FERRY") -> Workspace:
    owner = User.objects.create_user(username=f"owner-{key}")
    estimator = User.objects.create_user(username=f"estimator-{key}")
    return seed_demo(owner=owner, estimator=estimator, now=NOW, key=key)


@pytest.mark.django_db
def test_the_demo_shows_every_feature_of_this_issue() -> None:
    workspace = seed()

    stories = Story.objects.filter(workspace=workspace)
    assert 200 <= stories.count() <= 230
    assert Capability.objects.filter(workspace=workspace).count() == 28
    assert Sprint.objects.filter(workspace=workspace, state=SprintState.COMPLETED.value).count() == 8
    assert Dependency.objects.filter(workspace=workspace).count() >= 10
    assert stories.filter(blocked=True).count() >= 2
    assert stories.filter(kind="ENABLER").count() >= 5
    kinds = {source["kind"] for estimate in Estimate.objects.all() for source in estimate.model["sources"]}
    assert kinds == {kind.value for kind in ValueKind}
    assert Capability.objects.filter(workspace=workspace, cost_of_delay=None).count() == 2, "two are not valued"


@pytest.mark.django_db
def test_the_demo_has_one_clear_bottleneck() -> None:
    workspace = seed()

    bottleneck = Snapshot.objects.get(map__workspace=workspace, clock="24x7").metrics["bottleneck"]

    assert bottleneck["stage"] == "Review"
    assert bottleneck["agrees"] is True


@pytest.mark.django_db
def test_nothing_in_the_demo_lies_in_the_future() -> None:
    workspace = seed()

    assert not Story.objects.filter(workspace=workspace, events__occurred_at__gt=NOW).exists()
    assert not Story.objects.filter(workspace=workspace, created_at__gt=NOW).exists()


@pytest.mark.django_db
def test_what_is_derived_agrees_with_the_demos_log() -> None:
    assert check_workspace(workspace=seed()) == []


@pytest.mark.django_db
def test_two_seedings_are_alike() -> None:
    first, second = seed(), seed("OTHER")

    def as_rows(workspace: Workspace) -> list[tuple[object, ...]]:
        keys = {f"cf:{field.pk}": field.key for field in CustomField.objects.filter(workspace=workspace)}
        rows = Story.objects.filter(workspace=workspace).order_by("rank", "events__sequence")
        told = rows.values_list("title", "points", "state__name", "state_entered_at", "events__field")
        return [(*facts, keys.get(field, field)) for *facts, field in told]

    assert as_rows(first) == as_rows(second)
