"""Why each unit stands where a proposed order has it, in one sentence."""

from collections.abc import Sequence
from decimal import Decimal

from common.formats import format_money
from planner.models import Capability, Story
from planner.selectors.proposals import OrderLine, ProposalPage


def order_reasons(*, page: ProposalPage, lines: Sequence[OrderLine], currency: str) -> list[str]:
    """One sentence for each of these lines of the proposal's order. `currency`: the workspace's code."""
    moved = {line.unit.unit_id: line.move.reason for line in page.moves}
    pinned = {line.unit.unit_id: line.pin.reason for line in page.pins}
    close = {unit.unit_id for group in page.groups for unit in group.units}
    rates = _rates([line.unit.unit_id for line in lines])
    return [
        moved.get(line.unit.unit_id)
        or _sentence(
            line,
            pinned=pinned.get(line.unit.unit_id),
            is_close=line.unit.unit_id in close,
            rate=_rate_words(rates.get(line.unit.unit_id), currency),
        )
        for line in lines
    ]


def _sentence(line: OrderLine, *, pinned: str | None, is_close: bool, rate: str) -> str:
    if pinned:
        return f"Pinned: {pinned}"
    stays = "Keeps its place" if line.place_from == line.place_to else "Shifts to make room"
    if is_close:
        return f"{stays}: too close to call against its neighbours{rate and f', {rate}'}."
    return f"{stays}{rate and f': it earns {rate}'}."


def _rate_words(rate: Decimal | None, currency: str) -> str:
    return "" if rate is None else f"{format_money(rate, currency)} a week per point of what it still needs"


def _rates(unit_ids: Sequence[int]) -> dict[int, Decimal]:
    """Cost of delay per point of the remaining closure, by signed unit id, where it is known."""
    capabilities = Capability.objects.filter(pk__in=[pk for pk in unit_ids if pk > 0], cd3__isnull=False)
    stories = Story.objects.filter(pk__in=[-pk for pk in unit_ids if pk < 0], cd3__isnull=False)
    return {pk: cd3 for pk, cd3 in capabilities.values_list("pk", "cd3") if cd3 is not None} | {
        -pk: cd3 for pk, cd3 in stories.values_list("pk", "cd3") if cd3 is not None
    }
