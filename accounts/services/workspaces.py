"""Changing a workspace's settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.events import WorkspaceChanged
from accounts.models import Workspace
from common.errors import InvalidInput
from common.events import publish
from common.live.services import record_change
from common.public_holidays import list_countries

SETTINGS = (
    "name",
    "time_zone",
    "currency",
    "discount_rate",
    "horizon_weeks",
    "cost_per_point",
    "work_weekdays",
    "work_starts",
    "work_ends",
    "holiday_country",
)
LAST_WEEKDAY = 6
LONGEST_HORIZON_WEEKS = 1040


def update_workspace(*, workspace: Workspace, changes: Mapping[str, Any], actor_id: int, now: datetime) -> Workspace:
    """Change settings (names in SETTINGS). Raises InvalidInput naming every field it refuses.

    Estimates keep the horizon and the rate they were made with.
    """
    for name, value in changes.items():
        if name not in SETTINGS:
            raise InvalidInput("This can't be changed.", field=name)
        setattr(workspace, name, value.strip() if isinstance(value, str) else value)
    errors = _model_errors(workspace)
    errors = errors or _calendar_errors(workspace) | _word_errors(workspace) | _figure_errors(workspace)
    if errors:
        raise InvalidInput(field_errors=errors)
    with transaction.atomic():
        workspace.save(update_fields=list(changes))
        publish(WorkspaceChanged(workspace_id=workspace.pk, fields=frozenset(changes), now=now))
        record_change(
            workspace_id=workspace.pk,
            topic="workspace",
            object_id=workspace.pk,
            actor_id=actor_id,
            verb="updated",
            now=now,
        )
    return workspace


def _model_errors(workspace: Workspace) -> dict[str, list[str]]:
    try:
        workspace.full_clean(validate_unique=False)
    except ValidationError as error:
        return {name: list(texts) for name, texts in error.message_dict.items()}
    return {}


def _calendar_errors(workspace: Workspace) -> dict[str, list[str]]:
    errors = {}
    if not _are_weekdays(workspace.work_weekdays):
        errors["work_weekdays"] = ["Choose at least one weekday, each once; Monday is 0, Sunday 6."]
    if workspace.work_starts >= workspace.work_ends:
        errors["work_ends"] = ["The working day ends after it starts."]
    return errors


def _are_weekdays(days: Any) -> bool:
    return isinstance(days, list) and bool(days) and all(map(_is_weekday, days)) and len(set(days)) == len(days)


def _is_weekday(day: Any) -> bool:
    return isinstance(day, int) and not isinstance(day, bool) and 0 <= day <= LAST_WEEKDAY


def _word_errors(workspace: Workspace) -> dict[str, list[str]]:
    errors = {}
    if workspace.time_zone not in available_timezones():
        errors["time_zone"] = ["Choose a time zone such as Europe/Berlin."]
    currency, country = workspace.currency, workspace.holiday_country
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        errors["currency"] = ["Use a currency's three capital letters, such as USD."]
    if country and country not in list_countries():
        errors["holiday_country"] = ["Use a country's two capital letters, such as NO, or leave it empty."]
    return errors


def _figure_errors(workspace: Workspace) -> dict[str, list[str]]:
    if workspace.horizon_weeks > LONGEST_HORIZON_WEEKS:
        return {"horizon_weeks": [f"Plan at most {LONGEST_HORIZON_WEEKS:,} weeks (20 years) ahead."]}
    return {}
