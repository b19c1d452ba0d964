"""What the forms about sprints send, as the services take it."""

from collections.abc import Mapping, Sequence
from typing import Any

from common.errors import InvalidInput
from planner.models import Sprint, Story, Team
from planner.web.forms import read_id
from planner.web.team_forms import read_date

BACKLOG = "backlog"
PREFIX = "story-"


def read_sprint(values: Mapping[str, str], *, teams: Sequence[Team]) -> dict[str, Any]:
    """The fields of a sprint that were sent; an empty day is none, an empty team the whole workspace."""
    read: dict[str, Any] = {name: values[name] for name in ("name", "goal") if name in values}
    for name in ("start_date", "end_date"):
        if name in values:
            read[name] = read_date(values[name], field=name) if values[name].strip() else None
    if "team" in values:
        read["team"] = read_team_choice(values["team"], teams=teams)
    return read


def read_team_choice(text: str, *, teams: Sequence[Team]) -> Team | None:
    """The team chosen; None for the whole workspace. Raises InvalidInput for one that is not there."""
    if not text.strip():
        return None
    found = next((team for team in teams if str(team.pk) == text.strip()), None)
    if found is None:
        raise InvalidInput("Choose a team of this workspace.", field="team")
    return found


def read_count(text: str) -> int:
    """How many sprints to add; 0 where it is no number, which the service refuses."""
    return read_id(text.strip()) or 0


def read_outcomes(
    values: Mapping[str, str], *, stories: Sequence[Story], targets: Sequence[Sprint]
) -> tuple[Sprint | None, dict[int, Sprint | None]]:
    """Where unfinished stories go: all of them, and those that somebody chose a place of their own for.

    Raises InvalidInput where nothing was chosen: leaving a sprint's work behind is not guessed.
    """
    known: dict[str, Sprint | None] = {BACKLOG: None, **{str(target.pk): target for target in targets}}
    chosen = {story.pk: values.get(f"{PREFIX}{story.pk}", "") for story in stories}
    everything = values.get("move_open_to", "")
    if stories and everything not in known and not all(chosen.values()):
        raise InvalidInput("Choose where the unfinished stories go.", field="move_open_to")
    own = {pk: _target(known, place, field=f"{PREFIX}{pk}") for pk, place in chosen.items() if place}
    return known.get(everything), own


def _target(known: Mapping[str, Sprint | None], place: str, *, field: str) -> Sprint | None:
    if place not in known:
        raise InvalidInput("This sprint takes no more stories: choose another place.", field=field)
    return known[place]
