"""The command line of the benchmark: starts PostgreSQL with its default durability, measures, prints, cleans up."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.services.servers import start_postgresql, start_redis

NAMES = {
    "backlog_first_page": "the first page of the backlog, API",
    "backlog_last_page": "the last page of the backlog, reached by its cursor",
    "backlog_page": "the backlog's first page as people see it",
    "backlog_jump": "the backlog's rows from a place in the middle on, as scrolling there asks for them",
    "lens_page": "the page that compares two lenses, nothing having changed since somebody looked last",
    "lens_page_changed": "the same right after a change, so that the open stories are loaded again",
    "sensitivity": "what moves the rank of a valued capability most, a part of its page",
    "application_page": "one application with its capabilities and what they are worth",
    "applications_page": "all applications with what they are worth",
    "capability_page": "a valued capability as people see it",
    "move_top": "move the last story to the top",
    "move_middle": "move a story into the middle",
    "card_move": "a transition, with its event, visit and daily flow",
    "board_load": "the sprint wall of 40 stories and 240 tasks, by turns of tasks and of stories",
    "task_move": "drop a card of the wall into another column",
    "kanban_load": "a Kanban board over every story, with exact counts and sums",
    "kanban_move": "drop a card of that board into the next column, its limit checked",
    "panels_load": "the work manager with five panels: rows, counts and sums of each",
    "panel_drop": "drop a story on a panel, which sets what its filter says",
    "create_one": "create one story",
    "create_1000": "create 1,000 stories in one call",
    "one_gap": "1,000 drops into one gap",
    "stage_metrics": "recompute a map over its whole history (n = transitions)",
    "stage_metrics_workers": "the same asked of one Celery worker, then of two, until the answer is there",
    "map_page": "the map's figures, 90-day window (n = transitions)",
    "what_if": "a turned knob of a what-if, and the first one, whose past is read (n = transitions)",
    "jira_import": "import n generated Jira issues with their changelogs",
    "sequence": "the money-optimal order, with its gap, beside the orders people make (n = stories)",
    "sprint_plan": "the sprint plan beside the best known and its certificate (n = stories)",
    "sprint_certificate": "how near sprint plans are certified as more of the work fits (asked for by name only)",
    "forecast": "10,000 runs of the work of three teams, days and value by week (n = stories)",
    "forecast_calibration": "what forecasts said and what held, on generated histories (n = days of history)",
    "wall_crowd": "thirty people dragging on one wall for a minute, two of them at browsers (asked for by name only)",
    "drag_to_map": "from a transition until the stored map shows it, with a real worker",
}
QUICK_SIZES = {
    "stories": [1_000],
    "transitions": [100_000],
    "issues": [2_000],
    "backlogs": [500, 5_000],
    "sprints": [300],
    "forecasts": [300],
}
FULL_SIZES = {
    "stories": [1_000, 50_000],
    "transitions": [1_000_000],
    "issues": [100_000],
    "backlogs": [500, 5_000, 100_000],
    "sprints": [300, 1_000],
    "forecasts": [300, 3_000],
}


def main(arguments: list[str]) -> int:
    """Measure what was asked for and return the exit code."""
    options = _parse(arguments)
    folder = Path(tempfile.mkdtemp(prefix="millrace-bench-"))
    folder.chmod(0o711)
    servers = []
    try:
        servers.append(start_postgresql(folder, durable=True))
        servers.append(start_redis(folder))
        os.environ |= {
            "DATABASE_URL": servers[0].url,
            "REDIS_URL": servers[1].url,
            "MILLRACE_HOME": str(folder / "home"),
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        }
        return _measure(options)
    finally:
        for server in reversed(servers):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _parse(arguments: list[str]) -> argparse.Namespace:
    listed = "\n".join(f"  {name:20} {what}" for name, what in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="script/bench", epilog=f"operations:\n{listed}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes only, under two minutes")
    parser.add_argument("--only", default="", metavar="NAME[,NAME]", help="these operations only")
    parser.add_argument("--n", default="", metavar="SIZE[,SIZE]", help="these sizes instead of the usual ones")
    options = parser.parse_args(arguments)
    unknown = set(filter(None, options.only.split(","))) - set(NAMES)
    if unknown:
        parser.error(f"unknown operation: {', '.join(sorted(unknown))}")
    if not all(size.isdigit() and int(size) for size in filter(None, options.n.split(","))):
        parser.error("--n takes whole numbers above 0, separated by commas")
    return options


def _measure(options: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from tests.bench.operations import run

    sizes = QUICK_SIZES if options.quick else FULL_SIZES
    if options.n:
        asked = [int(size) for size in options.n.split(",")]
        sizes = dict.fromkeys(sizes, asked)
    only = set(filter(None, options.only.split(","))) or set(NAMES) - {"wall_crowd", "sprint_certificate"}
    for report in run(only=only, sizes=sizes):
        print(report, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
