"""A what-if as its address says: the map's question, and what is changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from valuestream.models import Map
from valuestream.selectors.what_if import Answered, FittedMap
from valuestream.selectors.what_if_levers import (
    DEFAULT_LEARNING_WEEKS,
    DEFAULT_WEEKS,
    LeverReader,
    Levers,
)
from valuestream.web.map_question import MapQuestion

LONGEST_ID = 18
_PLAIN = {"batch": "batch", "weeks": "weeks", "learning_weeks": "learning", "cost_per_person_week": "cost"}


def read_levers(values: Mapping[str, str], fitted: FittedMap) -> Levers:
    """Return what an address changes: `people_ID`, `wip_ID`, `batch`, `cost`, `weeks`, `learning`; blank is as it is.

    `at=ID` alone asks for one more person where that stage's stories wait.

    Raises InvalidInput that names every field it can't use.
    """
    given: dict[str, Any] = {name: values.get(word, "") for name, word in _PLAIN.items()}
    for name, prefix in (("people", "people_"), ("wip_limits", "wip_")):
        given[name] = {
            key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix) and value.strip()
        }
    if not given["people"] and values.get("at", ""):
        given["people"] = _one_more(values["at"], fitted)
    return LeverReader(fitted.stage_ids).read(given)


def _one_more(stage: str, fitted: FittedMap) -> dict[str, int]:
    """One more person at the station that a stage is, or is the line of; nothing for any other stage."""
    number = int(stage) if stage.isascii() and stage.isdigit() and len(stage) <= LONGEST_ID else 0
    at = fitted.station_of.get(number)
    return {} if at is None else {str(fitted.stages[at].pk): fitted.fit.stations[at].people + 1}


@dataclass(frozen=True)
class WhatIfAddresses:
    """Addresses that ask the same of a map, with changes."""

    map: Map
    question: MapQuestion
    fitted: FittedMap
    levers: Levers

    def page(self) -> str:
        """The page with this scenario."""
        return self._of("map-what-if", self.words())

    def reset(self) -> str:
        """The page with nothing changed."""
        return self._of("map-what-if", self.kept())

    def past(self) -> str:
        """Whether the model was right before."""
        return self._of("map-what-if-past", self.kept())

    def evidence(self, figure: str) -> str:
        """How a figure came to be."""
        return self._of("map-what-if-evidence", {"figure": figure, **self.words()})

    def with_people(self, stage_id: int, people: int) -> str:
        """The page with other people in a stage."""
        return self._of("map-what-if", {**self.words(), f"people_{stage_id}": str(people)})

    def kept(self) -> dict[str, str]:
        """What the map itself is asked."""
        return self.question.words(measure="", clock="")

    def words(self) -> dict[str, str]:
        """The words of the address: only what is no default."""
        levers, stages = self.levers, zip(self.fitted.stages, self.fitted.fit.stations, strict=True)
        now = {stage.pk: known.people for stage, known in stages}
        cost = levers.cost_per_person_week
        changed = {
            **{f"people_{pk}": str(people) for pk, people in levers.people.items() if people != now[pk]},
            **{f"wip_{pk}": str(limit) for pk, limit in levers.wip_limits.items()},
            "batch": str(levers.batch or ""),
            "weeks": "" if levers.weeks == DEFAULT_WEEKS else str(levers.weeks),
            "learning": "" if levers.learning_weeks == DEFAULT_LEARNING_WEEKS else str(levers.learning_weeks),
            "cost": "" if cost is None or cost == self.fitted.cost_per_week else str(cost),
        }
        return {**self.kept(), **{name: word for name, word in changed.items() if word}}

    def _of(self, name: str, words: Mapping[str, str]) -> str:
        query = f"?{urlencode(words)}" if words else ""
        return f"{reverse(name, args=[self.map.workspace.key, self.map.pk])}{query}"


def addresses_of(map_: Map, question: MapQuestion, answered: Answered) -> WhatIfAddresses:
    """The addresses of an answer."""
    return WhatIfAddresses(map_, question, answered.fitted, answered.levers)
