"""`manage.py plan`: the money-optimal order of a bare instance, for other tools. No database is read."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from planner.domain.dependencies import DependencyCycleError
from planner.domain.instance import Instance, InvalidInstance, parse_instance
from planner.domain.sequencing import completion_of_story_order, plan_order, plan_stories


class Command(BaseCommand):
    help = "Print the order of an instance's stories that costs least, what it costs and what no order can undercut."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", required=True, metavar="INSTANCE.JSON", help="see docs/reference/commands.md")

    def handle(self, *args: Any, **options: Any) -> None:
        instance = _read_instance(Path(options["file"]))
        try:
            answer = solve(instance)
        except DependencyCycleError as error:
            raise CommandError(f"The dependencies go round in a circle: {_name_cycle(error, instance)}.") from None
        self.stdout.write(json.dumps(answer))


def _read_instance(path: Path) -> Instance:
    content = _read_json(path)
    try:
        return parse_instance(content)
    except InvalidInstance as error:
        raise CommandError(f"{path}: {error}") from None


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not text in UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise CommandError(f"{path} is not JSON that can be read: {error}.") from None


def _name_cycle(error: DependencyCycleError, instance: Instance) -> str:
    cycle = [str(instance.story_ids[story]) for story in error.cycle]
    return " -> ".join([*cycle, cycle[0]])


def solve(instance: Instance) -> dict[str, Any]:
    """The answer as it is printed; costs are money per week x points, of the very order that is printed."""
    backlog = instance.backlog
    plan = plan_order(backlog, present=np.arange(len(backlog.cost_of_delay)))
    stories = plan_stories(backlog, plan)
    ranked = set(plan.order.tolist())
    total = float(np.nansum(backlog.cost_of_delay * completion_of_story_order(backlog, stories)))
    return {
        "order": [instance.story_ids[story] for story in stories.tolist()],
        "capabilities": [instance.capability_ids[unit] for unit in plan.order.tolist()],
        "unranked": [key for unit, key in enumerate(instance.capability_ids) if unit not in ranked],
        "total_delay_cost": total,
        "lower_bound": min(plan.lower_bound, total),
    }
