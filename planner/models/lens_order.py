"""The backlog by each lens, computed by a job and kept until the next one; may be dropped and rebuilt."""

from django.db import models

from planner.models.choices import LENSES


class LensOrder(models.Model):
    """All open units in the order of one lens, and what that order costs.

    `unit_ids`: little-endian 64-bit integers, a capability's id or a loose story's id negated; the first `rated`
    of them have a figure in this lens, the rest follow in people's order. `total_delay_cost`: sum of cost of
    delay x completion over the valued units, in the workspace's currency; null where nothing is valued.
    `shares`: share of the valued cost of delay that is live after 25, 50 and 75 % of the effort, by "25"...
    `newest_story_id`: stories with a higher id were added since. `place_facts`: of the money-optimal order, why
    each rated unit stands where it does (planner.selectors.place_words).
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="lens_orders")
    lens = models.CharField(max_length=12, choices=LENSES)
    unit_ids = models.BinaryField()
    rated = models.PositiveIntegerField()
    total_delay_cost = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    shares = models.JSONField(default=dict)
    newest_story_id = models.BigIntegerField(default=0)
    place_facts = models.BinaryField(default=bytes)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "lens"], name="lens_order_once")]

    def __str__(self) -> str:
        return f"{self.lens} order of {self.workspace_id}"


class RankingSummary(models.Model):
    """What holds for every order of a workspace's backlog. Money in its currency, sizes in points.

    No order can cost less than `lower_bound`. `frozen_cost` and `pins_cost`: what the running sprint and the pins
    add to the money-optimal order. `is_assumed`: no finished work yet, so `points_per_week` is a stand-in.
    """

    workspace = models.OneToOneField("accounts.Workspace", on_delete=models.CASCADE, related_name="ranking_summary")
    lower_bound = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    frozen_cost = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    pins_cost = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    points_per_week = models.DecimalField(max_digits=12, decimal_places=4)
    is_assumed = models.BooleanField()
    valued_units = models.PositiveIntegerField()
    unvalued_units = models.PositiveIntegerField()
    total_points = models.DecimalField(max_digits=14, decimal_places=2)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ranking summaries"

    def __str__(self) -> str:
        return f"Ranking of {self.workspace_id}"
