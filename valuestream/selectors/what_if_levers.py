"""What is changed in a what-if: people and limits by stage, stories that come at once, what a person costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from common.errors import InvalidInput

DEFAULT_WEEKS = 13
LONGEST_WEEKS = 52
MOST_PEOPLE = 60
MOST_WIP = 500
LARGEST_BATCH = 500
LONGEST_LEARNING_WEEKS = 26
DEFAULT_LEARNING_WEEKS = 3
HIGHEST_COST = Decimal(1_000_000)


@dataclass(frozen=True)
class Levers:
    """A scenario as it is asked for; what is not named stays as it is.

    `people` and `wip_limits` by id of the stage; a limit of None is none. `cost_per_person_week` None: the team's.
    """

    people: Mapping[int, int] = field(default_factory=dict)
    wip_limits: Mapping[int, int] = field(default_factory=dict)
    batch: int = 0
    weeks: int = DEFAULT_WEEKS
    learning_weeks: int = DEFAULT_LEARNING_WEEKS
    cost_per_person_week: Decimal | None = None


@dataclass
class LeverReader:
    """Reads levers and keeps what is wrong with them, by field. Call `done` at the end."""

    stage_ids: frozenset[int]
    errors: dict[str, list[str]] = field(default_factory=dict)

    def read(self, values: Mapping[str, Any]) -> Levers:
        """Levers from `people` and `wip_limits` (stage id to number) and the plain fields. Raises InvalidInput."""
        whole = self._whole
        levers = Levers(
            people=self._by_stage(values, "people", 0, MOST_PEOPLE),
            wip_limits=self._by_stage(values, "wip_limits", 1, MOST_WIP),
            batch=whole("batch", values.get("batch"), 0, LARGEST_BATCH, 0) or 0,
            weeks=whole("weeks", values.get("weeks"), 1, LONGEST_WEEKS, DEFAULT_WEEKS) or DEFAULT_WEEKS,
            learning_weeks=whole(
                "learning_weeks", values.get("learning_weeks"), 0, LONGEST_LEARNING_WEEKS, DEFAULT_LEARNING_WEEKS
            )
            or 0,
            cost_per_person_week=self._money(values.get("cost_per_person_week")),
        )
        if self.errors:
            raise InvalidInput("This what-if can't be answered.", field_errors=self.errors)
        return levers

    def _by_stage(self, values: Mapping[str, Any], name: str, least: int, most: int) -> dict[int, int]:
        given = values.get(name)
        if given in (None, ""):
            return {}
        if not isinstance(given, Mapping):
            self._refuse(name, 'Send an object of stage ids and numbers, such as {"4": 3}.')
            return {}
        found = {}
        for key, value in given.items():
            text, where = str(key), f"{name}.{key}"[:60]
            if not (text.isascii() and text.isdigit()) or int(text[:18]) not in self.stage_ids:
                self._refuse(where, "Name a stage of this map in which people work.")
                continue
            number = self._whole(where, value, least, most, None)
            if number is not None:
                found[int(text)] = number
        return found

    def _whole(self, name: str, value: Any, least: int, most: int, default: int | None) -> int | None:
        if value is None or value == "":
            return default
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
            self._refuse(name, f"Use a whole number from {least} to {most}.")
        elif not least <= int(text) <= most:
            self._refuse(name, f"Use a whole number from {least} to {most}; this is {int(text):,}.")
        else:
            return int(text)
        return default

    def _money(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            amount = Decimal(str(value).strip().replace(",", ""))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or not 0 <= amount <= HIGHEST_COST:
            self._refuse("cost_per_person_week", f"Use an amount from 0 to {HIGHEST_COST:,}, such as 3200.")
            return None
        return amount

    def _refuse(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, []).append(sentence)
