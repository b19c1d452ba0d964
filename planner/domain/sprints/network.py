"""The instance as the decoders walk it: lists, closures in the order they are worked, and what can't be in a plan.

Built once per instance; the loops above it run thousands of times, so everything here is plain lists of numbers.
"""

import heapq
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.domain.arrays import IntArray
from planner.domain.sprints.instances import NO_SPRINT, SprintInstance

Need = tuple[int, int]
"""A prerequisite, and how many sprints earlier it must be: 0 in the same team, 1 in another."""

Step = tuple[int, int, int, int, list[Need]]
"""A story to place: story, points, start of its team's row of free points, first sprint allowed, what it needs."""

BOUNDLESS = 1 << 60
"""Free points behind the last sprint, so that a search for room always ends."""


@dataclass(frozen=True)
class Network:
    """See the properties; ``sprints`` is the horizon, a team's row has one place more, which is boundless."""

    instance: SprintInstance

    @property
    def sprints(self) -> int:
        """How many sprints the horizon has."""
        return self.instance.sprints

    @cached_property
    def fixed(self) -> list[int]:
        """The sprint each story is held in, or -1; done stories are nowhere."""
        held: IntArray = np.where(self.instance.is_done, NO_SPRINT, self.instance.fixed)
        return list(held.tolist())

    @cached_property
    def needs(self) -> list[list[Need]]:
        """Per story, its unfinished prerequisites."""
        team = self.instance.team.tolist()
        needs: list[list[Need]] = [[] for _ in team]
        for before, after in self.instance.open_pairs:
            needs[after].append((before, int(team[before] != team[after])))
        return needs

    @cached_property
    def needed_by(self) -> list[list[Need]]:
        """Per story, the unfinished stories that need it."""
        followers: list[list[Need]] = [[] for _ in self.needs]
        for after, needs in enumerate(self.needs):
            for before, lag in needs:
                followers[before].append((after, lag))
        return followers

    @cached_property
    def work_order(self) -> list[int]:
        """Unfinished stories, prerequisites first; else those with the longest chain behind them, then the largest."""
        units, followers = self.instance.units.tolist(), self.needed_by
        waiting = [len(needs) for needs in self.needs]
        keys = [(-tail, -points, story) for story, (tail, points) in enumerate(zip(self.tails, units, strict=True))]
        ready = [keys[story] for story in np.flatnonzero(~self.instance.is_done).tolist() if waiting[story] == 0]
        heapq.heapify(ready)
        order = []
        while ready:
            story = heapq.heappop(ready)[2]
            order.append(story)
            for follower, _ in followers[story]:
                waiting[follower] -= 1
                if waiting[follower] == 0:
                    heapq.heappush(ready, keys[follower])
        return order

    @cached_property
    def tails(self) -> list[int]:
        """Per story, how many sprints at least pass from it to the last of those that wait for it."""
        tails = [0] * len(self.needs)
        for story in reversed(self._any_order):
            for before, lag in self.needs[story]:
                tails[before] = max(tails[before], tails[story] + lag)
        return tails

    @cached_property
    def _any_order(self) -> list[int]:
        waiting = [len(needs) for needs in self.needs]
        order = [story for story, count in enumerate(waiting) if count == 0]
        for story in order:
            for follower, _ in self.needed_by[story]:
                waiting[follower] -= 1
                if waiting[follower] == 0:
                    order.append(follower)
        return order

    @cached_property
    def largest_sprint(self) -> list[int]:
        """Per team, the most that one sprint of it holds, in thousandths of a point, fixed work aside."""
        largest: IntArray = self.instance.capacity_units[:, self.instance.frozen_sprints :].max(axis=1, initial=-1)
        return list(largest.tolist())

    @cached_property
    def earliest(self) -> list[int]:
        """Per story, the first sprint its chain of prerequisites leaves it; at or past the horizon: never."""
        instance = self.instance
        units, team, skipped = instance.units.tolist(), instance.team.tolist(), instance.is_skipped.tolist()
        earliest = [0] * len(team)
        for story in self._any_order:
            if self.fixed[story] >= 0:
                earliest[story] = self.fixed[story]
            elif skipped[story] or team[story] < 0 or units[story] > self.largest_sprint[team[story]]:
                earliest[story] = self.sprints
            else:
                chain = max((earliest[before] + lag for before, lag in self.needs[story]), default=0)
                earliest[story] = max(chain, instance.frozen_sprints)
        return earliest

    @cached_property
    def steps(self) -> list[Step]:
        """Per story, how it is placed."""
        units, team = self.instance.units.tolist(), self.instance.team.tolist()
        row = self.sprints + 1
        first = self.instance.frozen_sprints
        return [
            (story, units[story], team[story] * row, max(first, min(self.earliest[story], self.sprints)), needs)
            for story, needs in enumerate(self.needs)
        ]

    @cached_property
    def own(self) -> list[list[int]]:
        """Per capability, its unfinished required stories."""
        own: list[list[int]] = [[] for _ in range(len(self.instance.earn))]
        counts = self.instance.is_required & ~self.instance.is_done & (self.instance.capability >= 0)
        for story in np.flatnonzero(counts).tolist():
            own[int(self.instance.capability[story])].append(story)
        return own

    def closure_of(self, stories: list[int]) -> list[int]:
        """The stories and all that they need, in work order; what is fixed holds, and so needs nothing more."""
        found: set[int] = set()
        stack = list(stories)
        while stack:
            story = stack.pop()
            if story in found or self.fixed[story] >= 0:
                continue
            found.add(story)
            stack.extend(before for before, _ in self.needs[story])
        return sorted(found, key=self.place_in_work.__getitem__)

    @cached_property
    def place_in_work(self) -> dict[int, int]:
        """Where each unfinished story stands in the work order."""
        return {story: place for place, story in enumerate(self.work_order)}

    @cached_property
    def closures(self) -> list[list[int]]:
        """Per capability, what must be placed to finish it, in work order."""
        return [self.closure_of(own) for own in self.own]

    @cached_property
    def least_rows(self) -> list[list[tuple[int, int]]]:
        """Per candidate, the points that only it needs: (start of the team's row, thousandths)."""
        held = [before for story, at in enumerate(self.fixed) if at >= 0 for before, _ in self.needs[story]]
        wanted = [0] * len(self.needs)
        for closure in (*(self.closures[capability] for capability in self.candidates), self.closure_of(held)):
            for story in closure:
                wanted[story] += 1
        rows: list[dict[int, int]] = [{} for _ in self.closures]
        for capability in self.candidates:
            for story in self.closures[capability]:
                if wanted[story] == 1:
                    _, points, row, _, _ = self.steps[story]
                    rows[capability][row] = rows[capability].get(row, 0) + points
        return [sorted(loads.items(), key=lambda load: -load[1]) for loads in rows]

    @cached_property
    def candidates(self) -> list[int]:
        """Capabilities that could finish inside the horizon and earn something by it."""
        earn = np.nan_to_num(self.instance.earn, nan=0.0)
        return [
            capability
            for capability, own in enumerate(self.own)
            if own
            and (last := max(self.earliest[story] for story in own)) < self.sprints
            and max((self.earliest[story] for story in self.closures[capability]), default=0) < self.sprints
            and earn[capability, last] > 0
        ]

    @cached_property
    def free_at_first(self) -> list[int]:
        """Free thousandths of a point, a row per team; 0 where more is fixed than fits."""
        free = np.full((len(self.instance.capacity), self.sprints + 1), BOUNDLESS, dtype=np.int64)
        free[:, : self.sprints] = self.instance.capacity_units
        held = np.flatnonzero(np.array(self.fixed, dtype=np.int64) >= 0)
        sprints = self.instance.fixed[held]
        np.subtract.at(free, (self.instance.team[held], sprints), self.instance.units[held])
        return list(np.maximum(free, 0).ravel().tolist())
