"""Sprint plans as the API tells and reads them."""

from typing import Any

from rest_framework import serializers

from planner.api.serializers.plan import InWorkspace
from planner.models import SprintPlan
from planner.models.choices import PLAN_STATES
from planner.selectors.plan_answers import PlanAnswer

UNIT = "The capability's id, or the id of a story in none, negated."
PLACE = "Place in `sprints`, from 0; null: in none of them."
LEVELS = [("p50", "Half of such sprints reach it"), ("p15", "85 of 100 such sprints reach it")]


def _money(source: str = "", **options: Any) -> Any:
    named: dict[str, Any] = {"source": source} if source else {}
    return serializers.DecimalField(max_digits=20, decimal_places=2, read_only=True, **named, **options)


class SprintPlanSerializer(serializers.ModelSerializer[SprintPlan]):
    """A sprint plan, in short. Money until the end of its horizon."""

    class Meta:
        model = SprintPlan
        fields = [
            *("id", "workspace", "number", "state", "problem", "value", "bound", "asked_by_name", "created_at"),
            *("computed_at", "applied_at", "applied_by_name"),
        ]
        read_only_fields = fields


class TeamLoadSerializer(serializers.Serializer[Any]):
    """A team in a sprint of a plan; `sprint_id` is null where it has none there."""

    team = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    sprint_id = serializers.IntegerField(read_only=True, allow_null=True)
    planned_points = _money()
    capacity_points = _money(help_text="What the plan counts with, by `level`.")
    capacity_points_p15 = _money()
    capacity_hours = _money(allow_null=True)


class PlannedSprintSerializer(serializers.Serializer[Any]):
    """One sprint of a plan. A running one comes first and takes nothing more."""

    place = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)
    first_day = serializers.DateField(read_only=True)
    last_day = serializers.DateField(read_only=True)
    is_running = serializers.BooleanField(read_only=True)
    value = _money(help_text="What the capabilities that finish in it earn until the end of the horizon.")
    teams = TeamLoadSerializer(many=True, read_only=True)


class PlacedStorySerializer(serializers.Serializer[Any]):
    """Where a story is in a plan, and where people have it."""

    story = serializers.IntegerField(read_only=True)
    sprint = serializers.IntegerField(read_only=True, allow_null=True, help_text=PLACE)
    sprint_id = serializers.IntegerField(read_only=True, allow_null=True)
    was = serializers.IntegerField(read_only=True, allow_null=True, help_text=PLACE)
    is_edited = serializers.BooleanField(read_only=True, help_text="Moved by people since it was computed.")


class FinishSerializer(serializers.Serializer[Any]):
    """A unit of the backlog and the sprint that finishes it."""

    unit = serializers.IntegerField(read_only=True, help_text=UNIT)
    sprint = serializers.IntegerField(read_only=True, allow_null=True, help_text=PLACE)
    earned = _money()


class NotFinishedSerializer(serializers.Serializer[Any]):
    """A unit that the plan doesn't finish, why, and what would help: "split", "team" or "open" the story."""

    unit = serializers.IntegerField(read_only=True, help_text=UNIT)
    cost_of_delay = serializers.FloatField(source="cost", read_only=True, allow_null=True, help_text="Money a week.")
    why = serializers.CharField(read_only=True)
    fix = serializers.CharField(read_only=True, allow_blank=True)
    story = serializers.IntegerField(read_only=True, allow_null=True)


class ComparedSerializer(serializers.Serializer[Any]):
    """What another placement comes to: money, and how many units it finishes."""

    value = _money()
    finished = serializers.IntegerField(read_only=True)


class SprintPlanDetailSerializer(serializers.Serializer[PlanAnswer]):
    """A sprint plan with its placement and certificate. Money in the workspace's currency, until `earns_until`."""

    id = serializers.IntegerField(source="plan.pk", read_only=True)
    workspace = serializers.IntegerField(source="plan.workspace_id", read_only=True)
    number = serializers.IntegerField(source="plan.number", read_only=True)
    state = serializers.ChoiceField(source="plan.state", choices=PLAN_STATES, read_only=True)
    problem = serializers.CharField(source="plan.problem", read_only=True)
    job = serializers.IntegerField(source="plan.question.job", default=None, read_only=True, allow_null=True)
    improves = serializers.IntegerField(
        source="question.parent", read_only=True, allow_null=True, help_text="The plan that it goes on from."
    )
    asked_by_name = serializers.CharField(source="plan.asked_by_name", read_only=True)
    created_at = serializers.DateTimeField(source="plan.created_at", read_only=True)
    computed_at = serializers.DateTimeField(source="plan.computed_at", read_only=True, allow_null=True)
    applied_at = serializers.DateTimeField(source="plan.applied_at", read_only=True, allow_null=True)
    applied_by_name = serializers.CharField(source="plan.applied_by_name", read_only=True)
    level = serializers.ChoiceField(source="question.level", choices=LEVELS, read_only=True)
    keep = serializers.BooleanField(source="question.is_kept", read_only=True)
    earns_until = serializers.DateField(source="question.ends", read_only=True)
    value = _money(allow_null=True, help_text="With what people changed in it.")
    bound = _money("plan.bound", allow_null=True, help_text="No plan of this question can earn more.")
    at_least = serializers.FloatField(
        read_only=True, allow_null=True, help_text="Share of the best possible that it reaches for sure, 0 to 1."
    )
    sprints = PlannedSprintSerializer(many=True, read_only=True)
    placement = PlacedStorySerializer(many=True, read_only=True)
    capabilities = FinishSerializer(many=True, read_only=True)
    not_finished = NotFinishedSerializer(many=True, read_only=True)
    violations = serializers.ListField(child=serializers.CharField(), read_only=True)
    moves = serializers.IntegerField(read_only=True, help_text="Stories that taking it over would move.")
    planned_now = ComparedSerializer(read_only=True, allow_null=True)
    time_available = ComparedSerializer(read_only=True, allow_null=True)
    stories_left_out = serializers.IntegerField(source="question.left_out", read_only=True)


class NewSprintPlan(InWorkspace):
    """What to plan: all teams and their next four sprints, if nothing is said."""

    teams = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Ids; all without it.")
    sprints = serializers.IntegerField(
        min_value=1, max_value=12, required=False, help_text="How many sprints ahead; 4 without it."
    )
    horizon = serializers.IntegerField(
        min_value=1, max_value=12, required=False, help_text="Another word for `sprints`; send one of them."
    )
    level = serializers.ChoiceField(choices=LEVELS, required=False)
    keep = serializers.BooleanField(required=False, help_text="What people put into these sprints stays there.")


class StoryInPlan(serializers.Serializer[Any]):
    """A story, and the sprint of the plan to hold it in."""

    story = serializers.IntegerField()
    sprint = serializers.IntegerField(min_value=0, allow_null=True, help_text=PLACE)


class PricedStory(StoryInPlan, InWorkspace):
    """A story of a plan, and the sprint to try it in."""

    plan = serializers.IntegerField()


class PlanChoice(serializers.Serializer[Any]):
    """The stories to move; all that the plan moves without `stories`."""

    stories = serializers.ListField(child=serializers.IntegerField(), required=False)


class FinishChangeSerializer(serializers.Serializer[Any]):
    """A unit that would finish in another sprint."""

    unit = serializers.IntegerField(read_only=True, help_text=UNIT)
    before = serializers.IntegerField(read_only=True, allow_null=True, help_text=PLACE)
    after = serializers.IntegerField(read_only=True, allow_null=True, help_text=PLACE)


class PlanPriceSerializer(serializers.Serializer[Any]):
    """What holding one story elsewhere would do; `difference` is below 0 where it costs."""

    value_before = _money()
    value_after = _money()
    difference = _money()
    violations = serializers.ListField(child=serializers.CharField(), read_only=True)
    changes = FinishChangeSerializer(many=True, read_only=True)


class ChoicePriceSerializer(serializers.Serializer[Any]):
    """What taking over some of a plan's moves would earn, until the end of its horizon."""

    chosen = serializers.IntegerField(read_only=True, help_text="Moves priced.")
    offered = serializers.IntegerField(read_only=True, help_text="Moves of the plan.")
    value = _money(help_text="With the chosen moves made.")
    difference = _money(help_text="Against what people have planned now; below 0 where it costs.")
    whole = _money(help_text="The difference that all of the plan's moves would make.")
    violations = serializers.ListField(
        source="broken",
        child=serializers.CharField(),
        read_only=True,
        help_text="Rules that the choice breaks and what is planned now doesn't, the first three.",
    )
    more_violations = serializers.IntegerField(source="more_broken", read_only=True)


class PlaceTriedSerializer(serializers.Serializer[Any]):
    """What one place would do for a story; `difference` is null where it can't be there, and `violations` says why."""

    sprint = serializers.IntegerField(read_only=True, allow_null=True, help_text=PLACE)
    difference = _money(allow_null=True)
    violations = serializers.ListField(child=serializers.CharField(), read_only=True)
    is_refused = serializers.BooleanField(read_only=True)


class PlanPricesSerializer(serializers.Serializer[Any]):
    """The price of each place of one story."""

    prices = PlaceTriedSerializer(many=True, read_only=True)
