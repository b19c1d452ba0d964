"""The geometry of a map's slide: everything lies on the page, whatever the number of stages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuestream.web.slide import _BASE, HEIGHT, _cut, _stream


@given(st.text(min_size=1, max_size=60), st.integers(1, 40))
def test_a_name_is_never_longer_than_its_room(name: str, letters: int) -> None:
    assert len(_cut(name, letters)) <= max(2, letters)


@given(st.floats(0, 44), st.floats(0, 44))
def test_the_stream_goes_from_what_comes_in_to_what_goes_out(before: float, after: float) -> None:
    path = _stream(60, 200, before, after)
    assert path.startswith(f"M60.0 {_BASE}H260.0V{_BASE + after:.1f}")
    assert path.endswith(f"{_BASE + before:.1f}H60.0Z")
    assert _BASE + max(before, after) * 1.5 < HEIGHT


@pytest.mark.parametrize(("name", "letters", "shown"), [("Review", 6, "Review"), ("Integration org", 6, "Integ…")])
def test_a_long_name_ends_in_an_ellipsis(name: str, letters: int, shown: str) -> None:
    assert _cut(name, letters) == shown
