"""The address of the lenses page, read: which two orders, over how many weeks, along effort or time."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from planner.domain.vocabulary import Lens
from planner.selectors.lenses import DEFAULT_WEEKS, MOST_WEEKS

HORIZONS = {13: "1 quarter", 26: "2 quarters", 52: "1 year"}
AXES = {"effort": "Effort", "time": "Time"}


@dataclass(frozen=True)
class LensQuestion:
    """What someone asks of the page. `axis`: "effort" or "time"."""

    first: Lens = Lens.MONEY
    second: Lens = Lens.MANUAL
    weeks: int = DEFAULT_WEEKS
    axis: str = "effort"

    def address(self, **changes: str | int) -> str:
        """Return the query string of this question with changes; what is at its default is left out."""
        plain = LensQuestion()
        values: dict[str, str | int] = {
            "a": self.first.value,
            "b": self.second.value,
            "weeks": self.weeks,
            "axis": self.axis,
            **changes,
        }
        defaults = {"a": plain.first.value, "b": plain.second.value, "weeks": plain.weeks, "axis": plain.axis}
        return urlencode({name: value for name, value in values.items() if value != defaults.get(name)})

    @property
    def is_time(self) -> bool:
        """Whether weeks stand along the bottom."""
        return self.axis == "time"

    @property
    def in_weeks(self) -> str:
        """The horizon in words: "in the first two quarters"."""
        named = {13: "first quarter", 26: "first two quarters", 52: "first year", 1: "first week"}
        return f"in the {named.get(self.weeks, f'first {self.weeks} weeks')}"


def read_lens_question(values: Mapping[str, str]) -> LensQuestion:
    """Read a query string; what can't be understood falls back to the plain page."""
    plain = LensQuestion()
    weeks = values.get("weeks", "")
    is_number = weeks.isascii() and weeks.isdigit() and len(weeks) < 5
    axis = values.get("axis", "")
    return LensQuestion(
        first=_lens(values.get("a"), plain.first),
        second=_lens(values.get("b"), plain.second),
        weeks=min(max(int(weeks), 1), MOST_WEEKS) if is_number else plain.weeks,
        axis=axis if axis in AXES else plain.axis,
    )


def _lens(word: str | None, otherwise: Lens) -> Lens:
    return Lens(word) if word in {lens.value for lens in Lens} else otherwise
