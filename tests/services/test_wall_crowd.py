"""Thirty people on one wall against the shipped topology: nothing is lost, nothing fails, every screen agrees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest

from tests.services.production import Production, producing
from tests.services.stacks import new_database
from tests.services.test_production import open_folder
from tests.services.wall_crowd import run_crowd

pytestmark = pytest.mark.services
SECONDS = 8.0


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    with (
        TemporaryDirectory(prefix="millrace-crowd-") as name,
        new_database(os.environ["DATABASE_URL"]) as url,
        producing(open_folder(name), database_url=url) as running,
    ):
        yield running


def test_no_move_is_lost_and_every_screen_is_the_same_at_the_end(production: Production) -> None:
    outcome = run_crowd(production, seconds=SECONDS)

    assert outcome.tally.errors == []
    assert outcome.tally.accepted > SECONDS * 5, "people did drag"
    assert outcome.tally.by_browser > 0
    assert outcome.moves_in_versions == outcome.tally.accepted
    assert outcome.screens == [outcome.stored, outcome.stored]
