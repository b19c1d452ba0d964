"""From an order of capabilities to a plan: each in turn is placed whole, or not at all.

Two ways to place one. Early: every story in the first sprint with room. Late: the same, then each story, the last
first, as late as the finish of its capability allows, so that early room is left for those that come after it.
"""

from planner.domain.sprints.network import Network, Step

EARLY, LATE = 0, 1


class Decoder:
    """Places capabilities one after another; the state is two lists, so that it can be copied and taken back to."""

    def __init__(self, network: Network) -> None:
        """Keep the steps of every capability."""
        self.sprints = network.sprints
        self.steps: list[list[Step]] = [[network.steps[story] for story in closure] for closure in network.closures]
        self.own = network.own
        self.least_rows = network.least_rows

    def place(self, capability: int, mode: int, at: list[int], free: list[int]) -> int:
        """Place what the capability still needs; the sprint it finishes in, or -1 and nothing is placed."""
        if at[self.own[capability][0]] < 0:
            for row, points in self.least_rows[capability]:
                if sum(free[row : row + self.sprints]) < points:
                    return -1
        placed = self.place_early(self.steps[capability], at, free)
        if placed is None:
            return -1
        finish = max([at[story] for story in self.own[capability]])
        if mode == LATE:
            self._move_later(placed, finish, at, free)
        return finish

    def place_early(self, steps: list[Step], at: list[int], free: list[int]) -> list[Step] | None:
        """The steps it placed; None where one found no room, and then nothing has changed."""
        sprints = self.sprints
        placed: list[Step] = []
        for step in steps:
            story, points, row, sprint, needs = step
            if at[story] >= 0:
                continue
            for before, lag in needs:
                after = at[before] + lag
                if after > sprint:  # noqa: PLR1730
                    sprint = after
            where = row + sprint
            while free[where] < points:
                where += 1
            sprint = where - row
            if sprint >= sprints:
                self._take_back(placed, at, free)
                return None
            free[where] -= points
            at[story] = sprint
            placed.append(step)
        return placed

    def _take_back(self, placed: list[Step], at: list[int], free: list[int]) -> None:
        for story, points, row, _, _ in placed:
            free[row + at[story]] += points
            at[story] = -1

    def _move_later(self, placed: list[Step], finish: int, at: list[int], free: list[int]) -> None:
        """Each story as late as it can be; where it is has room, so the search ends there at the latest."""
        latest: dict[int, int] = {}
        for story, points, row, _, needs in reversed(placed):
            sprint = latest.get(story, finish)
            if sprint > at[story]:
                free[row + at[story]] += points
                where = row + sprint
                while free[where] < points:
                    where -= 1
                free[where] -= points
                sprint = at[story] = where - row
            else:
                sprint = at[story]
            for before, lag in needs:
                limit = sprint - lag
                if limit < latest.get(before, finish):
                    latest[before] = limit
