"""Kanban boards: columns over a field, with limits on the work in progress."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from planner.domain.vocabulary import WipRule
from planner.models.choices import ITEM_KINDS, WIP_RULES


class Board(models.Model):
    """A board of stories, tasks or capabilities. `column_field` and `lane_field` are field keys ("" is no lanes).

    `filter_text` is in the language of panels (docs/reference/filters.md). `card_fields` are field keys in the order
    shown; `colour_field` names the field a card is coloured by. Shared boards are seen by the whole workspace.
    `lane_limits` are numbers by lane value, and `lane_rule` says what going over one does.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="boards")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    item = models.CharField(max_length=10, choices=ITEM_KINDS)
    column_field = models.CharField(max_length=60)
    lane_field = models.CharField(max_length=60, blank=True)
    filter_text = models.TextField(blank=True, max_length=2000)
    card_fields = models.JSONField(default=list, blank=True)
    colour_field = models.CharField(max_length=60, blank=True)
    lane_limits = models.JSONField(default=dict, blank=True, help_text="Most cards in progress by lane value.")
    lane_rule = models.CharField(max_length=6, choices=WIP_RULES, default=WipRule.WARN.value)
    is_shared = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "owner",
                Lower("name"),
                name="board_name_once",
                violation_error_message="You have a board of this name already.",
            )
        ]
        indexes = [models.Index(fields=["workspace", "is_shared"], name="board_shared")]

    def __str__(self) -> str:
        return self.name


class BoardColumn(models.Model):
    """What a board says about one value of its column field; a value without a row is a plain column at the end.

    `value` is the stored value ("" is unknown): a state's, person's or option's id, or a word; what is dropped on the
    column gets it. `also` are values merged into the column, `label` is its name where that is not the value's.
    `wip_limit` None is no limit; `wip_rule` says what going over it does.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="columns")
    value = models.CharField(max_length=60, blank=True)
    also = models.JSONField(default=list, blank=True, help_text="Other values that stand in this column too.")
    label = models.CharField(max_length=80, blank=True)
    position = models.PositiveIntegerField()
    wip_limit = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    wip_rule = models.CharField(max_length=6, choices=WIP_RULES, default=WipRule.WARN.value)
    is_hidden = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["board", "value"], name="board_column_value_once"),
            models.CheckConstraint(
                condition=Q(wip_limit__isnull=True) | Q(wip_limit__gte=1),
                name="board_column_limit_positive",
                violation_error_message="A limit is 1 or more; leave it empty for none.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value or 'none'} on {self.board}"
