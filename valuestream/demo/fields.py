"""Fields that the ferry company keeps beside the built-in ones, filled in for most of its stories and capabilities."""

from datetime import datetime, timedelta
from zlib import crc32

from accounts.models import Workspace
from planner.domain.vocabulary import ItemKind
from planner.models import Capability, Story
from planner.models.choices import OPEN_CATEGORIES
from planner.services.actor import Actor
from planner.services.batches import MOST_STORIES
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_capability_fields, set_story_fields_of_own

RISKS = (("High", "red"), ("Medium", "amber"), ("Low", "green"))
PORTS = ("Bergen", "Stavanger", "Hirtshals")
CALLS_PER_WEEK = (0, 2, 5, 9, 14)
SHARES = 5
"""One story in so many has no risk yet, so that there is something to fill in."""


def add_fields(*, workspace: Workspace, actor: Actor, now: datetime) -> None:
    """Add risk, ports, calls a week and a formula to stories, a sponsor and a review day to capabilities."""
    drafts = {"Risk": [OptionDraft(label, tone=tone) for label, tone in RISKS], "Ports": [*map(OptionDraft, PORTS)]}
    for name, kind, unit, formula in (
        ("Risk", "CHOICE", "", ""),
        ("Ports", "MULTI_CHOICE", "", ""),
        ("Calls a week", "NUMBER", "calls", ""),
        ("Calls per point", "FORMULA", "calls", "round(calls_a_week / points, 1)"),
    ):
        options = drafts.get(name, [])
        create_field(
            workspace=workspace,
            item=ItemKind.STORY.value,
            name=name,
            kind=kind,
            unit=unit,
            formula=formula,
            options=options,
            actor=actor,
            now=now,
        )
    for name, kind in (("Sponsor", "PERSON"), ("Reviewed on", "DATE")):
        create_field(workspace=workspace, item=ItemKind.CAPABILITY.value, name=name, kind=kind, actor=actor, now=now)


def fill_fields(*, workspace: Workspace, sponsors: tuple[str, ...], actor: Actor, now: datetime) -> None:
    """Give the open stories their risk, ports and calls, and the capabilities a sponsor; the same each time.

    Each is told right after the last that happened to its story.
    """
    groups: dict[tuple[str, str, int], list[int]] = {}
    for pk, key in Story.objects.filter(workspace=workspace, category__in=OPEN_CATEGORIES).values_list("pk", "key"):
        chance = crc32(key.encode())
        if chance % SHARES:
            risk = RISKS[chance // SHARES % len(RISKS)][0]
            port = PORTS[chance // 16 % len(PORTS)]
            groups.setdefault((risk, port, CALLS_PER_WEEK[chance // 64 % len(CALLS_PER_WEEK)]), []).append(pk)
    for (risk, port, calls), ids in groups.items():
        values = {"risk": risk, "ports": [port], "calls_a_week": calls}
        for first in range(0, len(ids), MOST_STORIES):
            some = ids[first : first + MOST_STORIES]
            set_story_fields_of_own(workspace=workspace, story_ids=some, values=values, actor=actor, now=now)
    capabilities = Capability.objects.filter(workspace=workspace).select_related("workspace").order_by("pk")
    for place, capability in enumerate(capabilities[: 2 * len(sponsors)]):
        reviewed = (now - timedelta(days=7 * place)).date().isoformat()
        values = {"sponsor": sponsors[place % len(sponsors)], "reviewed_on": reviewed}
        set_capability_fields(capability=capability, values=values, actor=actor, now=now)
