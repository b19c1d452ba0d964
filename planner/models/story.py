"""A story: the unit of change, ranked in the backlog."""

from django.db import models
from django.db.models import Q

from planner.domain.vocabulary import StoryKind
from planner.models.choices import OPEN_CATEGORIES, STATE_CATEGORIES, STORY_KINDS
from planner.models.valued import Valued


class Story(Valued):
    """A story of a backlog, in a capability or on its own (then it may carry its own value).

    `rank` is the manual order of the whole backlog: only its order means something, the number is
    never shown. `category` repeats the state's, so that the open backlog is one index.
    """

    # db_index=False: a wider index below begins with the same column, and every index costs each move and import.
    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="stories", db_index=False
    )
    backlog = models.ForeignKey("planner.Backlog", on_delete=models.CASCADE, related_name="stories", db_index=False)
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=STORY_KINDS, default=StoryKind.STORY.value)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    acceptance = models.TextField(blank=True, help_text="Done when: one criterion a line; '[x] ' marks one met.")
    application = models.ForeignKey(
        "planner.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="stories"
    )
    capability = models.ForeignKey(
        "planner.Capability",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stories",
        db_index=False,
    )
    required = models.BooleanField(default=True, help_text="The capability earns only when this is done.")
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    state = models.ForeignKey("planner.State", on_delete=models.PROTECT, related_name="stories", db_index=False)
    category = models.CharField(max_length=12, choices=STATE_CATEGORIES)
    rank = models.BigIntegerField()
    team = models.ForeignKey("planner.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="stories")
    sprint = models.ForeignKey(
        "planner.Sprint", null=True, blank=True, on_delete=models.SET_NULL, related_name="stories", db_index=False
    )
    assignee = models.ForeignKey(
        "planner.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="stories"
    )
    blocked = models.BooleanField(default=False)
    blocked_reason = models.CharField(max_length=300, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    last_sequence = models.PositiveIntegerField(default=0, help_text="The sequence of its newest event.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    state_entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="story_key_once"),
            models.UniqueConstraint(fields=["backlog", "rank"], name="story_rank_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=10_000), name="story_points_in_range"
            ),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in StoryKind]), name="story_kind_known"),
            models.CheckConstraint(
                condition=Q(blocked=False) | Q(blocked_at__isnull=False), name="story_blocked_has_instant"
            ),
            models.CheckConstraint(
                condition=Q(cost_of_delay__isnull=True) | Q(capability__isnull=True), name="story_value_only_on_its_own"
            ),
        ]
        indexes = [
            models.Index(fields=["backlog", "rank"], condition=Q(category__in=OPEN_CATEGORIES), name="story_open_rank"),
            models.Index(fields=["capability", "rank"], name="story_by_capability"),
            models.Index(fields=["workspace", "id"], name="story_by_workspace"),
            models.Index(fields=["state", "rank"], name="story_by_state"),
            models.Index(fields=["sprint", "rank"], name="story_by_sprint"),
        ]
        verbose_name_plural = "stories"

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether work on it is still to be done."""
        return self.category in OPEN_CATEGORIES
