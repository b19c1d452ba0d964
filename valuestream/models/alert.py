"""Alerts: a threshold on a figure of a map, who is told when it is crossed, and every time it was."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from valuestream.domain.vocabulary import Comparison, DeliveryState
from valuestream.models.choices import COMPARISONS, DELIVERY_CHANNELS, DELIVERY_STATES
from valuestream.models.custom_metric import CustomMetric
from valuestream.models.map import Map, Stage


class Alert(models.Model):
    """A watched figure of one stage, or of the whole stream without one; it goes with its stage or custom metric.

    `metric` is a name of `valuestream.selectors.alert_metrics`, or "custom" with `custom_metric`. `threshold` is in the
    metric's unit. `origin` begins the links in messages: where whoever saved it reads Millrace. `figure` is None while
    it is not known.
    """

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="alerts")
    name = models.CharField(max_length=120)
    metric = models.CharField(max_length=40)
    custom_metric = models.ForeignKey(
        CustomMetric, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts"
    )
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts")
    comparison = models.CharField(max_length=5, choices=COMPARISONS, default=Comparison.ABOVE.value)
    threshold = models.DecimalField(max_digits=18, decimal_places=4)
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    by_email = models.BooleanField(default=False)
    webhook_url = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=200, blank=True)
    is_muted = models.BooleanField(default=False, help_text="Firings are kept; nobody is told.")
    is_over = models.BooleanField(default=False)
    figure = models.FloatField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "map",
                Lower("name"),
                name="alert_name_once",
                violation_error_message="This map has an alert of that name already.",
            ),
            models.CheckConstraint(
                condition=Q(metric="custom", custom_metric__isnull=False)
                | (~Q(metric="custom") & Q(custom_metric__isnull=True)),
                name="alert_custom_metric_where_it_belongs",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AlertFiring(models.Model):
    """A time a figure crossed its threshold, with the items that weighed most then; over once it recovered."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="firings")
    fired_at = models.DateTimeField()
    figure = models.FloatField()
    threshold = models.DecimalField(max_digits=18, decimal_places=4)
    comparison = models.CharField(max_length=5, choices=COMPARISONS)
    items = models.JSONField(default=list, help_text="Story id, key, title and amount of each.")
    item_count = models.PositiveIntegerField(default=0)
    is_muted = models.BooleanField(default=False)
    recovered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-fired_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alert"], condition=Q(recovered_at__isnull=True), name="alert_firing_one_open"
            )
        ]
        indexes = [models.Index(fields=["alert", "-fired_at"], name="alert_firing_by_alert")]

    def __str__(self) -> str:
        return f"{self.alert} at {self.fired_at:%Y-%m-%d %H:%M}"


class AlertDelivery(models.Model):
    """A message of an alert on its way out; without a firing it is a test."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    firing = models.ForeignKey(AlertFiring, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=7, choices=DELIVERY_CHANNELS)
    target = models.CharField(max_length=500)
    state = models.CharField(max_length=6, choices=DELIVERY_STATES, default=DeliveryState.QUEUED.value)
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "alert deliveries"

    def __str__(self) -> str:
        return f"{self.channel} to {self.target}"
