"""A seeded log of any length, as visits: twelve stages, one move in ten backwards, heavy tails, some not done yet.

Written in bulk as a rebuild leaves it: stories with their visits. The log itself is not, for no figure is read from it.
"""

from __future__ import annotations

import numpy as np

from common.clock import utc_now
from planner.domain.arrays import IntArray
from planner.domain.ranks import GAP
from planner.domain.vocabulary import StateCategory
from planner.models import Backlog, Capability, Story
from tests.bench.data import SEED, STORIES_PER_CAPABILITY, Bench, make_bench, make_capabilities, settle
from valuestream.domain.calendar import to_microseconds
from valuestream.domain.visits import OPEN, Visits, runs
from valuestream.models import Visit
from valuestream.services.bulk import counts, ids, insert_columns, instants

STAGES = [
    ("Idea", StateCategory.TODO),
    ("Ready for analysis", StateCategory.TODO),
    ("Analysis", StateCategory.IN_PROGRESS),
    ("Ready for design", StateCategory.IN_PROGRESS),
    ("Design", StateCategory.IN_PROGRESS),
    ("Ready for build", StateCategory.IN_PROGRESS),
    ("Build", StateCategory.IN_PROGRESS),
    ("Ready for review", StateCategory.IN_PROGRESS),
    ("Review", StateCategory.IN_PROGRESS),
    ("Ready for test", StateCategory.IN_PROGRESS),
    ("Test", StateCategory.IN_PROGRESS),
    ("Done", StateCategory.DONE),
]
MOVES_PER_STORY = 11.6
"""Of a story that is left to go on; a quarter stop on their way, so a story has some ten."""
BACKWARDS = 0.1
MOST_MOVES = 40
DAYS = 1_400
BATCH = 50_000


def make_flow(key: str, *, transitions: int) -> tuple[Bench, int]:
    """Create a workspace of twelve states whose stories have moved about so often; return it with the exact number."""
    bench = make_bench(key, workflow=STAGES)
    random = np.random.default_rng(SEED)
    capabilities = make_capabilities(bench, max(1, min(2_000, transitions // 100)))
    moved, number = 0, 0
    while moved < transitions:
        stories = min(BATCH, max(1, round((transitions - moved) / MOVES_PER_STORY)))
        walks = _walk(stories, random, len(bench.states))
        _write_visits(bench, walks, _write_stories(bench, capabilities, walks, number, random))
        moved, number = moved + len(walks) - stories, number + stories
    settle()
    return bench, moved


def _walk(stories: int, random: np.random.Generator, stages: int) -> Visits:
    """Visits of stages 0 to 11 by stories that begin evenly over the last years. Steps at once for all stories."""
    now = to_microseconds(utc_now())
    at = now - (random.uniform(0.5, DAYS, stories) * 86_400e6).astype(np.int64)
    stage, goes_on, story = np.zeros(stories, dtype=np.int64), np.ones(stories, dtype=np.bool_), np.arange(stories)
    entries = [(story, stage.copy(), at.copy())]
    for step in range(MOST_MOVES):
        hours = random.lognormal(2.2, 1.6, stories)
        at = at + (np.minimum(hours, 20_000) * 3600e6).astype(np.int64)
        goes_on &= (at < now) & (stage < stages - 1) & (random.random(stories) > 0.02)
        stage = np.where(goes_on, _next_stage(stage, step, random, stages), stage)
        entries.append((story[goes_on], stage[goes_on], at[goes_on]))
    story, stage, at = (np.concatenate(column) for column in zip(*entries, strict=True))
    order = np.argsort(story, kind="stable")
    return runs(story[order], stage[order], at[order])


def _next_stage(stage: IntArray, step: int, random: np.random.Generator, stages: int) -> IntArray:
    back = (random.random(len(stage)) < BACKWARDS) & (stage > 0) & (step < MOST_MOVES - stages)
    jump = random.integers(1, 4, len(stage))
    return np.where(back, np.maximum(stage - jump, 0), stage + 1)


def _write_stories(
    bench: Bench, capabilities: list[Capability], walks: Visits, number: int, random: np.random.Generator
) -> IntArray:
    """Append the stories in the states where they are now; returns their ids."""
    backlog, now = Backlog.objects.get(workspace=bench.workspace), utc_now()
    states = [bench.states[place] for place in walks.place[walks.left_at == OPEN].tolist()]
    points = random.choice((1, 2, 3, 5, 8), len(states)).tolist()
    stories = Story.objects.bulk_create(
        (
            Story(
                workspace=bench.workspace,
                backlog=backlog,
                key=f"{bench.workspace.key}-{at + 1}",
                title=f"Flowing story {at + 1}",
                capability=capabilities[at // STORIES_PER_CAPABILITY % len(capabilities)],
                points=points[at - number],
                state=state,
                category=state.category,
                rank=(at + 1) * GAP,
                created_at=now,
                updated_at=now,
                state_entered_at=now,
            )
            for at, state in enumerate(states, number)
        ),
        batch_size=2_000,
    )
    return np.array([story.pk for story in stories])


def _write_visits(bench: Bench, walks: Visits, story_ids: IntArray) -> None:
    state_ids = np.array([state.pk for state in bench.states])
    columns = [
        ids("workspace_id", np.full(len(walks), bench.workspace.pk)),
        ids("story_id", story_ids[walks.story]),
        ids("state_id", state_ids[walks.place]),
        counts("position", np.arange(len(walks)) - np.searchsorted(walks.story, walks.story)),
        instants("entered_at", walks.entered_at),
        instants("left_at", walks.left_at),
    ]
    insert_columns(table=Visit._meta.db_table, columns=columns)
