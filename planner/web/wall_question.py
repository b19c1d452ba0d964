"""What the wall is asked for: all of it stands in the address, so that a wall can be linked to and reloaded."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User, Workspace
from planner.models import Capability, Person
from planner.selectors.wall import WallFilter
from planner.web.forms import read_flag, read_id

LONGEST_TEXT = 100


class View(StrEnum):
    """What the cards are."""

    TASKS = "tasks"
    STORIES = "stories"


class Lanes(StrEnum):
    """What the rows are; tasks always lie in their story's."""

    STORY = "story"
    CAPABILITY = "capability"
    PERSON = "person"
    NONE = "none"


@dataclass(frozen=True)
class WallQuestion:
    """A wall as asked for; `mine` keeps what the reader has a part in."""

    workspace: Workspace
    view: View = View.TASKS
    lanes: Lanes = Lanes.STORY
    sprint_id: int | None = None
    team_id: int | None = None
    person: Person | None = None
    capability: Capability | None = None
    is_blocked: bool = False
    text: str = ""
    is_mine: bool = False
    me: Person | None = None

    @property
    def kept(self) -> WallFilter:
        """What the filters leave."""
        person = self.me if self.is_mine else self.person
        return WallFilter(
            person_id=(person.pk if person else -1 if self.is_mine else None),
            capability_id=self.capability.pk if self.capability else None,
            is_blocked=self.is_blocked,
            text=self.text,
        )

    @property
    def values(self) -> dict[str, str]:
        """The question as its address tells it, without what goes without saying."""
        told: dict[str, Any] = {
            "sprint": self.sprint_id,
            "team": self.team_id,
            "view": "" if self.view is View.TASKS else self.view.value,
            "lanes": "" if self.view is View.TASKS or self.lanes is Lanes.CAPABILITY else self.lanes.value,
            "person": self.person.pk if self.person else None,
            "capability": self.capability.key if self.capability else None,
            "blocked": "1" if self.is_blocked else "",
            "mine": "1" if self.is_mine else "",
            "q": self.text,
        }
        return {name: str(value) for name, value in told.items() if value}

    def address(self, **changes: Any) -> str:
        """The address of this wall with some of it changed."""
        values = replace(self, **changes).values
        url = reverse("wall", args=[self.workspace.key])
        return f"{url}?{urlencode(values)}" if values else url

    @property
    def query(self) -> str:
        """The part of the address behind the question mark."""
        return urlencode(self.values)


def read_question(values: Mapping[str, str], *, workspace: Workspace, reader: User) -> WallQuestion:
    """Read an address. What can't be understood is left out: an old link still shows the wall."""
    view = View(values["view"]) if values.get("view") in set(View) else View.TASKS
    people = Person.objects.filter(workspace=workspace)
    person_id, key = read_id(values.get("person", "")), values.get("capability", "")[:40]
    is_mine = read_flag(values.get("mine", ""))
    return WallQuestion(
        workspace=workspace,
        view=view,
        lanes=_lanes(values, view),
        sprint_id=read_id(values.get("sprint", "")),
        team_id=read_id(values.get("team", "")),
        person=people.filter(pk=person_id).first() if person_id else None,
        capability=Capability.objects.filter(workspace=workspace, key=key).first() if key else None,
        is_blocked=read_flag(values.get("blocked", "")),
        text=values.get("q", "").replace("\x00", "").strip()[:LONGEST_TEXT],
        is_mine=is_mine,
        me=people.filter(user=reader).first(),
    )


def _lanes(values: Mapping[str, str], view: View) -> Lanes:
    if view is View.TASKS:
        return Lanes.STORY
    asked = values.get("lanes", "")
    return Lanes(asked) if asked in set(Lanes) and asked != Lanes.STORY.value else Lanes.CAPABILITY
