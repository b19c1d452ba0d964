"""The addresses of a map's page and its parts, each with the question asked."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from valuestream.models import Map
from valuestream.selectors.evidence import Place
from valuestream.web.map_figures import PlaceFigures, StageFigures
from valuestream.web.map_question import MapQuestion


@dataclass(frozen=True)
class MapAddresses:
    """Addresses that ask `question` of a map."""

    map: Map
    question: MapQuestion

    def page(self, **changes: str) -> str:
        """The page, with a changed question."""
        return self._of("map", self.question.query(**changes))

    def part(self, name: str) -> str:
        """A part of the page ("map-picture", "map-history", "map-export")."""
        return self._of(name, self.question.query())

    def evidence(self, metric: str, place: PlaceFigures) -> str:
        """The evidence of a figure of a stage, a block or the stream."""
        words = {"metric": metric}
        if place.id is not None:
            words["stage" if isinstance(place, StageFigures) else "block"] = str(place.id)
        asked = self.question.query(measure="").removeprefix("?")
        return self._of("map-evidence", f"?{'&'.join(filter(None, [urlencode(words), asked]))}")

    def items(self, place: Place, *, only_waiting: bool) -> str:
        """The list of items in progress in a place."""
        words = {"stage": place.stage_id, "block": place.block_id, "waiting": "1" if only_waiting else None}
        asked = self.question.words(measure="", window_days="")
        query = urlencode({**asked, **{name: word for name, word in words.items() if word is not None}})
        return self._of("map-items", f"?{query}" if query else "")

    def _of(self, name: str, query: str) -> str:
        return f"{reverse(name, args=[self.map.workspace.key, self.map.pk])}{query}"
