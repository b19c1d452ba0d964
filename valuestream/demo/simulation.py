"""A small flow shop in working hours: it gives the demo histories that look like a real team's.

States in which work is done are servers with a queue before them; how long a piece takes is
lognormal in its points. Reviewers leave eight weeks before the end, so review becomes the
bottleneck. Nothing here knows a database or the clock; the seed fixes everything.
"""

import heapq
from collections import defaultdict, deque
from dataclasses import dataclass, field
from random import Random

IDEA, READY, BUILD, WAIT_REVIEW, REVIEW, WAIT_TEST, TEST, WAIT_RELEASE, RELEASED, CANCELLED = range(10)
HOURS_A_WEEK = 40
REVIEWERS_LEAVE_WEEKS_BEFORE_END = 8
REWORK_AFTER_REVIEW = 0.16
REWORK_AFTER_TEST = 0.07
RELEASE_EVERY_HOURS = 20
BLOCKED_AT_THE_END = 4


@dataclass
class Piece:
    """One story on its way: size in points, team, and when it is born (working hours from the start)."""

    index: int
    points: int
    team: str
    born: float
    ready_after: float
    needs: list[int] = field(default_factory=list)
    moves: list[tuple[float, int]] = field(default_factory=list)
    blocked: list[tuple[float, float]] = field(default_factory=list)

    @property
    def state(self) -> int:
        """Where it is now."""
        return self.moves[-1][1] if self.moves else IDEA


@dataclass(frozen=True)
class Crew:
    """How many can work at a time: builders by team, reviewers before and after some left, testers."""

    builders: dict[str, int]
    reviewers: int
    reviewers_after: int
    testers: int


class FlowShop:
    """Plays the pieces through the states, in order of the hour, until `end` working hours."""

    def __init__(self, *, pieces: list[Piece], crew: Crew, end: float, seed: int) -> None:
        self.pieces = pieces
        self.crew = crew
        self.end = end
        self.random = Random(seed)  # noqa: S311 - a demo, not a secret
        self.queues: dict[tuple[int, str], deque[Piece]] = defaultdict(deque)
        self.busy: dict[tuple[int, str], int] = defaultdict(int)
        self.agenda: list[tuple[float, int, int, Piece | None]] = []
        self.serial = 0
        self.finished: set[int] = set()

    def play(self) -> list[Piece]:
        """Return the pieces with their moves and blocked times."""
        for piece in self.pieces:
            self._at(piece.born + piece.ready_after, READY, piece)
        hour = float(RELEASE_EVERY_HOURS)
        while hour < self.end:
            self._at(hour, RELEASED, None)
            hour += RELEASE_EVERY_HOURS
        while self.agenda and self.agenda[0][0] < self.end:
            now, _, target, moving = heapq.heappop(self.agenda)
            if moving is None:
                self._release(now)
            else:
                self._enter(now, target, moving)
            self._start_work(now)
        self._block_some()
        return self.pieces

    def _block_some(self) -> None:
        """Leave some of the work that is under way blocked at the end, for a day up to two weeks."""
        under_way = [piece for piece in self.pieces if piece.state in (BUILD, WAIT_REVIEW) and not piece.blocked]
        for number, piece in enumerate(under_way[:: max(1, len(under_way) // BLOCKED_AT_THE_END)]):
            since = max(self.end - 8 - 17 * number, piece.moves[-1][0] + 0.5)
            if since < self.end:
                piece.blocked.append((since, float("inf")))

    def _at(self, hour: float, target: int, piece: Piece | None) -> None:
        self.serial += 1
        heapq.heappush(self.agenda, (hour, self.serial, target, piece))

    def _enter(self, now: float, target: int, piece: Piece) -> None:
        left = piece.state
        if left in (BUILD, REVIEW, TEST):
            self.busy[self._desk(left, piece)] -= 1
        piece.moves.append((now, target))
        if target == READY and left != IDEA:
            self.queues[self._desk(target, piece)].appendleft(piece)  # what came back goes first
        elif target in (READY, WAIT_REVIEW, WAIT_TEST, WAIT_RELEASE):
            self.queues[self._desk(target, piece)].append(piece)

    def _desk(self, state: int, piece: Piece) -> tuple[int, str]:
        return (state, piece.team if state in (READY, BUILD) else "")

    def _release(self, now: float) -> None:
        waiting = self.queues[(WAIT_RELEASE, "")]
        while waiting:
            piece = waiting.popleft()
            piece.moves.append((now, RELEASED))
            self.finished.add(piece.index)

    def _start_work(self, now: float) -> None:
        late = now > self.end - REVIEWERS_LEAVE_WEEKS_BEFORE_END * HOURS_A_WEEK
        reviewers = self.crew.reviewers_after if late else self.crew.reviewers
        for team, builders in self.crew.builders.items():
            self._pull(now, (READY, team), (BUILD, team), builders)
        self._pull(now, (WAIT_REVIEW, ""), (REVIEW, ""), reviewers)
        self._pull(now, (WAIT_TEST, ""), (TEST, ""), self.crew.testers)

    def _pull(self, now: float, queue: tuple[int, str], desk: tuple[int, str], places: int) -> None:
        while self.busy[desk] < places:
            piece = self._next_workable(self.queues[queue])
            if piece is None:
                return
            self.busy[desk] += 1
            piece.moves.append((now, desk[0]))
            self._finish_later(now, piece, desk[0])

    def _next_workable(self, waiting: deque[Piece]) -> Piece | None:
        for piece in waiting:
            if all(need in self.finished for need in piece.needs):
                waiting.remove(piece)
                return piece
        return None

    def _finish_later(self, now: float, piece: Piece, state: int) -> None:
        mean_hours = {BUILD: 5.6, REVIEW: 3.3, TEST: 2.2}[state] * piece.points
        hours = self.random.lognormvariate(0, 0.5) * mean_hours
        if state == BUILD and self.random.random() < 0.22:
            start = now + hours * self.random.uniform(0.2, 0.6)
            stop = start + self.random.uniform(8, 60)
            piece.blocked.append((start, stop))
            hours += stop - start
        self._at(now + hours, self._next_state(piece, state), piece)

    def _next_state(self, piece: Piece, state: int) -> int:
        if state == BUILD:
            return WAIT_REVIEW
        if state == REVIEW:
            return READY if self._returns(piece, REWORK_AFTER_REVIEW) else WAIT_TEST
        return READY if self._returns(piece, REWORK_AFTER_TEST) else WAIT_RELEASE

    def _returns(self, piece: Piece, chance: float) -> bool:
        visits = sum(1 for _, state in piece.moves if state == BUILD)
        return visits < 3 and self.random.random() < chance
