"""What was said about the future: forecasts that people and the weekly job keep, and those that workers are at."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from valuestream.domain.forecasting.words import ForecastSource, WorkOrder
from valuestream.models.choices import FORECAST_SOURCES, FORECAST_SUBJECTS, MEASURES, WORK_ORDERS


class Forecast(models.Model):
    """A forecast as it was told. It never changes: what came since is another one.

    `subject_id` is that of a capability, application, sprint or team, None for a filter or everything; `subject` is
    what it was called then, and outlives it. The three dates are None where they were not known, or later than was
    looked; `unknown` says why. `answer` is that of `/api/v1/forecasts/`; the weekly job keeps the dates alone.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False)
    about = models.CharField(max_length=12, choices=FORECAST_SUBJECTS)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=600)
    filter_text = models.TextField(blank=True)
    order = models.CharField(max_length=8, choices=WORK_ORDERS, default=WorkOrder.BACKLOG.value)
    measure = models.CharField(max_length=6, choices=MEASURES, blank=True, help_text="What it was counted in.")
    asked_measure = models.CharField(max_length=6, choices=MEASURES, blank=True)
    since = models.DateField(null=True, blank=True, help_text="Drawn only from what was finished from this day on.")
    as_of = models.DateTimeField()
    is_past = models.BooleanField(default=False, help_text="Whether a past instant was asked for, not the present.")
    source = models.CharField(max_length=6, choices=FORECAST_SOURCES)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    job = models.ForeignKey("common.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    log_position = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    stories = models.PositiveIntegerField(default=0)
    p15_date = models.DateField(null=True, blank=True)
    p50_date = models.DateField(null=True, blank=True)
    p85_date = models.DateField(null=True, blank=True)
    unknown = models.TextField(blank=True)
    answer = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=[one.value for one in ForecastSource]), name="forecast_source_known"
            )
        ]
        indexes = [models.Index(fields=["workspace", "about", "subject_id", "-as_of"], name="forecast_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject} as of {self.as_of:%Y-%m-%d}"
