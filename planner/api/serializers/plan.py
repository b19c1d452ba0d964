"""Applications, capabilities and their estimates, teams, sprints, people, states, tasks, dependencies."""

from typing import Any

from rest_framework import serializers

from common.api.bodies import Reference, References
from planner.api.serializers.references import (
    ApplicationReference,
    PersonReference,
    StoryReference,
    TeamReference,
)
from planner.models import (
    Application,
    Capability,
    Dependency,
    Estimate,
    Person,
    Sprint,
    SprintEntry,
    State,
    Story,
    Task,
    Team,
)
from planner.models.choices import SPRINT_STATES, STATE_CATEGORIES, TASK_STATES

VERSION = "The one you read: 409 when somebody changed it."
WORKSPACE = "Id or key; may also stand in the query."


class InWorkspace(serializers.Serializer[Any]):
    """What a body that creates something may say about where."""

    workspace = serializers.CharField(required=False, help_text=WORKSPACE)


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """A product. Its key begins the keys of its capabilities and stories."""

    parent = ApplicationReference(read_only=True, allow_null=True)

    class Meta:
        model = Application
        fields = ["id", "workspace", "key", "name", "description", "parent"]
        read_only_fields = fields


class ApplicationChange(serializers.Serializer[Any]):
    """Changes of an application."""

    name = serializers.CharField(required=False, max_length=120)
    key = serializers.CharField(required=False, max_length=20)
    parent = Reference(Application, required=False, allow_null=True)  # type: ignore[assignment]
    description = serializers.CharField(required=False, allow_blank=True)


class NewApplication(ApplicationChange, InWorkspace):
    """An application to be created."""

    name = serializers.CharField(max_length=120)
    key = serializers.CharField(max_length=20)


class CapabilitySerializer(serializers.ModelSerializer[Capability]):
    """The unit that earns. Money figures are null while nobody has estimated it: unvalued is not zero."""

    application = ApplicationReference(read_only=True)

    class Meta:
        model = Capability
        fields = [
            "id",
            "workspace",
            "key",
            "title",
            "description",
            "application",
            "due_date",
            "cost_of_delay",
            "cost_of_delay_low",
            "cost_of_delay_high",
            "business_value",
            "cd3",
            "closure_points",
            "version",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class CapabilityChange(serializers.Serializer[Any]):
    """Changes of a capability."""

    title = serializers.CharField(required=False, max_length=500)
    description = serializers.CharField(required=False, allow_blank=True)
    due_date = serializers.DateField(required=False, allow_null=True)
    application = Reference(Application, required=False)
    version = serializers.IntegerField(required=False, help_text=VERSION)


class NewCapability(CapabilityChange, InWorkspace):
    """A capability to be created."""

    title = serializers.CharField(max_length=500)
    application = Reference(Application)
    version = None  # type: ignore[assignment]


class EstimateSerializer(serializers.ModelSerializer[Estimate]):
    """What somebody thought it is worth, from `occurred_at` on, and the figures this gave."""

    class Meta:
        model = Estimate
        fields = [
            "id",
            "capability",
            "story",
            "model",
            "cost_of_delay",
            "cost_of_delay_low",
            "cost_of_delay_high",
            "business_value",
            "reason",
            "author_name",
            "occurred_at",
            "recorded_at",
        ]
        read_only_fields = fields


class NewEstimate(serializers.Serializer[Any]):
    """A value model and the reason for it. Inputs are one figure or {low, likely, high}; see the example."""

    model = serializers.DictField(
        help_text="sources (kind, inputs, one_off), horizon_weeks, ramp_weeks, discount_rate, urgency, "
        "deadline_week, life_weeks. Kinds and inputs: TIME_SAVINGS (users, uses_per_week, minutes_saved, "
        "hourly_cost, adoption), NEW_REVENUE (sales_per_week, price, margin), PROTECTED_REVENUE "
        "(revenue_at_risk, share_saved, margin), AVOIDED_COST (cost), DIRECT (value)."
    )
    reason = serializers.CharField(max_length=500)


class PersonSerializer(serializers.ModelSerializer[Person]):
    """Someone stories and tasks are assigned to; `user` is null for a name an import brought."""

    class Meta:
        model = Person
        fields = ["id", "workspace", "name", "email", "user", "skills", "holiday_country"]
        read_only_fields = fields


class NewPerson(InWorkspace):
    """A person to be found by e-mail address or name, or added."""

    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True)


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A team. Without a cost per point of its own the workspace's counts."""

    people = PersonReference(many=True, read_only=True)

    class Meta:
        model = Team
        fields = ["id", "workspace", "name", "cost_per_point", "focus_factor", "sprint_days", "people"]
        read_only_fields = fields


class TeamChange(serializers.Serializer[Any]):
    """Changes of a team."""

    name = serializers.CharField(required=False, max_length=80)
    cost_per_point = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, min_value=0
    )
    people = References(Person, required=False)
    focus_factor = serializers.DecimalField(
        max_digits=3, decimal_places=2, required=False, help_text="The share of the hours that goes into planned work."
    )
    sprint_days = serializers.IntegerField(required=False, min_value=1, max_value=91)


class NewTeam(TeamChange, InWorkspace):
    """A team to be created."""

    name = serializers.CharField(max_length=80)
    focus_factor = None  # type: ignore[assignment]
    sprint_days = None  # type: ignore[assignment]


class SprintSerializer(serializers.ModelSerializer[Sprint]):
    """A sprint of a team, or of the whole workspace. Dates are days, the last one included."""

    team = TeamReference(read_only=True, allow_null=True)

    class Meta:
        model = Sprint
        fields = [
            "id",
            "workspace",
            "team",
            "name",
            "goal",
            "state",
            "start_date",
            "end_date",
            "initial_planned_points",
            "initial_planned_hours",
            "started_at",
            "completed_at",
            "version",
            "created_at",
        ]
        read_only_fields = fields


class SprintEntrySerializer(serializers.ModelSerializer[SprintEntry]):
    """One story's part in a sprint: committed or added later, and what became of it once the sprint was over."""

    class Meta:
        model = SprintEntry
        fields = [
            "story",
            "key",
            "title",
            "is_committed",
            "points_at_start",
            "hours_at_start",
            "value_at_start",
            "outcome",
            "points_left",
            "hours_left",
            "moved_to",
        ]
        read_only_fields = fields


class SprintChange(serializers.Serializer[Any]):
    """Changes of a sprint; `state` only between DRAFT and PLANNED, start and complete have calls of their own."""

    name = serializers.CharField(required=False, max_length=120)
    goal = serializers.CharField(required=False, allow_blank=True, max_length=500)
    team = Reference(Team, required=False, allow_null=True)
    state = serializers.ChoiceField(choices=SPRINT_STATES, required=False)
    start_date = serializers.DateField(required=False, allow_null=True)
    end_date = serializers.DateField(required=False, allow_null=True)
    version = serializers.IntegerField(required=False, help_text="The one you read: 409 when somebody changed it.")


class NewSprint(SprintChange, InWorkspace):
    """A sprint to be drafted."""

    name = serializers.CharField(max_length=120)
    state = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]


class SprintCompletion(serializers.Serializer[Any]):
    """Where the open stories go: into another sprint, or (null) back to the backlog."""

    move_open_to = Reference(Sprint, required=False, allow_null=True)
    outcomes = serializers.DictField(
        child=serializers.IntegerField(allow_null=True),
        required=False,
        help_text="For single stories, by id: the sprint they move on to, or null for the backlog.",
    )
    version = serializers.IntegerField(required=False, help_text=VERSION)


class StateSerializer(serializers.ModelSerializer[State]):
    """A workflow state, with the category plans are made by."""

    class Meta:
        model = State
        fields = ["id", "workspace", "name", "category", "position"]
        read_only_fields = fields


class StateChange(serializers.Serializer[Any]):
    """Changes of a state."""

    name = serializers.CharField(required=False, max_length=80)
    category = serializers.ChoiceField(choices=STATE_CATEGORIES, required=False)


class NewState(InWorkspace):
    """A state to be added, at a position from 1 or at the end."""

    name = serializers.CharField(max_length=80)
    category = serializers.ChoiceField(choices=STATE_CATEGORIES)
    position = serializers.IntegerField(required=False, min_value=1)


class StateOrder(InWorkspace):
    """Every state of the workspace, each once, in the new order."""

    states = References(State)


class StateRemoval(serializers.Serializer[Any]):
    """Where the stories of a deleted state go."""

    move_to = Reference(State, required=False, allow_null=True)


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A piece of a story, in hours."""

    story = StoryReference(read_only=True)
    assignee = PersonReference(read_only=True, allow_null=True)

    class Meta:
        model = Task
        fields = [
            "id",
            "story",
            "title",
            "state",
            "hours_estimated",
            "hours_left",
            "assignee",
            "position",
            "blocked",
            "blocked_reason",
            "blocked_at",
            "state_entered_at",
            "version",
            "created_at",
        ]
        read_only_fields = fields


class TaskChange(serializers.Serializer[Any]):
    """Changes of a task. A task that is done has no hours left."""

    title = serializers.CharField(required=False, max_length=300)
    state = serializers.ChoiceField(choices=TASK_STATES, required=False)
    hours_estimated = serializers.DecimalField(
        max_digits=7, decimal_places=2, required=False, allow_null=True, min_value=0
    )
    hours_left = serializers.DecimalField(max_digits=7, decimal_places=2, required=False, allow_null=True, min_value=0)
    assignee = Reference(Person, required=False, allow_null=True)
    version = serializers.IntegerField(required=False, help_text=VERSION)


class NewTask(TaskChange, InWorkspace):
    """A task to be added to a story."""

    story = Reference(Story)
    title = serializers.CharField(max_length=300)
    version = None  # type: ignore[assignment]


class DependencySerializer(serializers.ModelSerializer[Dependency]):
    """The successor can't start before the predecessor is done."""

    predecessor = StoryReference(read_only=True)
    successor = StoryReference(read_only=True)

    class Meta:
        model = Dependency
        fields = ["id", "workspace", "predecessor", "successor", "created_at"]
        read_only_fields = fields


class NewDependency(InWorkspace):
    """Two stories of one workspace."""

    predecessor = Reference(Story)
    successor = Reference(Story)


class EnablerSerializer(serializers.Serializer[Any]):
    """A story other units wait for. Money in the workspace's currency."""

    story = StoryReference(read_only=True)
    points = serializers.DecimalField(max_digits=9, decimal_places=2, read_only=True)
    waiting = serializers.DecimalField(max_digits=24, decimal_places=2, read_only=True, help_text="A week.")
    worth = serializers.DecimalField(max_digits=24, decimal_places=2, read_only=True)
