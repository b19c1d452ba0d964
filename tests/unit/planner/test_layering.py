"""The layered picture of dependencies: laws that every picture keeps, and a few pictures by hand."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.layering import lay_out

GRAPHS = st.integers(1, 9).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.lists(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda arc: arc[0] != arc[1]),
            max_size=20,
            unique=True,
        ),
    )
)


@given(GRAPHS)
@settings(max_examples=200)
def test_what_is_needed_stands_left_unless_the_arc_closes_a_loop(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, arcs = graph
    layout = lay_out(count, arcs)
    for (before, after), is_turned in zip(arcs, layout.is_turned, strict=True):
        assert (layout.layer[before] > layout.layer[after]) == is_turned
        assert layout.layer[before] != layout.layer[after]


@given(GRAPHS)
@settings(max_examples=200)
def test_nodes_of_a_layer_never_overlap(graph: tuple[int, list[tuple[int, int]]]) -> None:
    layout = lay_out(*graph)
    places = sorted(zip(layout.layer, layout.height, strict=True))
    for (layer, height), (next_layer, next_height) in pairwise(places):
        assert layer != next_layer or next_height - height >= 1 - 1e-9
    assert min(layout.height) >= -1e-9


@given(GRAPHS)
@settings(max_examples=100)
def test_an_arc_goes_from_node_to_node_a_layer_at_a_time(graph: tuple[int, list[tuple[int, int]]]) -> None:
    count, arcs = graph
    layout = lay_out(count, arcs)
    for (before, after), route in zip(arcs, layout.routes, strict=True):
        assert route[0] == (layout.layer[before], layout.height[before])
        assert route[-1] == (layout.layer[after], layout.height[after])
        assert all(abs(one[0] - other[0]) == 1 for one, other in pairwise(route))


def test_only_a_loop_turns_an_arc() -> None:
    assert lay_out(3, [(0, 1), (1, 2), (0, 2)]).is_turned == [False, False, False]
    assert sum(lay_out(3, [(0, 1), (1, 2), (2, 0)]).is_turned) == 1


def test_two_crossing_arcs_are_untangled() -> None:
    layout = lay_out(4, [(0, 3), (1, 2)])
    assert (layout.height[0] < layout.height[1]) == (layout.height[3] < layout.height[2])


def test_what_needs_nothing_stands_beside_what_needs_it() -> None:
    layout = lay_out(4, [(0, 1), (1, 2), (3, 2)])
    assert layout.layer == [0, 1, 2, 1]


def test_an_empty_graph_has_an_empty_picture() -> None:
    assert lay_out(0, []).layer == []
