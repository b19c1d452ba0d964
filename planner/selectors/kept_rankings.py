"""The loaded rankings that pages of one process share, with what is worked out of them, until anything changes.

A page of 100,000 stories would else load them all again although nothing has happened. What is kept is good for
the newest changes of the live feed and for the day: the pace and which pins count change with it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from django.conf import settings

from accounts.models import Workspace
from common.live.selectors import list_newest_ids_of
from planner.selectors.pins import today_of
from planner.selectors.ranking import RankingInstance, load_ranking

WITHOUT_EFFECT = ("job", "layout", "map", "proposal", "task")
"""Topics of the feed that tell of nothing a ranking or a stored order hangs on."""

NEWEST = 50
"""So many ids make out a state of the feed, not the newest alone: transactions commit in another order than they
take their ids."""

MOST_MADE = 12
"""So many answers are kept of one ranking: the tables of a few horizons, the sums of applications, and so on."""

_MISSING = object()
Made = TypeVar("Made")
Version = tuple[date, tuple[int, ...]]


@dataclass
class KeptRanking:
    """A loaded ranking, and what was worked out of it, by name. Nobody may change either."""

    ranking: RankingInstance
    version: Version
    _made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` returns, worked out the first time only; two threads at once may both work it out.

        Beyond the most that is kept, what was asked for longest ago is worked out again.
        """
        made = self._made.pop(name, _MISSING)
        if made is _MISSING:
            made = make()
        self._made[name] = made
        for oldest in list(self._made)[:-MOST_MADE]:
            self._made.pop(oldest, None)
        return cast("Made", made)


def keep_ranking(*, workspace: Workspace, now: datetime) -> KeptRanking:
    """The ranking of a workspace as it is now: the kept one where nothing has changed since, else loaded."""
    # Read before the ranking is: a change in between makes what is kept younger than it says, never older.
    version = _version(workspace, now)
    kept = _KEPT.get(workspace.pk)
    if kept is None or kept.version != version:
        kept = KeptRanking(load_ranking(workspace_id=workspace.pk, now=now), version)
        _KEPT.put(workspace.pk, kept, most=settings.RANKINGS_KEPT)
    return kept


def _version(workspace: Workspace, now: datetime) -> Version:
    newest = list_newest_ids_of(workspace_id=workspace.pk, except_topics=WITHOUT_EFFECT, limit=NEWEST)
    return today_of(workspace=workspace, now=now), tuple(newest)


class _Shelf:
    """What threads of one process keep, the longest unused given up first."""

    def __init__(self) -> None:
        self._by_workspace: OrderedDict[int, KeptRanking] = OrderedDict()
        self._lock = Lock()

    def get(self, workspace_id: int) -> KeptRanking | None:
        with self._lock:
            if workspace_id in self._by_workspace:
                self._by_workspace.move_to_end(workspace_id)
            return self._by_workspace.get(workspace_id)

    def put(self, workspace_id: int, kept: KeptRanking, *, most: int) -> None:
        with self._lock:
            self._by_workspace[workspace_id] = kept
            self._by_workspace.move_to_end(workspace_id)
            while len(self._by_workspace) > most:
                self._by_workspace.popitem(last=False)


_KEPT = _Shelf()
