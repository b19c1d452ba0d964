"""What is open as work to be done: whose pace each story goes by, what comes before what, what a subject waits for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from accounts.models import Workspace
from planner.domain.arrays import BoolArray, FloatArray, IntArray
from planner.models import Team
from valuestream.domain.forecasting.ordering import closure_of, order_with_needs
from valuestream.domain.forecasting.queues import ParallelWork, Queue
from valuestream.domain.forecasting.throughput import LEAST_DAYS
from valuestream.domain.forecasting.words import Measure, SubjectKind, WorkOrder
from valuestream.selectors.columns import ABSENT
from valuestream.selectors.forecast_asking import Subject
from valuestream.selectors.forecast_history import NO_TEAM, Pasts
from valuestream.selectors.forecast_items import ForecastStories, needs_of, open_stories
from valuestream.selectors.work_items import chosen_story_ids

WHOLE_OR_NOTHING = (SubjectKind.CAPABILITY, SubjectKind.SPRINT)
"""A date of these means all of it: with a part that has no pace there is none."""


@dataclass(frozen=True)
class OpenWork:
    """All that is open. `order`: the places of stories as they will be done; `needs`: what each waits for, by place.

    `amount`: what each takes, in the measure; `queue`: the team whose pace it goes by. `paceless`: stories that go by
    no known pace, or wait for one that does.
    """

    stories: ForecastStories
    pasts: Pasts
    order: list[int]
    needs: dict[int, list[int]]
    amount: FloatArray
    queue: IntArray
    paceless: BoolArray


def load_open_work(*, workspace: Workspace, pasts: Pasts, as_of: datetime | None) -> OpenWork:
    """Return what is open, in backlog order: what was begun first, and what a story needs before it."""
    stories = open_stories(workspace_id=workspace.pk, as_of=as_of)
    needs = needs_of(workspace_id=workspace.pk, stories=stories)
    begun_first = np.argsort(~stories.begun, kind="stable").tolist()
    order = order_with_needs(begun_first, needs)
    if pasts.measure is Measure.POINTS:
        amount = np.where(np.isnan(stories.points), pasts.assumed_points, stories.points)
    else:
        amount = np.ones(len(stories))
    queue = _queues(stories.team, pasts)
    return OpenWork(stories, pasts, order, needs, amount, queue, _paceless(queue, pasts, order, needs))


def _queues(team: IntArray, pasts: Pasts) -> IntArray:
    """Whose pace stories go by: their team's; where only one team finishes anything, the teamless go by its pace."""
    with_pace = [one for one, past in pasts.of_teams.items() if past.is_enough]
    if len(with_pace) != 1:
        return team
    return np.where(team == ABSENT, with_pace[0], team)


def _paceless(queue: IntArray, pasts: Pasts, order: Sequence[int], needs: dict[int, list[int]]) -> BoolArray:
    known = [team for team, past in pasts.of_teams.items() if past.is_enough]
    found = ~np.isin(queue, known)
    for story in order:
        found[story] |= any(found[needed] for needed in needs.get(story, ()))
    return found


@dataclass(frozen=True)
class LeftOut:
    """Stories that a forecast doesn't count, or counts by an assumption, and why. `shown`: ids of some of them."""

    count: int
    why: str
    shown: tuple[int, ...] = ()


MOST_SHOWN = 30


@dataclass(frozen=True)
class Asked:
    """A subject in the work. `wanted`: places of its stories; `counted`: those a date can be told of.

    `unknown`: why no date can be told at all; empty where one can.
    """

    wanted: IntArray
    counted: IntArray
    left_out: tuple[LeftOut, ...]
    unknown: str


def find_asked(*, workspace: Workspace, work: OpenWork, subject: Subject) -> Asked:
    """Return a subject's open stories. A capability is done when its required ones are."""
    chosen = np.flatnonzero(_chosen(workspace, work.stories, subject))
    wanted, optional = chosen, chosen[:0]
    if subject.kind is SubjectKind.CAPABILITY and work.stories.required[chosen].any():
        is_required = work.stories.required[chosen]
        wanted, optional = chosen[is_required], chosen[~is_required]
    counted, rest = wanted[~work.paceless[wanted]], wanted[work.paceless[wanted]]
    reasons = _reasons(workspace, work, rest)
    is_unknown = len(rest) > 0 and (subject.kind in WHOLE_OR_NOTHING or not len(counted))
    left_out = [*reasons, *_assumed(work, counted)]
    if len(optional):
        left_out.append(_left_out(work, optional, "optional: the capability is done without them"))
    unknown = "; ".join(f"{one.count} {_stories(one.count)} {one.why}" for one in reasons) if is_unknown else ""
    return Asked(wanted, counted[:0] if is_unknown else counted, tuple(left_out), unknown)


def _stories(count: int) -> str:
    return "story" if count == 1 else "stories"


def _chosen(workspace: Workspace, stories: ForecastStories, subject: Subject) -> BoolArray:
    columns = {
        SubjectKind.CAPABILITY: stories.capability,
        SubjectKind.APPLICATION: stories.application,
        SubjectKind.SPRINT: stories.sprint,
        SubjectKind.TEAM: stories.team,
    }
    found = np.ones(len(stories), dtype=np.bool_)
    if subject.kind in columns:
        found &= columns[subject.kind] == subject.id
    if subject.where is not None:
        found &= np.isin(stories.ids, chosen_story_ids(workspace_id=workspace.pk, where=subject.where))
    return found


def _reasons(workspace: Workspace, work: OpenWork, rest: IntArray) -> list[LeftOut]:
    """Why stories have no pace, by whose they are."""
    if not len(rest):
        return []
    names = dict(Team.objects.filter(workspace=workspace).values_list("pk", "name"))
    found = []
    for team in np.unique(work.queue[rest]).tolist():
        mine = rest[work.queue[rest] == team]
        found.append(_left_out(work, mine, _why_paceless(work, team, names)))
    return found


def _why_paceless(work: OpenWork, team: int, names: dict[int, str]) -> str:
    past = work.pasts.of(team)
    name = "of no team" if team == NO_TEAM else f"of {names.get(team, 'a team that was deleted')}"
    if past is not None and past.is_enough:
        return f"{name}: they wait for stories whose pace is not known yet"
    if team == NO_TEAM:
        return f"{name}: nobody knows whose pace they will go by"
    days = 0 if past is None else len(past.recent)
    if days >= LEAST_DAYS:
        return f"{name}, which finished nothing in {days} working days"
    return f"{name}, which has {days} of {LEAST_DAYS} working days of history"


def _assumed(work: OpenWork, counted: IntArray) -> list[LeftOut]:
    if work.pasts.measure is not Measure.POINTS:
        return []
    bare = counted[np.isnan(work.stories.points[counted])]
    why = f"without points: counted as {work.pasts.assumed_points:.1f} each, the mean of what was finished"
    return [_left_out(work, bare, why)] if len(bare) else []


def _left_out(work: OpenWork, places: IntArray, why: str) -> LeftOut:
    return LeftOut(len(places), why, tuple(work.stories.ids[places[:MOST_SHOWN]].tolist()))


def line_up(work: OpenWork, *, asked: IntArray, units: Sequence[IntArray], order: WorkOrder) -> ParallelWork:
    """Queue up what must be done until the stories asked about are: nothing that comes later makes a difference.

    `asked` and `units` are places in the work; all of them must have a pace.
    """
    kept = _kept(work, closure_of(asked.tolist(), work.needs), order)
    place = {story: index for index, story in enumerate(kept)}
    queues: dict[int, list[int]] = {}
    for story in kept:
        queues.setdefault(int(work.queue[story]), []).append(story)
    needs = [(place[story], place[one]) for story in kept for one in work.needs.get(story, ()) if one in place]
    lined_up = [_queue(work, team, queued, place) for team, queued in queues.items()]
    return ParallelWork(lined_up, needs, _places(place, asked), [_places(place, unit) for unit in units])


def _kept(work: OpenWork, wanted: set[int], order: WorkOrder) -> list[int]:
    """The stories that come before the last wanted one in each queue; as if it came first: the wanted ones."""
    if order is WorkOrder.FIRST:
        return [story for story in work.order if story in wanted]
    last: dict[int, int] = {}
    for at, story in enumerate(work.order):
        if story in wanted:
            last[int(work.queue[story])] = at
    paced = ((at, story) for at, story in enumerate(work.order) if not work.paceless[story] or story in wanted)
    return [story for at, story in paced if at <= last.get(int(work.queue[story]), -1)]


def _queue(work: OpenWork, team: int, queued: Iterable[int], place: dict[int, int]) -> Queue:
    places = list(queued)
    past = work.pasts.of_teams[team]
    at = np.array([place[story] for story in places], dtype=np.int64)
    return Queue(at, work.amount[places], past.recent)


def _places(place: dict[int, int], stories: IntArray) -> IntArray:
    return np.array([place[story] for story in stories.tolist()], dtype=np.int64)
