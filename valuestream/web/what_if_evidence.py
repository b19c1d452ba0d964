"""The evidence of a what-if's figures."""

from dataclasses import dataclass

from common.errors import InvalidInput
from valuestream.domain.what_if.judging import Change
from valuestream.selectors.what_if import Answered


@dataclass(frozen=True)
class Explained:
    """A figure's name and formula."""

    name: str
    formula: str


FIGURES = {
    "delivered_value": Explained(
        "Value delivered", "in each run the sum of attributed value of the stories delivered within these weeks"
    ),
    "throughput": Explained("Throughput", "in each run the stories delivered within these weeks / weeks"),
    "lead_time_p50": Explained(
        "Lead time p50",
        "in each run the median time, from coming into the stream to delivery, of the stories delivered",
    ),
    "lead_time_p85": Explained(
        "Lead time p85", "in each run the time within which 85% of the stories delivered were, since they came"
    ),
    "value_held": Explained("Value held", "in each run the sum of attributed value of the stories inside at the end"),
    "idle_cost": Explained(
        "Idle cost", "in each run the sum over stories of the weeks they wait for somebody × attributed cost of delay"
    ),
}


def explain(word: str) -> Explained:
    """Return what explains a figure. Raises InvalidInput."""
    if word not in FIGURES:
        raise InvalidInput("There is no such figure in a what-if.", field="figure")
    return FIGURES[word]


def change_of(answered: Answered, word: str) -> Change:
    """The figure's change."""
    judged = answered.judged
    return {
        "delivered_value": judged.delivered_value,
        "throughput": judged.throughput_per_week,
        "lead_time_p50": judged.lead_p50_weeks,
        "lead_time_p85": judged.lead_p85_weeks,
        "value_held": judged.value_held,
        "idle_cost": judged.idle_cost,
    }[word]
