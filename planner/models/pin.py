"""A pin: a unit that people hold in its place, with a reason and an end."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from planner.models.choices import PIN_KINDS
from planner.models.unit import OfUnit, of_one_unit


class Pin(OfUnit):
    """Holds a unit at a place among the valued units (1 is the top), or before or after another unit.

    It counts until `expires_on` (that day included) or until it is lifted. `price`: what it adds to the total
    cost of delay, as last computed; null while that is not known.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="pins")
    kind = models.CharField(max_length=6, choices=PIN_KINDS)
    place = models.PositiveIntegerField(null=True, blank=True)
    other_capability = models.ForeignKey(
        "planner.Capability", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    other_story = models.ForeignKey("planner.Story", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    expires_on = models.DateField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by_name = models.CharField(max_length=120, blank=True)
    price = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            of_one_unit("pin_of_one_unit"),
            models.CheckConstraint(
                condition=Q(kind="PLACE", place__gte=1, other_capability__isnull=True, other_story__isnull=True)
                | (
                    Q(kind__in=["BEFORE", "AFTER"], place__isnull=True)
                    & (
                        Q(other_capability__isnull=False, other_story__isnull=True)
                        | Q(other_capability__isnull=True, other_story__isnull=False)
                    )
                ),
                name="pin_says_where",
            ),
            models.UniqueConstraint(
                fields=["capability"],
                condition=Q(lifted_at__isnull=True, capability__isnull=False, kind="PLACE"),
                name="pin_one_place_per_capability",
            ),
            models.UniqueConstraint(
                fields=["story"],
                condition=Q(lifted_at__isnull=True, story__isnull=False, kind="PLACE"),
                name="pin_one_place_per_story",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "expires_on"], condition=Q(lifted_at=None), name="pin_live")]

    def __str__(self) -> str:
        return f"Pin of unit {self.unit_id}"

    @property
    def other_unit_id(self) -> int | None:
        """The unit it must stand before or after; None for a pin at a place."""
        if self.other_capability_id is not None:
            return self.other_capability_id
        return -self.other_story_id if self.other_story_id is not None else None
