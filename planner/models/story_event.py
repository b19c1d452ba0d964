"""The event log: everything that ever happened to a story. Facts are appended, never changed."""

from django.conf import settings
from django.db import models

from planner.models.choices import EVENT_SOURCES


class StoryEvent(models.Model):
    """One change of one field. Order is (occurred_at, sequence); a correction is a new event.

    `field` is a field of the story ("state", "points", "capability"...) or "created", "task",
    "dependency", "comment". `from_value`/`to_value` are what people read; `from_id`/`to_id` name
    the object where the field is a reference (a state's id above all). "created" names the first state in
    `to_value` and `to_id`; "blocked" holds the reason (or "blocked") while it is, and is empty once it is not.
    """

    # db_index=False: a wider index below begins with the same column, and every index costs each import.
    # db_constraint=False: the story's key is enough (docs/adr/0006).
    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    story = models.ForeignKey("planner.Story", on_delete=models.CASCADE, related_name="events", db_index=False)
    sequence = models.PositiveIntegerField()
    field = models.CharField(max_length=20)
    from_value = models.CharField(max_length=500, blank=True)
    to_value = models.CharField(max_length=500, blank=True)
    from_id = models.BigIntegerField(null=True, blank=True)
    to_id = models.BigIntegerField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=8, choices=EVENT_SOURCES)
    source_ref = models.CharField(max_length=120, blank=True, help_text="The tracker's own id of the change.")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    field_name = ""  # of a custom field ("cf:12"), where somebody looked it up (planner.selectors.event_fields)

    class Meta:
        ordering = ["occurred_at", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["story", "sequence"], name="story_event_sequence_once"),
            models.UniqueConstraint(
                fields=["story", "source_ref"],
                condition=~models.Q(source_ref=""),
                name="story_event_source_ref_once",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "field", "occurred_at"], name="story_event_by_field"),
            models.Index(fields=["workspace", "id"], name="story_event_by_workspace"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.from_value} -> {self.to_value}"
