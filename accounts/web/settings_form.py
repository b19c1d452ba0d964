"""What the settings page sends, as the types that the service takes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Workspace
from common.errors import InvalidInput

WEEKDAYS = (
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
)


REQUIRED = "Fill this in; it can't stay empty."


class SettingsForm(forms.Form):
    """Reads texts; the service checks what they mean."""

    def __init__(self, typed: QueryDict) -> None:
        super().__init__(typed)
        for field in self.fields.values():
            field.error_messages["required"] = REQUIRED

    name = forms.CharField(max_length=120)
    time_zone = forms.CharField(max_length=60)
    currency = forms.CharField(max_length=3)
    discount_percent = forms.DecimalField(min_value=0, max_value=100, max_digits=5, decimal_places=2)
    horizon_weeks = forms.IntegerField(min_value=1)
    cost_per_point = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2)
    work_weekdays = forms.TypedMultipleChoiceField(choices=WEEKDAYS, coerce=int, required=False)
    work_starts = forms.TimeField()
    work_ends = forms.TimeField()
    holiday_country = forms.CharField(max_length=2, required=False)


def read_settings(typed: QueryDict) -> dict[str, Any]:
    """Return the changes to a workspace that a posted form asks for. Raises InvalidInput."""
    form = SettingsForm(typed)
    if not form.is_valid():
        raise InvalidInput(field_errors={name: [str(text) for text in texts] for name, texts in form.errors.items()})
    changes = dict(form.cleaned_data)
    changes["discount_rate"] = changes.pop("discount_percent") / Decimal(100)
    changes["currency"] = changes["currency"].upper()
    changes["holiday_country"] = changes["holiday_country"].upper()
    return changes


def settings_values(workspace: Workspace) -> dict[str, Any]:
    """Return a workspace's settings as the form shows them."""
    return {
        "name": workspace.name,
        "time_zone": workspace.time_zone,
        "currency": workspace.currency,
        "discount_percent": f"{(workspace.discount_rate * 100).normalize():f}",
        "horizon_weeks": workspace.horizon_weeks,
        "cost_per_point": workspace.cost_per_point,
        "work_starts": workspace.work_starts.strftime("%H:%M"),
        "work_ends": workspace.work_ends.strftime("%H:%M"),
        "holiday_country": workspace.holiday_country,
    }
