"""Writing the demo through the same services as people and imports use."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import User, Workspace
from planner.domain.value.model import ValueModel, parse_model
from planner.domain.vocabulary import EventSource, StateCategory, TaskState, Urgency, ValueKind
from planner.models import Application, Capability, Sprint, State, Story, Team
from planner.services.actor import Actor
from planner.services.applications import create_application
from planner.services.capabilities import create_capability
from planner.services.dependencies import add_dependency
from planner.services.estimates import estimate_value
from planner.services.formula_runs import run_formulas
from planner.services.ingest import ingest_histories
from planner.services.scores import rescore_workspace
from planner.services.states import reorder_states
from planner.services.tasks import create_task
from planner.services.teams import create_team
from planner.services.workspaces import create_workspace, find_or_create_person
from valuestream.demo import sprints as demo_sprints
from valuestream.demo.alerts import add_alerts
from valuestream.demo.boards import add_boards
from valuestream.demo.calendar import FINISHED_SPRINTS, DemoCalendar
from valuestream.demo.content import APPLICATIONS, CAPABILITIES, REVIEWERS, STATES, TEAMS, CapabilityPlan, source
from valuestream.demo.fields import add_fields, fill_fields
from valuestream.demo.future import Stage, add_ideas, add_pins, add_wishes
from valuestream.demo.histories import Scene, write_history
from valuestream.demo.last_hours import act_out
from valuestream.demo.layouts import add_layouts
from valuestream.demo.maps import draw_maps
from valuestream.demo.metrics import add_metrics
from valuestream.demo.simulation import HOURS_A_WEEK, Crew, FlowShop
from valuestream.demo.staffing import staff_teams
from valuestream.demo.stories import BEGUN, StoryPlan, plan_stories
from valuestream.demo.wall import break_down, pull_what_is_near
from valuestream.selectors.maps import get_default_map
from valuestream.services.arranging import StagePlan, arrange_stages
from valuestream.services.forecasts import keep_weekly
from valuestream.services.snapshots import refresh_live

SEED = 20260105
WEEKS = 18
WEEKS_SAID = 10
WISH = "Wish"
BUILDERS = {"Lighthouse": 3, "Breakwater": 3, "Gangway": 4}
STAGES = (
    StagePlan("Refine", ("Idea", "Ready"), staffed=3),
    StagePlan("Build", ("In progress",), staffed=10),
    StagePlan("Review", ("Awaiting review", "In review"), staffed=1),
    StagePlan("Test", ("Ready for test", "Testing"), staffed=2),
    StagePlan("Release", ("Awaiting release",), staffed=1),
    StagePlan("Live", ("Released",)),
    StagePlan("Dropped", ("Cancelled",)),
)
TASKS = (("Agree on examples", 2, 0), ("Build it", 10, 4), ("Test on a phone", 3, 3), ("Tell the call centre", 1, 1))
STORIES_WITH_TASKS = 24


def seed_demo(*, owner: User, estimator: User, now: datetime, scale: int = 1, key: str = "FERRY") -> Workspace:
    """Create the demo workspace: `scale` copies of its stories, flowing through teams as much larger."""
    calendar = DemoCalendar(now=now)
    copies = _play(scale=scale, calendar=calendar)
    seeding = _Seeding(owner=owner, calendar=calendar, key=key)
    for copy, plans in enumerate(copies):
        capabilities = seeding.create_capabilities(copy)
        seeding.write_histories(plans, capabilities, copy)
        seeding.estimate_capabilities(capabilities, estimator)
    seeding.finish([plan for plans in copies for plan in plans], estimator)
    return seeding.workspace


def _play(*, scale: int, calendar: DemoCalendar) -> list[list[StoryPlan]]:
    """Let all copies flow through one shop, as many times larger; returns the plans of each copy."""
    random = Random(SEED)  # noqa: S311 - a demo, not a secret
    copies = [plan_stories(copy=copy, random=random, weeks=WEEKS) for copy in range(scale)]
    crew = Crew(
        builders={team: count * scale for team, count in BUILDERS.items()},
        reviewers=3 * scale,
        reviewers_after=scale,
        testers=2 * scale,
    )
    pieces = [plan.piece for plans in copies for plan in plans]
    FlowShop(pieces=pieces, crew=crew, end=calendar.end, seed=SEED).play()
    return copies


class _Seeding:
    """The demo's rows while they are written, in the order in which they would have come to be."""

    def __init__(self, *, owner: User, calendar: DemoCalendar, key: str) -> None:
        self.calendar = calendar
        self.born = calendar.instant(0) - timedelta(days=7)
        workflow = [(name, StateCategory(category)) for name, category in STATES]
        self.workspace = create_workspace(
            name="Fjordline Ferries", key=key, owner=owner, now=self.born, time_zone="Europe/Oslo", workflow=workflow
        )
        self.actor = Actor.of(user=owner, source=EventSource.UI)
        self.states = list(State.objects.filter(workspace=self.workspace))
        names = sorted({name for members in TEAMS.values() for name in members} | set(REVIEWERS))
        self.people = {name: find_or_create_person(workspace=self.workspace, name=name) for name in names}
        self.teams = {name: self._create_team(name) for name in TEAMS}
        self.applications = {key: self._create_application(key, name) for key, name in APPLICATIONS.items()}
        self.sprints: list[Sprint] = demo_sprints.create_sprints(
            workspace=self.workspace, calendar=calendar, actor=self.actor, now=self.born
        )
        self.story_ids: dict[int, int] = {}

    def _create_team(self, name: str) -> Team:
        people = [self.people[member] for member in TEAMS[name]]
        return create_team(workspace=self.workspace, name=name, people=people, actor=self.actor, now=self.born)

    def _create_application(self, key: str, name: str) -> Application:
        return create_application(workspace=self.workspace, name=name, key=key, actor=self.actor, now=self.born)

    def create_capabilities(self, copy: int) -> list[Capability]:
        """Create one copy of the capabilities, in the order of the demo's content."""
        return [
            create_capability(
                workspace=self.workspace,
                application=self.applications[plan.application],
                title=plan.title if copy == 0 else f"{plan.title} ({copy + 1})",
                description=plan.description,
                actor=self.actor,
                now=self.born,
            )
            for plan in CAPABILITIES
        ]

    def write_histories(self, plans: Sequence[StoryPlan], capabilities: Sequence[Capability], copy: int) -> None:
        """Ingest the played stories of one copy with everything that happened to them."""
        scene = self._scene(capabilities)
        histories = [write_history(plan=plan, scene=scene, copy=copy) for plan in plans]
        result = ingest_histories(
            workspace=self.workspace, histories=histories, actor=self.actor, now=self.calendar.now
        )
        self.story_ids |= dict(zip((plan.piece.index for plan in plans), result.story_ids, strict=True))

    def _scene(self, capabilities: Sequence[Capability]) -> Scene:
        return Scene(
            calendar=self.calendar,
            states=self.states,
            people=self.people,
            sprints=self.sprints,
            team_ids={name: team.pk for name, team in self.teams.items()},
            application_ids={key: application.pk for key, application in self.applications.items()},
            capability_ids={index: capability.pk for index, capability in enumerate(capabilities)},
        )

    def estimate_capabilities(self, capabilities: Sequence[Capability], estimator: User) -> None:
        """Estimate each capability when it was begun; every third one was thought of differently first."""
        for place, index in enumerate(BEGUN):
            plan, capability = CAPABILITIES[index], capabilities[index]
            if not plan.sources:
                continue
            begun = place * (WEEKS - 1) * HOURS_A_WEEK / len(BEGUN) * 0.8
            if place % 3 == 0:
                early = parse_model({"sources": plan.sources[:1], "ramp_weeks": 26})
                reason = "First guess, before anyone had counted."
                self._estimate(capability, early, self.actor, begun - 20, reason)
            actor = Actor.of(user=estimator, source=EventSource.UI)
            reason = "Counted for two weeks with the people who do it."
            self._estimate(capability, _model_of(plan), actor, begun + 12, reason)

    def _estimate(self, capability: Capability, model: ValueModel, actor: Actor, hour: float, reason: str) -> None:
        at = self.calendar.instant(max(hour, 1.0))
        estimate_value(capability=capability, model=model, reason=reason, actor=actor, now=at)

    def finish(self, plans: Sequence[StoryPlan], product_owner: User) -> None:
        """Add what links stories: dependencies, values of their own, tasks; then what is derived."""
        now = self.calendar.now
        stories = Story.objects.in_bulk(list(self.story_ids.values()))
        self._link(plans, stories)
        self._value_loose(plans, stories)
        running = self.sprints[FINISHED_SPRINTS]
        rescore_workspace(workspace_id=self.workspace.pk, now=now)
        known = demo_sprints.list_planned_ids(running)
        pull_what_is_near(workspace=self.workspace, sprint=running, actor=self.actor, now=self.born)
        pulled = demo_sprints.list_planned_ids(running) - known
        self._add_tasks(Story.objects.in_bulk(list(self.story_ids.values())))
        break_down(
            sprint=running,
            teams=self.teams,
            actor=self.actor,
            started_at=demo_sprints.start_of(running, now),
            now=now,
        )
        demo_sprints.tell_past(sprints=self.sprints, pulled=pulled, actor=self.actor, now=now)
        staff_teams(
            workspace=self.workspace,
            teams=self.teams,
            people=self.people,
            sprints=self.sprints,
            actor=self.actor,
            now=self.born,
        )
        self._look_ahead(product_owner)
        add_fields(workspace=self.workspace, actor=self.actor, now=self.born)
        sponsors = tuple(sorted(self.people)[:4])
        fill_fields(workspace=self.workspace, sponsors=sponsors, actor=self.actor, now=self.born)
        act_out(
            workspace=self.workspace,
            product_owner=Actor.of(user=product_owner, source=EventSource.UI),
            owner=self.actor,
            now=now,
        )
        rescore_workspace(workspace_id=self.workspace.pk, now=now)
        run_formulas(workspace_id=self.workspace.pk, now=now)
        add_layouts(workspace=self.workspace, owner=product_owner, now=self.born)
        add_boards(workspace=self.workspace, owner=product_owner, now=self.born)
        arrange_stages(map=get_default_map(workspace=self.workspace), stages=STAGES, left_out=[WISH], now=now)
        draw_maps(workspace=self.workspace, drawn_by=product_owner, now=now)
        add_metrics(map=get_default_map(workspace=self.workspace), now=now)
        refresh_live(map=get_default_map(workspace=self.workspace), now=now)
        add_alerts(map=get_default_map(workspace=self.workspace), watcher=self.actor.user or product_owner, now=now)
        for weeks in range(WEEKS_SAID, 0, -1):
            keep_weekly(workspace=self.workspace, now=now - timedelta(weeks=weeks), is_past=True)
        keep_weekly(workspace=self.workspace, now=now)

    def _look_ahead(self, product_owner: User) -> None:
        """Add what might be built next, and what people wish for."""
        *others, wish = self.states
        reorder_states(workspace=self.workspace, states=[wish, *others], actor=self.actor, now=self.born)
        stage = Stage(self.workspace, self.applications, self.teams, self.actor, self.calendar.now, wish)
        owner = Actor.of(user=product_owner, source=EventSource.UI)
        add_ideas(stage=stage, estimator=owner)
        add_pins(stage=stage, product_owner=owner)
        add_wishes(stage=stage, voters=[product_owner, *(user for user in (self.actor.user,) if user)])

    def _link(self, plans: Sequence[StoryPlan], stories: dict[int, Story]) -> None:
        for plan in plans:
            for need in plan.piece.needs:
                before, after = stories[self.story_ids[need]], stories[self.story_ids[plan.piece.index]]
                add_dependency(predecessor=before, successor=after, actor=self.actor, now=after.state_entered_at)

    def _value_loose(self, plans: Sequence[StoryPlan], stories: dict[int, Story]) -> None:
        for plan in plans:
            if plan.value is None:
                continue
            document = {"sources": [source(ValueKind.DIRECT, value=plan.value)], "horizon_weeks": 52}
            story = stories[self.story_ids[plan.piece.index]]
            estimate_value(
                story=story,
                model=parse_model(document, discount_rate=self.workspace.discount_rate),
                reason="Counted in last month's tickets.",
                actor=self.actor,
                now=story.state_entered_at,
            )

    def _add_tasks(self, stories: dict[int, Story]) -> None:
        working = [story for story in stories.values() if story.category == StateCategory.IN_PROGRESS.value]
        begun = [story for story in working if story.sprint_id != self.sprints[FINISHED_SPRINTS].pk]
        for story in begun[:STORIES_WITH_TASKS]:
            for title, hours, left in TASKS:
                create_task(
                    story=story,
                    title=title,
                    state=(TaskState.TODO if left else TaskState.DONE).value,
                    hours_estimated=Decimal(hours),
                    hours_left=Decimal(left),
                    assignee=story.assignee,
                    actor=self.actor,
                    now=story.state_entered_at,
                )


def _model_of(plan: CapabilityPlan) -> ValueModel:
    document: dict[str, Any] = {"sources": plan.sources, "ramp_weeks": 8, "urgency": plan.urgency.value}
    if plan.urgency is Urgency.SHORT_LIFE:
        document["life_weeks"] = plan.life_weeks
    return parse_model(document)
