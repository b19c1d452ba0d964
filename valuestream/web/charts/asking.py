"""What the page of flow charts shows, as its address says: the map's question, each card's measure, and the mix."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_question import Measure

CARDS = ("cfd", "ageing", "cycle", "throughput", "mix")
KEPT = (*CARDS, "by", "zoom")
"""Words of the address beside the map's own question. `zoom` is read and written in the browser only."""


def kept_words(values: Mapping[str, str]) -> dict[str, str]:
    """Return the words of an address that are about charts, cards in a measure that is none left out."""
    measures = set(Measure)
    return {name: values[name] for name in KEPT if values.get(name) and (name not in CARDS or values[name] in measures)}


@dataclass(frozen=True)
class ChartAddresses(MapAddresses):
    """Addresses of the page of charts and its parts; `kept` are the words about charts."""

    kept: Mapping[str, str] = field(default_factory=dict)

    def page(self, **changes: str) -> str:
        """The page, with a changed question; another measure is one for every card."""
        kept = {name: word for name, word in self.kept.items() if "measure" not in changes or name not in CARDS}
        return self._of("flow-charts", self._query(kept, **changes))

    def part(self, name: str) -> str:
        """A part of the page."""
        return self._of(name, self._query(self.kept))

    def items_behind(self, **words: str) -> str:
        """The evidence of a figure."""
        return self._of("flow-evidence", self._query(words, measure=""))

    def export(self, card: str) -> str:
        """A card's rows as CSV."""
        return self._of("flow-export", self._query({**self.kept, "chart": card}))

    def story(self) -> str:
        """The page of a story, with KEY in place of its key."""
        return reverse("story", args=[self.map.workspace.key, "KEY"])

    def _query(self, more: Mapping[str, str], **changes: str) -> str:
        own = {name: word for name, word in changes.items() if name in KEPT}
        asked = {name: word for name, word in changes.items() if name not in KEPT}
        words = {**self.question.words(**asked), **more, **own}
        written = urlencode({name: word for name, word in words.items() if word})
        return f"?{written}" if written else ""
