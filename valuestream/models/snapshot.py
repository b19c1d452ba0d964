"""Computed metrics of a map, as a worker stored them."""

from django.db import models
from django.db.models import Q

from valuestream.models.choices import CLOCKS
from valuestream.models.map import Map


class Snapshot(models.Model):
    """The answer of `/maps/{id}/metrics/` at one instant.

    LIVE: one a map and clock, replaced after each change. DAILY: the end of a day of the
    workspace's time zone, written once and never changed. `log_position` is the newest event it
    knows: a live snapshot is fresh while the log has no newer one.
    """

    LIVE = "LIVE"
    DAILY = "DAILY"

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="snapshots")
    kind = models.CharField(max_length=5, choices=[(LIVE, "Live"), (DAILY, "Daily")])
    clock = models.CharField(max_length=8, choices=CLOCKS)
    window_days = models.PositiveIntegerField()
    date = models.DateField(null=True, blank=True, help_text="The day a daily snapshot ends.")
    as_of = models.DateTimeField()
    computed_at = models.DateTimeField()
    log_position = models.BigIntegerField()
    metrics = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["map", "clock", "window_days"], condition=Q(kind="LIVE"), name="snapshot_one_live"
            ),
            models.UniqueConstraint(
                fields=["map", "clock", "window_days", "date"], condition=Q(kind="DAILY"), name="snapshot_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind="LIVE", date__isnull=True) | Q(kind="DAILY", date__isnull=False),
                name="snapshot_daily_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map} {self.kind} {self.as_of:%Y-%m-%d}"
