"""Where value is stuck: the stage whose waiting cost the most, and whether the other signs agree.

`definitions.md`: the bottleneck is the stage with the highest idle cost in the window; arrival against
departure rate, utilisation and queue growth stand beside it as evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from valuestream.domain.flow_metrics import FlowMetrics

HOT_UTILISATION = 0.85


@dataclass(frozen=True)
class Evidence:
    """One other sign: the stage it points at (None: at none), and whether that is the bottleneck."""

    sign: str
    points_at: int | None
    agrees: bool | None


@dataclass(frozen=True)
class Bottleneck:
    """The bottleneck's stage, its idle cost in cents and its share of all idle cost, with the evidence."""

    stage: int
    idle_cost_cents: int
    share_of_idle_cost: float
    evidence: list[Evidence]

    @property
    def is_contested(self) -> bool:
        """Whether any sign points at another stage."""
        return any(evidence.agrees is False for evidence in self.evidence)


def find_bottleneck(stages: Sequence[FlowMetrics]) -> Bottleneck | None:
    """The stage with the highest idle cost, the earlier of equal ones; None where no waiting cost anything."""
    total = sum(stage.idle_cost_cents for stage in stages)
    if not total:
        return None
    worst = max(stages, key=lambda stage: stage.idle_cost_cents)
    signs: dict[str, dict[int, float]] = {
        "arrivals above departures": {s.place: s.arrivals - s.departures for s in stages},
        "utilisation": {s.place: s.utilisation for s in stages if s.utilisation is not None},
        "queue growth": {s.place: s.queue_length - s.queue_length_at_start for s in stages},
    }
    evidence = [_evidence(sign, figures, worst.place) for sign, figures in signs.items()]
    return Bottleneck(worst.place, worst.idle_cost_cents, worst.idle_cost_cents / total, evidence)


def _evidence(sign: str, figures: dict[int, float], stage: int) -> Evidence:
    """The stage with the highest figure above zero; a sign that points nowhere neither agrees nor disagrees."""
    highest = max(figures.values(), default=0)
    if highest <= 0:
        return Evidence(sign, None, None)
    points_at = next(place for place, figure in figures.items() if figure == highest)
    return Evidence(sign, points_at, bool(figures.get(stage) == highest))
