"""What people wish for: votes, user feedback, and the relative scores of WSJF and RICE. None of it is money."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from planner.domain.vocabulary import FeedbackState
from planner.models.choices import FEEDBACK_STATES, VOTE_KINDS
from planner.models.unit import OfUnit, of_one_unit

_POSITIVE = [MinValueValidator(0)]


class Vote(OfUnit):
    """One person's vote for a unit, as a sponsor or as a developer. `weight`: 1 to 5."""

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=VOTE_KINDS)
    weight = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            of_one_unit("vote_of_one_unit"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=5), name="vote_weight_in_range"),
            models.UniqueConstraint(
                fields=["capability", "voter", "kind"],
                condition=Q(capability__isnull=False),
                name="vote_once_per_capability",
            ),
            models.UniqueConstraint(
                fields=["story", "voter", "kind"], condition=Q(story__isnull=False), name="vote_once_per_story"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.weight} for {self.unit_id}"


class Feedback(models.Model):
    """What a customer said, waiting to be vetted, linked to a capability, or dismissed with its reason.

    `weight`: how much it counts, 1 for an ordinary customer.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="feedback")
    text = models.TextField(max_length=5000)
    customer = models.CharField(max_length=200, blank=True)
    weight = models.DecimalField(max_digits=7, decimal_places=2, default=1)
    state = models.CharField(max_length=9, choices=FEEDBACK_STATES, default=FeedbackState.WAITING.value)
    capability = models.ForeignKey(
        "planner.Capability", null=True, blank=True, on_delete=models.SET_NULL, related_name="feedback"
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was dismissed.")
    received_on = models.DateField()
    author_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    vetted_by_name = models.CharField(max_length=120, blank=True)
    vetted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=10_000), name="feedback_weight_in_range"),
        ]
        indexes = [models.Index(fields=["workspace", "state", "-id"], name="feedback_inbox")]
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return self.text[:60]


class RelativeScores(OfUnit):
    """Scores of WSJF (relative, 1 to 20) and of RICE for one unit; what is missing keeps that score unknown.

    WSJF = (user value + time criticality + risk reduction) / job size. RICE = reach (people a quarter) x impact
    (0.25 to 3) x confidence (0 to 1) / effort (person-months).
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="relative_scores")
    user_value = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    time_criticality = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    risk_reduction = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    job_size = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    reach = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, validators=_POSITIVE)
    impact = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    effort = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    author_name = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            of_one_unit("relative_scores_of_one_unit"),
            models.UniqueConstraint(
                fields=["capability"], condition=Q(capability__isnull=False), name="relative_scores_once_per_capability"
            ),
            models.UniqueConstraint(
                fields=["story"], condition=Q(story__isnull=False), name="relative_scores_once_per_story"
            ),
            models.CheckConstraint(
                condition=(Q(job_size__isnull=True) | Q(job_size__gt=0)) & (Q(effort__isnull=True) | Q(effort__gt=0)),
                name="relative_scores_sizes_positive",
            ),
        ]
        verbose_name_plural = "relative scores"

    def __str__(self) -> str:
        return f"Scores of {self.unit_id}"
