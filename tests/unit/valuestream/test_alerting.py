"""An alert fires once when its figure crosses the threshold, and again only after it recovered."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from valuestream.domain.alerting import judge
from valuestream.domain.vocabulary import Comparison

figures = st.lists(st.one_of(st.none(), st.integers(-5, 5).map(float)), max_size=40)
comparisons = st.sampled_from(list(Comparison))


def follow(seen: list[float | None], comparison: Comparison) -> list[str]:
    """What happens at each look, in order."""
    happened, was_over = [], False
    for figure in seen:
        verdict = judge(was_over=was_over, figure=figure, threshold=0.0, comparison=comparison)
        happened += ["fires"] * verdict.fires + ["recovers"] * verdict.recovers
        was_over = verdict.is_over
    return happened


@given(figures, comparisons)
def test_firing_and_recovering_take_turns_beginning_with_firing(
    seen: list[float | None], comparison: Comparison
) -> None:
    happened = follow(seen, comparison)
    assert happened[:1] in ([], ["fires"])
    assert all(first != second for first, second in pairwise(happened))


@given(figures, comparisons)
def test_a_figure_that_is_not_known_changes_nothing(seen: list[float | None], comparison: Comparison) -> None:
    assert follow(seen, comparison) == follow([figure for figure in seen if figure is not None], comparison)


@given(figures)
def test_below_is_above_of_the_opposite(seen: list[float | None]) -> None:
    mirrored = [None if figure is None else -figure for figure in seen]
    assert follow(seen, Comparison.ABOVE) == follow(mirrored, Comparison.BELOW)


@given(figures, comparisons)
def test_looking_twice_is_looking_once(seen: list[float | None], comparison: Comparison) -> None:
    assert follow([figure for figure in seen for _ in range(2)], comparison) == follow(seen, comparison)


def test_the_threshold_itself_is_on_the_good_side() -> None:
    for comparison in Comparison:
        assert not judge(was_over=False, figure=3.0, threshold=3.0, comparison=comparison).fires
        assert judge(was_over=True, figure=3.0, threshold=3.0, comparison=comparison).recovers
