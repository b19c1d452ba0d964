"""A worker killed with -9 in the middle of an import: nothing is lost, nothing is there twice.

Real processes, on SQLite with the filesystem broker and on PostgreSQL with Redis.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.jira_export import write_jira_export
from tests.services.stacks import Stack, embedded_stack, server_stack

pytestmark = pytest.mark.services
ISSUES = 4_000


@pytest.fixture(params=[embedded_stack, server_stack], ids=["sqlite", "postgres"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    with request.param("import_scenario", tmp_path) as made:
        yield made


def test_a_killed_import_ends_as_if_nobody_had_killed_it(stack: Stack, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    transitions = write_jira_export(export, issues=ISSUES)
    job_id = int(stack.manage("prepare", str(export)))

    with stack.worker() as first:
        _, done, _ = stack.await_job(job_id, lambda job: job[0] == "RUNNING" and job[1] > 0)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    state, _, _ = stack.job(job_id)
    assert state == "RUNNING", f"it was killed too late to prove anything, at {done} bytes"

    with stack.worker():
        _, _, attempts = stack.await_job(job_id, lambda job: job[0] not in ("QUEUED", "RUNNING"))

    report = json.loads(stack.manage("report"))
    assert attempts == 2
    assert report["result"] is not None
    assert report["counts"]["created"] == ISSUES
    assert report["counts"]["refused"] == 0
    assert [key for key, _, _ in report["stories"]] == [f"GEN-{number}" for number in range(1, ISSUES + 1)]
    moves = [event for event in report["events"] if event[2] == "state"]
    assert len(moves) == transitions
    assert len({(event[0], event[5]) for event in moves}) == transitions
    assert report["visits"] == report["arrivals"] == transitions + ISSUES
    assert report["differences"] == []
