"""Did such forecasts hold? Asked of the team's own past, from many days that were "today" once.

For each origin, the days before it are the history and the days after it what really came. A forecast at 85 % holds
where at least as much was done as 85 of 100 futures do. The share that held belongs beside every forecast: it is the
only evidence that the number means what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray
from valuestream.domain.forecasting.throughput import LEAST_DAYS, draw_futures

SHARES = (0.5, 0.85)
AHEAD_DAYS = 20
"""Four weeks: far enough to matter, near enough to have been tried often."""
MOST_ORIGINS = 40
MOST_HISTORY_DAYS = 120
_RUNS = 1_000


@dataclass(frozen=True)
class Backtest:
    """How often forecasts held. `held`: one for each of `shares`; None where the past is too short to try any.

    `n`: forecasts tried; they overlap, so they are worth fewer than that. `reason`: why there are none.
    """

    shares: tuple[float, ...]
    held: tuple[float, ...] | None
    n: int
    reason: str = ""


def backtest(
    daily: FloatArray,
    *,
    rng: np.random.Generator,
    shares: Sequence[float] = SHARES,
    ahead: int = AHEAD_DAYS,
    history: int = MOST_HISTORY_DAYS,
) -> Backtest:
    """Forecast `ahead` working days from up to 40 past days, each from at most `history` days before it."""
    origins = _origins(len(daily), ahead)
    tried = [origin for origin in origins if daily[max(origin - history, 0) : origin].any()]
    if not tried:
        reason = f"{len(daily)} working days of history are too few to try a forecast on: it takes {_least(ahead)}."
        return Backtest(tuple(shares), None, 0, reason)
    hits = np.zeros((len(tried), len(shares)), dtype=np.bool_)
    for place, origin in enumerate(tried):
        known = daily[max(origin - history, 0) : origin]
        totals = draw_futures(known, days=ahead, runs=_RUNS, rng=rng).done[:, -1]
        promised = np.quantile(totals, [1 - share for share in shares])
        hits[place] = daily[origin : origin + ahead].sum() >= promised
    return Backtest(tuple(shares), tuple(hits.mean(axis=0).tolist()), len(tried))


def _least(ahead: int) -> int:
    return 2 * LEAST_DAYS + ahead


def _origins(days: int, ahead: int) -> list[int]:
    """Days to forecast from, evenly over what has a past and a future of its own; the newest is one of them."""
    first, last = 2 * LEAST_DAYS, days - ahead
    if last < first:
        return []
    count = min(MOST_ORIGINS, last - first + 1)
    return sorted({round(place) for place in np.linspace(first, last, count)})
