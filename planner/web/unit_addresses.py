"""The addresses of units of the backlog: capabilities, and stories in none."""

from django.urls import reverse

from planner.selectors.units import UnitLine


def unit_address(workspace_key: str, unit: UnitLine, name: str = "") -> str:
    """Return the address of a unit's page, or of what hangs on it: `name` "pin", "value", "evidence"."""
    kind = "capability" if unit.is_capability else "story"
    return reverse(f"{kind}-{name}" if name else kind, args=[workspace_key, unit.key])
