"""Visits of stories in the choices of a field: what the stream does where a map follows a field of its own.

A choice does not say that a story is finished, its workflow state does. So a story leaves the stream at the instant it
is finished, whatever its field says, and one that is reopened comes back into the choice it has then.
"""

import numpy as np

from planner.domain.arrays import IntArray
from valuestream.domain.visits import OPEN, OUTSIDE, Visits, merge_visits, runs

_UNCHANGED = -3
"""Stands in an entry for what the entry says nothing of."""
_IN_STREAM, _FINISHED = 0, 1


def cut_finished(choices: Visits, finished: Visits) -> Visits:
    """The visits in choices without the time in which their stories were finished.

    ``choices`` has no gaps and ends open, as `build_visits` makes it; the places of ``finished`` don't matter. Where a
    field changes at the very instant a story is finished or reopened, the field changes first.
    """
    finished = _unbroken(finished)
    ended = finished.left_at != OPEN
    story = np.concatenate([choices.story, finished.story, finished.story[ended]])
    instant = np.concatenate([choices.entered_at, finished.entered_at, finished.left_at[ended]])
    place = _padded(choices.place, len(story), before=0)
    flags = np.concatenate([np.full(len(finished), _FINISHED), np.full(int(ended.sum()), _IN_STREAM)])
    flag = _padded(flags, len(story), before=len(choices))
    rank = flag - _UNCHANGED
    order = np.lexsort((rank, instant, story))
    story, place, flag = story[order], place[order], flag[order]
    place, flag = _carried(story, place, OUTSIDE), _carried(story, flag, _IN_STREAM)
    visits = runs(story, np.where(flag == _FINISHED, OUTSIDE, place), instant[order])
    return visits.take(visits.place != OUTSIDE)


def _unbroken(finished: Visits) -> Visits:
    """Finished times of some length: done and then cancelled is one of them."""
    one_place = np.zeros(len(finished), dtype=np.int64)
    whole, _ = merge_visits(
        Visits(finished.story, one_place, finished.entered_at, finished.left_at), np.zeros(1, dtype=np.int64)
    )
    return whole.take(whole.left_at > whole.entered_at)


def _padded(values: IntArray, length: int, *, before: int) -> IntArray:
    padded = np.full(length, _UNCHANGED)
    padded[before : before + len(values)] = values
    return padded


def _carried(story: IntArray, values: IntArray, first: int) -> IntArray:
    """Each entry with the last value said up to it of the same story; `first` where nothing was said yet."""
    index = np.arange(len(values))
    said = np.maximum.accumulate(np.where(values == _UNCHANGED, -1, index)) if len(values) else index
    starts = np.searchsorted(story, story)
    return np.where(said >= starts, values[np.maximum(said, 0)], first)
