"""`manage.py plan`: the money-optimal order, or the sprint plan, of a bare instance. No database is read."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from planner.domain.dependencies import DependencyCycleError
from planner.domain.instance import Id, Instance, InvalidInstance, parse_instance
from planner.domain.sequencing import completion_of_story_order, plan_order, plan_stories
from planner.domain.sprints.planning import NO_SPRINT, plan_sprints
from planner.domain.sprints.reading import BareSprints, parse_sprint_instance

Read = TypeVar("Read")


class Command(BaseCommand):
    help = (
        "Print the order of an instance's stories that costs least, what it costs and what no order can undercut;"
        " with --sprints, the sprint of each story, what the plan earns and what no plan can earn more than."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", required=True, metavar="INSTANCE.JSON", help="see docs/reference/commands.md")
        parser.add_argument("--sprints", action="store_true", help="plan sprints: needs team and capacities")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        answer = _answer_sprints(path) if options["sprints"] else _answer_order(path)
        self.stdout.write(json.dumps(answer))


def _answer_order(path: Path) -> dict[str, Any]:
    instance = _parse(path, parse_instance)
    try:
        return solve(instance)
    except DependencyCycleError as error:
        raise _circle(error, instance.story_ids) from None


def _answer_sprints(path: Path) -> dict[str, Any]:
    try:
        return solve_sprints(_parse(path, parse_sprint_instance))
    except DependencyCycleError as error:
        raise _circle(error, _parse(path, parse_instance).story_ids) from None


def _parse(path: Path, parse: Callable[[object], Read]) -> Read:
    content = _read_json(path)
    try:
        return parse(content)
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


def _circle(error: DependencyCycleError, story_ids: list[Id]) -> CommandError:
    cycle = [str(story_ids[story]) for story in error.cycle]
    return CommandError(f"The dependencies go round in a circle: {' -> '.join([*cycle, cycle[0]])}.")


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


def solve_sprints(bare: BareSprints) -> dict[str, Any]:
    """The answer as it is printed; money is cost of delay x sprints until the end of the horizon."""
    plan = plan_sprints(bare.instance)
    sprints = [None if sprint == NO_SPRINT else sprint for sprint in plan.placement]
    return {
        "placement": {str(story): sprint for story, sprint in zip(bare.story_ids, sprints, strict=True)},
        "value": plan.value,
        "bound": plan.bound,
    }
