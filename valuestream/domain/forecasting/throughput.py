"""Futures drawn from a team's past by a double bootstrap.

Drawing days straight from a short history treats it as the whole truth: what is called 85 % then holds 66 to 80 %
of the time. So every run first draws a history of its own from the history, with replacement (a draw from the
posterior of what the days are like; Rubin 1981, "The Bayesian Bootstrap"), and then its days from that.

Consecutive days are alike (a holiday week, a release week). Both draws therefore take blocks of days, as long as the
dependence in the history lasts (moving blocks; Künsch 1989); a history without any dependence is drawn day by day.
"""

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import FloatArray, IntArray

LEAST_DAYS = 10
"""A shorter history says nothing that a forecast could rest on."""
LONGEST_BLOCK = 10
"""Two working weeks. Longer blocks leave too few different ones in the histories that teams have."""
_SIGNIFICANT = 1.96


class ThinHistory(ValueError):
    """A history too short, or in which nothing was finished. The message says which."""


@dataclass(frozen=True)
class Futures:
    """Amounts done by the end of each working day ahead, shape (runs, days), growing along the days."""

    done: FloatArray

    @property
    def runs(self) -> int:
        """How many futures were drawn."""
        return len(self.done)

    @property
    def days(self) -> int:
        """How many working days each looks ahead."""
        return int(self.done.shape[1])


def check_history(daily: FloatArray) -> None:
    """Refuse what no future can be drawn from. Raises ThinHistory."""
    if len(daily) < LEAST_DAYS:
        raise ThinHistory(f"A forecast needs {LEAST_DAYS} working days of history; there are {len(daily)}.")
    if not np.isfinite(daily).all() or (daily < 0).any():
        raise ThinHistory("The history holds amounts that are negative or no numbers.")
    if not daily.any():
        raise ThinHistory(f"Nothing was finished in the {len(daily)} working days of the history.")


def draw_futures(daily: FloatArray, *, days: int, runs: int, rng: np.random.Generator) -> Futures:
    """So many futures of so many working days from the amounts done on each past working day.

    Raises ThinHistory.
    """
    check_history(daily)
    length = block_length(daily)
    own = _draw_blocks(len(daily), len(daily), runs=runs, length=length, rng=rng)
    ahead = _draw_blocks(len(daily), days, runs=runs, length=length, rng=rng)
    drawn = daily.astype(np.float32)[np.take_along_axis(own, ahead, axis=1)]
    return Futures(np.cumsum(drawn, axis=1, dtype=np.float64))


def block_length(daily: FloatArray) -> int:
    """How many consecutive days are drawn together: as long as their correlation is more than chance."""
    centred = daily - daily.mean()
    variance = float(centred @ centred)
    if variance == 0.0:
        return 1
    limit = _SIGNIFICANT / len(daily) ** 0.5
    longest = max(min(LONGEST_BLOCK, len(daily) // 4), 1)
    for lag in range(1, longest):
        if float(centred[:-lag] @ centred[lag:]) / variance < limit:
            return lag
    return longest


def _draw_blocks(of: int, count: int, *, runs: int, length: int, rng: np.random.Generator) -> IntArray:
    """Places in a circle of `of` days, in runs of `length`, shape (runs, count)."""
    blocks = -(-count // length)
    starts = rng.integers(of, size=(runs, blocks), dtype=np.int64)
    if length == 1:
        return starts
    places = (starts[:, :, None] + np.arange(length)) % of
    return places.reshape(runs, -1)[:, :count]
