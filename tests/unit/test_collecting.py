"""The pace of garbage collection during an import."""

import gc

import pytest

from integrations.services.collecting import fewer_collections


def fail_inside() -> None:
    with fewer_collections():
        raise ValueError("no")


def test_the_pace_is_slower_inside_and_the_usual_one_afterwards() -> None:
    usual = gc.get_threshold()
    with fewer_collections():
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual
    with pytest.raises(ValueError, match="no"):
        fail_inside()
    assert gc.get_threshold() == usual
