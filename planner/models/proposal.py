"""A proposed order: computed by a job, reviewed by people, accepted in whole or in part, replayable."""

from django.conf import settings
from django.db import models

from planner.domain.vocabulary import ProposalState
from planner.models.choices import PROPOSAL_STATES
from planner.models.unit import OfUnit, of_one_unit


class RankProposal(models.Model):
    """One question "which order earns most?" with its answer. Nothing moves until someone accepts.

    `inputs`: the whole instance as compressed JSON, so that the answer can be computed again; `inputs_digest` its
    SHA-256. `order_before`: the story ids in the manual order it was computed from, `applied`: the ranks that
    accepting wrote and those it replaced (both compressed JSON). Money in the workspace's currency.
    """

    workspace = models.ForeignKey("accounts.Workspace", on_delete=models.CASCADE, related_name="rank_proposals")
    job = models.ForeignKey("common.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=9, choices=PROPOSAL_STATES, default=ProposalState.COMPUTING.value)
    error = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    inputs = models.BinaryField(default=bytes)
    inputs_digest = models.CharField(max_length=64, blank=True)
    order_before = models.BinaryField(default=bytes)
    applied = models.BinaryField(default=bytes)
    total_now = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    total_proposed = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    total_accepted = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    lower_bound = models.DecimalField(max_digits=24, decimal_places=2, null=True, blank=True)
    points_per_week = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    result = models.JSONField(default=dict, help_text="Order, groups too close to call, pins with prices, curves.")

    class Meta:
        indexes = [models.Index(fields=["workspace", "-id"], name="proposal_newest")]

    def __str__(self) -> str:
        return f"Proposal {self.pk}"


class ProposalMove(OfUnit):
    """One unit of a proposal that changes its place otherwise than to make room, with its reason and its worth.

    `saving`: what the move saves after those before it (`sequence`), so that savings add up. `chosen`: whether it
    is offered as chosen; too close to call is not. `accepted`: null until the proposal is decided.
    """

    proposal = models.ForeignKey(RankProposal, on_delete=models.CASCADE, related_name="moves")
    sequence = models.PositiveIntegerField()
    place_from = models.PositiveIntegerField()
    place_to = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    saving = models.DecimalField(max_digits=24, decimal_places=2)
    chosen = models.BooleanField(default=True)
    accepted = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "sequence"], name="proposal_move_sequence_once"),
            of_one_unit("proposal_move_of_one_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.place_from} to {self.place_to}"
