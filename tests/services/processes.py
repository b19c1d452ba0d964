"""What the processes below this one cost, from the kernel's accounting."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """A process: its parent, its program, its CPU seconds so far, and those of its children that ended."""

    parent: int
    program: str
    own: float
    ended: float


def cpu_by_part(parts: Mapping[int, str], *, myself: str) -> dict[str, float]:
    """CPU seconds so far of this process (named `myself`) and of all below it, by part.

    `parts` names processes; what is below one of them is part of it, anything else goes by its program's name.
    """
    running = dict(_list_processes())
    below: dict[int, list[int]] = defaultdict(list)
    for pid, usage in running.items():
        below[usage.parent].append(pid)
    found: dict[str, float] = defaultdict(float)
    found[myself] = running[os.getpid()].own
    waiting = [(pid, "") for pid in below[os.getpid()]]
    while waiting:
        pid, inherited = waiting.pop()
        part = parts.get(pid) or inherited or running[pid].program
        found[part] += running[pid].own + running[pid].ended
        waiting += [(child, part if pid in parts or inherited else "") for child in below[pid]]
    return dict(found)


def machine_cpu() -> float:
    """CPU seconds that everything on this machine has used since it started."""
    user, nice, system, _idle, _waiting, *interrupts = Path("/proc/stat").read_text().split(maxsplit=8)[1:8]
    return sum(int(ticks) for ticks in (user, nice, system, *interrupts)) / TICKS_PER_SECOND


def _list_processes() -> Iterator[tuple[int, Usage]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            head, _, rest = (folder / "stat").read_text().rpartition(") ")
        except OSError:  # it ended meanwhile
            continue
        row = rest.split()
        user, system, ended_user, ended_system = (int(ticks) / TICKS_PER_SECOND for ticks in row[11:15])
        yield int(folder.name), Usage(int(row[1]), head.partition("(")[2], user + system, ended_user + ended_system)
