"""Custom metrics of a map: an aggregate over a field of the items in, or leaving, each of its places."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from valuestream.domain.vocabulary import Aggregate, ItemsOf
from valuestream.models.choices import AGGREGATES, ITEMS_OF
from valuestream.models.map import Map


class CustomMetric(models.Model):
    """A figure that a map shows of each place beside its own. `field` is the key of a field of stories.

    `percentile` (0 to 100) only with PERCENTILE.
    """

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="custom_metrics")
    name = models.CharField(max_length=80)
    aggregate = models.CharField(max_length=14, choices=AGGREGATES)
    percentile = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    field = models.CharField(max_length=40)
    items = models.CharField(max_length=4, choices=ITEMS_OF, default=ItemsOf.IN.value)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "map",
                Lower("name"),
                name="custom_metric_name_once",
                violation_error_message="This map has a metric of that name already.",
            ),
            models.CheckConstraint(
                condition=Q(aggregate=Aggregate.PERCENTILE.value, percentile__gte=0, percentile__lte=100)
                | (~Q(aggregate=Aggregate.PERCENTILE.value) & Q(percentile__isnull=True)),
                name="custom_metric_percentile_where_it_belongs",
            ),
        ]

    def __str__(self) -> str:
        return self.name
