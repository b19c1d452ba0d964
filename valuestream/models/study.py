"""Questions about maps too large to answer while somebody waits, and the parts in which workers answer them."""

from django.conf import settings
from django.db import models

from valuestream.models.choices import CLOCKS
from valuestream.models.map import Map


class Study(models.Model):
    """A question about a map that workers answer together; `answer` is that of `/maps/{id}/metrics/`.

    `definition` stands for the map as it was drawn when it was asked: an answer about another drawing is none.
    `log_position` is the newest event the answer knows.
    """

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="studies")
    as_of = models.DateTimeField()
    is_past = models.BooleanField(help_text="Whether a past instant was asked for, not the present.")
    window_days = models.PositiveIntegerField()
    clock = models.CharField(max_length=8, choices=CLOCKS)
    filter_text = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    definition = models.CharField(max_length=64)
    job = models.ForeignKey("common.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    log_position = models.BigIntegerField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["map", "-created_at"], name="study_by_map")]
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return f"{self.map} over {self.window_days} days as of {self.as_of:%Y-%m-%d}"


class StudyPart(models.Model):
    """What one range of stories says: measured by whichever worker claims it, kept until the answer is concluded."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="parts")
    first_story_id = models.BigIntegerField()
    last_story_id = models.BigIntegerField()
    claimed_by = models.ForeignKey("common.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    content = models.BinaryField(null=True, blank=True, help_text="As valuestream.domain.part_packing writes it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "first_story_id"], name="study_part_once")]

    def __str__(self) -> str:
        return f"stories {self.first_story_id} to {self.last_story_id}"
