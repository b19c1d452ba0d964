"""`manage.py up` as a process: it answers, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.program import ROOT, program_environment, serving


def _children_of(process: int) -> list[str]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def _is_running(process: str) -> bool:
    return Path(f"/proc/{process}").exists()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_its_worker(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path / "home", "--no-demo") as program:
        workers = _children_of(program.process.pid)
        assert workers
        program.process.send_signal(number)
        assert program.process.wait(20) == 0
    assert [worker for worker in workers if _is_running(worker)] == []
    assert program.log.read_text().endswith("Stopped.\n")


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    with serving(tmp_path / "first", "--no-demo") as program:
        port = int(program.url.rpartition(":")[2])
        second = subprocess.run(
            [sys.executable, "manage.py", "up", "--no-demo"],
            cwd=ROOT,
            env=program_environment(home=tmp_path / "second", port=port),
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 1
    assert second.stderr.strip() == (
        f"CommandError: Port {port} is taken: stop what runs there, or choose another: PORT=8001 script/run"
    )
