"""What several rows are about: one unit of the backlog, a capability or a story in none."""

from django.db import models
from django.db.models import Q


class OfUnit(models.Model):
    """A row about one unit. The key that other modules know a unit by is `unit_id`."""

    capability = models.ForeignKey("planner.Capability", null=True, blank=True, on_delete=models.CASCADE)
    story = models.ForeignKey("planner.Story", null=True, blank=True, on_delete=models.CASCADE)

    class Meta:
        abstract = True

    @property
    def unit_id(self) -> int:
        """The capability's id, or the story's id negated."""
        return self.capability_id if self.capability_id is not None else -(self.story_id or 0)


def of_one_unit(name: str) -> models.CheckConstraint:
    """The constraint that a row is about a capability or about a story, never both or neither."""
    return models.CheckConstraint(
        condition=Q(capability__isnull=True, story__isnull=False) | Q(capability__isnull=False, story__isnull=True),
        name=name,
    )
