"""A value stream map: stages of parallel blocks, and which workflow states, or choices of a field, each block holds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from valuestream.domain.mapped_values import Choice, MappedValue
from valuestream.domain.vocabulary import BlockKind, WaitRule
from valuestream.models.choices import BLOCK_KINDS, WAIT_RULES


class Map(models.Model):
    """A map of a workspace. The default one follows the workflow: one block a state.

    `field`: the choice field of stories whose choices are mapped; None for their workflow state. It stays for good.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="maps")
    name = models.CharField(max_length=120)
    follows_workflow = models.BooleanField(default=False, help_text="Gains a block when the workflow gains a state.")
    is_arranged = models.BooleanField(default=False, help_text="Drawn by people: stages keep their order and names.")
    field = models.ForeignKey("planner.CustomField", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    wait_rule = models.CharField(max_length=20, choices=WAIT_RULES, default=WaitRule.NONE.value)
    filter_text = models.TextField(blank=True, default="", help_text="Only of stories where this holds.")
    version = models.PositiveIntegerField(default=1, help_text="Number of the drawing that holds now.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                name="map_name_once",
                violation_error_message="A map of this name exists already.",
            ),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(follows_workflow=True), name="map_one_follows_workflow"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A stage of a map; `staffed` is the number of people typed for it, `target_days` how long a visit should take.

    A target is in days of the 24x7 clock.
    """

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    staffed = models.PositiveIntegerField(null=True, blank=True)
    target_days = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target_days__isnull=True) | Q(target_days__gt=0), name="stage_target_above_zero"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Block(models.Model):
    """A process block of a stage: work waits in it or is worked on."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="blocks")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=4, choices=BLOCK_KINDS)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in BlockKind]), name="block_kind_known")
        ]

    def __str__(self) -> str:
        return self.name


class ValueMapping(models.Model):
    """One value of the map's field, in one block: a workflow state or a choice. One mapped nowhere is unmapped."""

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="mappings")
    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="mappings")
    state = models.ForeignKey("planner.State", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    option = models.ForeignKey("planner.FieldOption", null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["map", "state"], name="mapping_state_once_per_map"),
            models.UniqueConstraint(fields=["map", "option"], name="mapping_option_once_per_map"),
            models.CheckConstraint(
                condition=Q(state__isnull=False, option__isnull=True) | Q(state__isnull=True, option__isnull=False),
                name="mapping_of_state_or_option",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value.name} in {self.block}"

    @property
    def value_id(self) -> int:
        """The id of the state or the choice, without a query."""
        return self.state_id or self.option_id or 0

    @property
    def value(self) -> MappedValue:
        """The state, or the choice; no query where both were fetched along."""
        if self.state is not None:
            return self.state
        return Choice(self.option_id or 0, str(self.option))


class MapVersion(models.Model):
    """How a map was drawn from an instant on: what is asked about the past is told as it was drawn then.

    `drawing` as `valuestream.domain.drawing` writes it.
    """

    map = models.ForeignKey(Map, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    drawing = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["map", "number"], name="map_version_once")]

    def __str__(self) -> str:
        return f"{self.map} {self.number}"
