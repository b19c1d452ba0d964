"""Measuring one operation: wall time, CPU of this process plus its database backend, rows, commits, log bytes.

CPU is the robust column on a shared machine; ratios within one run are the claim.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, reset_queries

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
COUNTERS = ("tup_inserted", "tup_updated", "tup_deleted", "xact_commit")


@dataclass
class Sample:
    """What one run of an operation cost."""

    wall_ms: float = 0.0
    cpu_ms: float = 0.0
    queries: int = 0
    answer_bytes: int = 0
    wal_bytes: int = 0
    counters: dict[str, int] = field(default_factory=dict)


def measure(name: str, *, n: int, operation: Callable[[int], Any], repeat: int, warm_up: int = 1, **more: Any) -> str:
    """Run an operation `repeat` times after a warm-up and return its JSON line.

    `operation` gets the number of the run and may return a response, whose bytes are counted.
    """
    for number in range(warm_up):
        operation(number)
    gc.collect()  # what building the backlog left behind is no cost of the operation
    gc.freeze()
    samples = [_sample(operation, warm_up + number) for number in range(repeat)]
    return report(name, n=n, samples=samples, **more)


def report(name: str, *, n: int, samples: list[Sample], **more: Any) -> str:
    """Return one JSON line: medians, with the spread of the wall time.

    CPU is the mean: the kernel accounts the backend's in ticks of 10 ms, longer than one operation.
    """
    walls = [sample.wall_ms for sample in samples]
    middle = {counter: _median(sample.counters.get(counter, 0) for sample in samples) for counter in COUNTERS}
    line = {
        "name": name,
        "n": n,
        "runs": len(samples),
        "wall_ms": {"median": _median(walls), "min": round(min(walls), 1), "max": round(max(walls), 1)},
        "cpu_ms": round(statistics.mean(sample.cpu_ms for sample in samples), 1),
        "queries": _median(sample.queries for sample in samples),
        "rows": {
            "inserted": middle["tup_inserted"],
            "updated": middle["tup_updated"],
            "deleted": middle["tup_deleted"],
        },
        "commits": middle["xact_commit"],
        "wal_bytes": _median(sample.wal_bytes for sample in samples),
        "answer_bytes": _median(sample.answer_bytes for sample in samples),
        "peak_rss_mb": peak_memory_mb(),
        "load": [round(load, 2) for load in os.getloadavg()],
        **more,
    }
    return json.dumps(line)


def forget_peak_memory() -> None:
    """Have the kernel count this process's peak memory from here on, without what made the operation's data."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def peak_memory_mb() -> int:
    """Return this process's peak memory since it began, or since `forget_peak_memory`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def _median(figures: Any) -> float:
    middle = round(statistics.median(list(figures)), 1)
    return int(middle) if middle == int(middle) else middle


def _sample(operation: Callable[[int], Any], number: int) -> Sample:
    with sampled() as sample:
        answer = operation(number)
    sample.answer_bytes = len(getattr(answer, "content", b""))
    return sample


@contextmanager
def sampled() -> Iterator[Sample]:
    """Fill a sample with what happens inside the block."""
    sample = Sample()
    before = _counters()
    log_position = _log_position()
    backend = _backend_pid()
    count = _QueryCount()
    backend_cpu, own_cpu, wall = _process_cpu(backend), time.process_time(), time.perf_counter()
    with connection.execute_wrapper(count):
        yield sample
    sample.wall_ms = (time.perf_counter() - wall) * 1000
    sample.cpu_ms = ((time.process_time() - own_cpu) + (_process_cpu(backend) - backend_cpu)) * 1000
    sample.queries = count.queries
    sample.wal_bytes = _log_position() - log_position
    after = _counters()
    sample.counters = {name: after[name] - before[name] for name in COUNTERS}
    sample.counters["xact_commit"] = max(0, sample.counters["xact_commit"] - _OWN_COMMITS)
    reset_queries()


class _QueryCount:
    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


# Reading the counters takes commits of its own: position, pid, position, flush.
_OWN_COMMITS = 4


def _counters() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT tup_inserted, tup_updated, tup_deleted, xact_commit"
            " FROM pg_stat_database WHERE datname = current_database()"
        )
        return dict(zip(COUNTERS, cursor.fetchone(), strict=True))


def _log_position() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(cursor.fetchone()[0])


def _backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _process_cpu(pid: int) -> float:
    """Return the CPU seconds a process has used, from the kernel's accounting."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
