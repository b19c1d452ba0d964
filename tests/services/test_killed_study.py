"""Workers that answer a large question together, one of them killed with -9: they tell what one worker tells."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.services.stacks import server_stack

pytestmark = pytest.mark.services


def test_a_study_ends_as_if_no_worker_had_been_killed(tmp_path: Path) -> None:
    with server_stack("study_scenario", tmp_path) as stack:
        job_id = int(stack.manage("prepare"))

        with stack.worker() as first:
            _, done, _ = stack.await_job(job_id, lambda job: job[0] == "RUNNING" and job[1] > 0)
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
        state, _, _ = stack.job(job_id)
        assert state == "RUNNING", f"it was killed too late to prove anything, after {done} parts"

        with stack.worker(), stack.worker():
            state, parts, attempts = stack.await_job(job_id, lambda job: job[0] not in ("QUEUED", "RUNNING"))

        answer, at_once, left_over = json.loads(stack.manage("report"))
        volatile = ("computed_at", "log_position", "stale")
        assert (state, attempts) == ("DONE", 2)
        assert parts > 10
        assert {name: answer[name] for name in answer if name not in volatile} == {
            name: at_once[name] for name in at_once if name not in volatile
        }
        assert left_over == 0
