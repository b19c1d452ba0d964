"""Seeded data for the benchmark: backlogs of any size and logs of any length, written as imports write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import connection

from accounts.models import User, Workspace
from common.clock import utc_now
from planner.domain.value.model import parse_model
from planner.domain.vocabulary import EventSource, StateCategory, ValueKind
from planner.models import Capability, State
from planner.services.actor import Actor
from planner.services.applications import create_application
from planner.services.capabilities import create_capability
from planner.services.estimates import estimate_value
from planner.services.ingest import HistoryEntry, StoryHistory, ingest_histories
from planner.services.lens_orders import refresh_lenses
from planner.services.scores import rescore_workspace
from planner.services.workspaces import DEFAULT_WORKFLOW, create_workspace

SEED = 7
BATCH = 1_000
STORIES_PER_CAPABILITY = 10
VALUED_CAPABILITIES = 1_000
START = datetime(2024, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Bench:
    """A workspace to measure in, its owner, and its states in order."""

    workspace: Workspace
    user: User
    actor: Actor
    states: list[State]


def make_bench(key: str, workflow: Sequence[tuple[str, StateCategory]] = DEFAULT_WORKFLOW) -> Bench:
    """Create an empty workspace with its owner."""
    user = User.objects.create_user(username=key.lower())
    workspace = create_workspace(name=f"Bench {key}", key=key, owner=user, now=utc_now(), workflow=workflow)
    actor = Actor.of(user=user, source=EventSource.API)
    return Bench(workspace, user, actor, list(State.objects.filter(workspace=workspace)))


def fill_backlog(bench: Bench, *, stories: int) -> None:
    """Add open stories in capabilities of ten, the first thousand of which are valued."""
    capabilities = make_capabilities(bench, -(-stories // STORIES_PER_CAPABILITY))
    random = Random(SEED)
    for batch in _batched(stories):
        histories = [_open_story(bench, number, capabilities, random) for number in batch]
        ingest_histories(workspace=bench.workspace, histories=histories, actor=bench.actor, now=utc_now())
    rescore_workspace(workspace_id=bench.workspace.pk, now=utc_now())
    refresh_lenses(workspace_id=bench.workspace.pk, now=utc_now())
    settle()


def settle() -> None:
    """What a database does by itself within minutes of such a load: statistics, and pages known to be visible."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def make_capabilities(bench: Bench, count: int) -> list[Capability]:
    """Add capabilities, the first thousand of them valued."""
    random = Random(SEED)
    application = create_application(
        workspace=bench.workspace, name="Bench", key="APP", actor=bench.actor, now=utc_now()
    )
    made = []
    for number in range(count):
        capability = create_capability(
            workspace=bench.workspace,
            application=application,
            title=f"Capability {number}",
            actor=bench.actor,
            now=utc_now(),
        )
        if number < VALUED_CAPABILITIES:
            _value(bench, capability, random)
        made.append(capability)
    return made


def _value(bench: Bench, capability: Capability, random: Random) -> None:
    weekly = str(round(random.lognormvariate(8, 1.3), 2))
    model = parse_model({"sources": [{"kind": ValueKind.DIRECT.value, "inputs": {"value": weekly}}]})
    estimate_value(capability=capability, model=model, reason="Benchmark.", actor=bench.actor, now=utc_now())


def _open_story(bench: Bench, number: int, capabilities: list[Capability], random: Random) -> StoryHistory:
    return StoryHistory(
        external_id=f"bench-{number}",
        title=f"Story {number} of the benchmark",
        created_at=START + timedelta(minutes=number),
        first_state_id=bench.states[0].pk,
        state_id=bench.states[number % 2].pk,
        capability_id=capabilities[number // STORIES_PER_CAPABILITY].pk,
        points=Decimal(random.choice((1, 2, 3, 5, 8))),
    )


def fill_log(bench: Bench, *, transitions: int) -> int:
    """Add stories that flow through the workflow until the log has so many transitions; returns the stories."""
    random = Random(SEED)
    per_story = 8
    stories = transitions // per_story
    now = utc_now()
    span = timedelta(days=700) / max(stories, 1)
    for batch in _batched(stories):
        begun = [now - timedelta(days=710) + number * span for number in batch]
        histories = [
            _flowing_story(bench, number, at, per_story, random) for number, at in zip(batch, begun, strict=True)
        ]
        ingest_histories(workspace=bench.workspace, histories=histories, actor=bench.actor, now=now)
    return stories


def _flowing_story(bench: Bench, number: int, born: datetime, moves: int, random: Random) -> StoryHistory:
    """Return a story that goes Idea, Ready, In progress, Review, back and forth, and most often Done."""
    idea, ready, build, review, done = bench.states[:5]
    path = [ready, build, review, build, review, build, review, done][-moves:]
    at, before, entries = born, idea, []
    for step, after in enumerate(path):
        at += timedelta(hours=random.lognormvariate(2.0, 1.3))
        if at > utc_now():
            break
        entries.append(
            HistoryEntry("state", before.name, after.name, before.pk, after.pk, at, f"bench:{number}:{step}")
        )
        before = after
    return StoryHistory(
        external_id=f"flow-{number}",
        title=f"Flowing story {number}",
        created_at=born,
        first_state_id=idea.pk,
        state_id=before.pk,
        points=Decimal(random.choice((1, 2, 3, 5, 8))),
        entries=entries,
    )


def _batched(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))
