"""Proposing an order: what is computed, accepted in whole or in part, taken back, and refused when it went stale."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Workspace
from common.errors import Conflict, InvalidInput
from common.jobs.models import Job, JobState
from common.jobs.services import cancel_job, sweep
from common.jobs.testing import run_queued_jobs
from common.live.models import Change
from planner.domain.vocabulary import Lens
from planner.models import Capability, LensOrder, Pin, RankProposal, Story, StoryEvent
from planner.selectors.pins import today_of
from planner.selectors.proposals import proposal_page
from planner.services import proposals
from planner.services.actor import Actor
from planner.services.applying import accept_proposal
from planner.services.deciding import discard_proposal
from planner.services.dependencies import add_dependency
from planner.services.failing import fail_forgotten, fail_with_job
from planner.services.lens_orders import refresh_lenses
from planner.services.pins import pin_unit
from planner.services.proposals import (
    compute_proposal,
    price_choice,
    replay_proposal,
    request_proposal,
    start_proposal,
)
from planner.services.ranking import move_story
from planner.services.stories import delete_story, transition_story, update_story
from planner.services.undoing import undo_proposal
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    state_named,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("PRO")


@pytest.fixture
def actor(workspace: Workspace) -> Actor:
    return actor_of(workspace)


class Example:
    """The first worked example: a chain A, B and a free C, which stands on top. Points 1, values 1, 20 and 5."""

    def __init__(self, workspace: Workspace, actor: Actor) -> None:
        self.workspace, self.actor = workspace, actor
        self.capability = {name: make_capability(workspace, title=name) for name in "CAB"}
        self.story = {
            name: make_story(workspace, name, points=Decimal(1), capability=capability)
            for name, capability in self.capability.items()
        }
        for name, value in {"A": 1, "B": 20, "C": 5}.items():
            give_value(self.capability[name], value)
        add_dependency(predecessor=self.story["A"], successor=self.story["B"], actor=actor, now=NOW)

    def propose(self) -> RankProposal:
        proposal = start_proposal(workspace=self.workspace, actor=self.actor, now=NOW)
        return compute_proposal(proposal_id=proposal.pk, now=NOW)

    def accept(self, proposal: RankProposal, *names: str) -> RankProposal:
        ids = [self.capability[name].pk for name in names] or None
        return accept_proposal(proposal=proposal, unit_ids=ids, actor=self.actor, now=LATER)

    def order(self) -> str:
        titles = Story.objects.filter(workspace=self.workspace).order_by("rank").values_list("title", flat=True)
        return "".join(titles)


@pytest.fixture
def example(workspace: Workspace, actor: Actor) -> Example:
    return Example(workspace, actor)


def weeks(points_cost: int) -> Decimal:
    """Money of the example's cost at the assumed pace of 20 points a week."""
    return Decimal(points_cost) / 20


def manual_cost(workspace: Workspace) -> Decimal | None:
    refresh_lenses(workspace_id=workspace.pk, now=LATER, lenses=[Lens.MANUAL])
    return LensOrder.objects.get(workspace=workspace, lens=Lens.MANUAL.value).total_delay_cost


def ranks(workspace: Workspace) -> dict[int, int]:
    return dict(Story.objects.filter(workspace=workspace).values_list("pk", "rank"))


def test_the_worked_example_is_proposed_as_one_move(example: Example) -> None:
    proposal = example.propose()
    assert proposal.state == "READY"
    assert (proposal.total_now, proposal.total_proposed) == (weeks(67), weeks(56))
    assert proposal.lower_bound == weeks(56)
    [move] = proposal.moves.all()
    assert (move.capability, move.place_from, move.place_to) == (example.capability["C"], 1, 3)
    assert (move.saving, move.chosen, move.accepted) == (weeks(11), True, None)
    assert "week per point" in move.reason


def test_the_present_total_is_what_the_manual_order_costs(example: Example) -> None:
    assert example.propose().total_now == manual_cost(example.workspace)


def test_accepting_all_writes_one_rank_and_keeps_the_promise(example: Example) -> None:
    before = ranks(example.workspace)
    accepted = example.accept(example.propose())
    assert example.order() == "ABC"
    assert accepted.state == "ACCEPTED"
    assert accepted.total_accepted == weeks(56) == manual_cost(example.workspace)
    after = ranks(example.workspace)
    assert {pk for pk in after if after[pk] != before[pk]} == {example.story["C"].pk}
    event = StoryEvent.objects.get(field="rank")
    assert (event.story_id, event.from_value, event.to_value) == (example.story["C"].pk, "1", "3")
    assert event.actor_name == example.actor.name
    assert [move.accepted for move in accepted.moves.all()] == [True]


def test_a_choice_is_priced_as_an_order_and_not_by_adding(workspace: Workspace, actor: Actor) -> None:
    units = [make_story(workspace, f"S{value}", points=Decimal(1)) for value in (1, 2, 3, 4)]
    for value, story in enumerate(units, 1):
        give_value(story, value)
    proposal = compute_proposal(proposal_id=start_proposal(workspace=workspace, actor=actor, now=NOW).pk, now=NOW)
    moves = list(proposal.moves.order_by("sequence"))
    assert len(moves) == 3
    chosen = [move.unit_id for move in moves[:2]]
    price = price_choice(proposal=proposal, unit_ids=chosen)
    assert price_choice(proposal=proposal, unit_ids=[]) == proposal.total_now
    assert price_choice(proposal=proposal, unit_ids=[move.unit_id for move in moves]) == proposal.total_proposed
    accepted = accept_proposal(proposal=proposal, unit_ids=chosen, actor=actor, now=LATER)
    assert accepted.total_accepted == price == manual_cost(workspace)
    assert [move.accepted for move in accepted.moves.order_by("sequence")] == [True, True, False]


def test_accepting_nothing_is_refused(example: Example) -> None:
    proposal = example.propose()
    with pytest.raises(InvalidInput, match="at least one move"):
        accept_proposal(proposal=proposal, unit_ids=[], actor=example.actor, now=LATER)


def test_a_unit_that_is_no_move_is_refused(example: Example) -> None:
    proposal = example.propose()
    with pytest.raises(InvalidInput, match="no move"):
        example.accept(proposal, "A")
    assert example.order() == "CAB"


def test_a_proposal_is_decided_once(example: Example) -> None:
    proposal = example.propose()
    example.accept(proposal)
    with pytest.raises(Conflict, match="accepted already"):
        example.accept(proposal)


def test_undo_gives_back_the_ranks(example: Example) -> None:
    before = ranks(example.workspace)
    proposal = example.accept(example.propose())
    undone = undo_proposal(proposal=proposal, actor=example.actor, now=LATER)
    assert (undone.state, example.order()) == ("UNDONE", "CAB")
    assert ranks(example.workspace) == before
    assert StoryEvent.objects.filter(field="rank").count() == 2


def test_undo_goes_by_neighbours_when_others_came_between(example: Example) -> None:
    proposal = example.accept(example.propose())
    new = make_story(example.workspace, "N")
    move_story(story=new, to="top", actor=example.actor, now=LATER)
    undo_proposal(proposal=proposal, actor=example.actor, now=LATER)
    assert example.order() in {"CNAB", "NCAB"}


def test_undo_refuses_a_story_that_was_moved_again_and_names_it(example: Example) -> None:
    proposal = example.accept(example.propose())
    story = example.story["C"]
    move_story(story=story, after=example.story["A"], actor=example.actor, now=LATER)
    with pytest.raises(Conflict, match=f"moved {story.key} since"):
        undo_proposal(proposal=proposal, actor=example.actor, now=LATER)
    assert example.order() == "ACB"


def test_undo_leaves_out_what_was_deleted(example: Example) -> None:
    proposal = example.accept(example.propose())
    delete_story(story=example.story["C"], actor=example.actor, now=LATER)
    undo_proposal(proposal=proposal, actor=example.actor, now=LATER)
    assert example.order() == "AB"


def test_what_was_never_accepted_has_nothing_to_take_back(example: Example) -> None:
    with pytest.raises(Conflict, match="nothing to take back"):
        undo_proposal(proposal=example.propose(), actor=example.actor, now=LATER)


def test_a_discarded_proposal_is_not_accepted(example: Example) -> None:
    proposal = discard_proposal(proposal=example.propose(), actor=example.actor, now=LATER)
    with pytest.raises(Conflict, match="discarded already"):
        example.accept(proposal)
    assert example.order() == "CAB"


def test_unrelated_moves_and_new_stories_are_kept(example: Example) -> None:
    loose = make_stories(example.workspace, 3)
    proposal = example.propose()
    move_story(story=loose[2], to="top", actor=example.actor, now=LATER)
    other = make_story(example.workspace, "V", points=Decimal(2))
    give_value(other, 1)
    accepted = example.accept(proposal)
    assert example.order().replace("Story ", "") == "3AB12CV"
    assert accepted.total_accepted == manual_cost(example.workspace)


def test_others_order_is_kept_when_they_moved_what_is_not_chosen(workspace: Workspace, actor: Actor) -> None:
    stories = {value: make_story(workspace, str(value), points=Decimal(1)) for value in (1, 5, 4, 3, 9)}
    for value, story in stories.items():
        give_value(story, value)
    proposal = compute_proposal(proposal_id=start_proposal(workspace=workspace, actor=actor, now=NOW).pk, now=NOW)
    move_story(story=stories[3], before=stories[5], actor=actor, now=LATER)
    accept_proposal(proposal=proposal, unit_ids=[-stories[9].pk], actor=actor, now=LATER)
    titles = Story.objects.filter(workspace=workspace).order_by("rank").values_list("title", flat=True)
    assert "".join(titles).replace("9", "") == "1354"
    assert "".join(titles).startswith("9")


def finish(example: Example) -> None:
    state = state_named(example.workspace, "Done")
    transition_story(story=example.story["C"], state=state, actor=example.actor, now=LATER)


def revalue(example: Example) -> None:
    give_value(example.capability["C"], 6, now=LATER)


def resize(example: Example) -> None:
    update_story(story=example.story["C"], changes={"points": Decimal(3)}, actor=example.actor, now=LATER)


def remove(example: Example) -> None:
    delete_story(story=example.story["C"], actor=example.actor, now=LATER)


def need(example: Example) -> None:
    add_dependency(predecessor=example.story["A"], successor=example.story["C"], actor=example.actor, now=LATER)


def hold(example: Example) -> None:
    day = today_of(workspace=example.workspace, now=LATER) + timedelta(days=30)
    pin_unit(
        workspace=example.workspace,
        unit=example.capability["C"],
        kind="PLACE",
        place=1,
        reason="Promised",
        expires_on=day,
        actor=example.actor,
        now=LATER,
    )


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (finish, "no open required story"),
        (remove, "no open required story"),
        (revalue, "valued .* anew"),
        (resize, "1 points then, 3 now"),
        (need, "1 points then, 2 now"),
        (hold, r"pin of .* forbids it \(Promised"),
    ],
)
def test_a_chosen_move_that_went_stale_refuses_the_whole(example: Example, happened: Any, told: str) -> None:
    proposal = example.propose()
    happened(example)
    before = ranks(example.workspace)
    with pytest.raises(Conflict, match=told) as refused:
        example.accept(proposal)
    assert refused.value.code == "stale"
    assert example.capability["C"].key in refused.value.message
    assert ranks(example.workspace) == before
    proposal.refresh_from_db()
    assert (proposal.state, bytes(proposal.applied)) == ("READY", b"")


def test_the_job_computes_what_was_asked_for(example: Example) -> None:
    proposal = request_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    assert proposal.state == "COMPUTING"
    jobs = {job.pk: job for job in run_queued_jobs()}
    proposal.refresh_from_db()
    assert jobs[proposal.job_id].state == JobState.DONE  # type: ignore[index]
    assert (proposal.state, proposal.total_proposed) == ("READY", proposal.lower_bound)


def test_an_answer_is_kept_when_its_job_runs_again(example: Example) -> None:
    proposal = example.propose()
    again = compute_proposal(proposal_id=proposal.pk, now=LATER)
    assert again.computed_at == NOW
    assert again.moves.count() == 1


def test_a_proposal_can_be_replayed_from_what_was_stored(example: Example) -> None:
    proposal = example.propose()
    example.accept(proposal)
    proposal.refresh_from_db()
    assert replay_proposal(proposal=proposal)
    proposal.total_proposed = Decimal(1)
    assert not replay_proposal(proposal=proposal)


def test_nothing_to_do_when_the_order_is_the_best(example: Example) -> None:
    example.accept(example.propose())
    proposal = example.propose()
    page = proposal_page(proposal=proposal, today=NOW.date())
    assert page.is_best
    assert not page.moves
    assert page.saving == 0
    with pytest.raises(InvalidInput, match="at least one move"):
        example.accept(proposal)


def test_an_empty_workspace_gets_an_empty_proposal(workspace: Workspace, actor: Actor) -> None:
    proposal = compute_proposal(proposal_id=start_proposal(workspace=workspace, actor=actor, now=NOW).pk, now=NOW)
    page = proposal_page(proposal=proposal, today=NOW.date())
    assert proposal.state == "READY"
    assert proposal.total_now == 0
    assert not page.order
    assert replay_proposal(proposal=proposal)


def test_unvalued_units_are_listed_and_stay_where_they_are(example: Example) -> None:
    unvalued = make_story(example.workspace, "U")
    move_story(story=unvalued, after=example.story["C"], actor=example.actor, now=NOW)
    proposal = example.propose()
    page = proposal_page(proposal=proposal, today=NOW.date())
    assert [(line.unit.key, line.why) for line in page.left_out] == [(unvalued.key, "unvalued")]
    assert page.unvalued_units == 1
    example.accept(proposal)
    assert example.order() == "UABC"


def test_contradictory_pins_fail_with_the_pair_named(example: Example, actor: Actor) -> None:
    a, c = example.capability["A"], example.capability["C"]
    day = NOW.date() + timedelta(days=9)
    same: dict[str, Any] = {"workspace": example.workspace, "reason": "x", "expires_on": day, "created_at": NOW}
    Pin.objects.create(capability=a, kind="BEFORE", other_capability=c, **same)
    Pin.objects.create(capability=c, kind="BEFORE", other_capability=a, **same)
    proposal = example.propose()
    assert proposal.state == "FAILED"
    assert a.key in proposal.error
    assert c.key in proposal.error


def test_the_page_reads_a_fixed_number_of_queries(example: Example, django_assert_max_num_queries: Any) -> None:
    proposal = example.propose()
    with django_assert_max_num_queries(6):
        page = proposal_page(proposal=proposal, today=NOW.date())
    assert [line.unit.key for line in page.order] == [example.capability[name].key for name in "ABC"]
    assert page.total_chosen == weeks(56)
    assert page.chosen_saving == weeks(11)
    assert len(page.curve.weeks) == len(page.curve.now) == len(page.curve.proposed) > 0


def test_two_thousand_stories_are_written_once_each(workspace: Workspace, actor: Actor) -> None:
    capabilities = [make_capability(workspace, title=f"Capability {number}") for number in range(40)]
    for place, capability in enumerate(capabilities):
        make_stories(workspace, 50, capability=capability, points=Decimal(1))
        Capability.objects.filter(pk=capability.pk).update(cost_of_delay=Decimal(1 + place * 37 % 41))
    proposal = compute_proposal(proposal_id=start_proposal(workspace=workspace, actor=actor, now=NOW).pk, now=NOW)
    moves = proposal.moves.count()
    accepted = accept_proposal(proposal=proposal, unit_ids=None, actor=actor, now=LATER)
    assert accepted.total_accepted == proposal.total_proposed == manual_cost(workspace)
    assert StoryEvent.objects.filter(field="rank").count() == 50 * moves
    undo_proposal(proposal=accepted, actor=actor, now=LATER)
    assert manual_cost(workspace) == proposal.total_now


def raises(*_: Any) -> Any:
    raise RuntimeError("the kernel has a bug")


def test_a_proposal_fails_with_its_job(example: Example, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = request_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    monkeypatch.setattr(proposals, "propose", raises)
    run_queued_jobs()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.job and proposal.job.state) == ("FAILED", JobState.FAILED)
    assert f"propose an order again. If it stops again, tell whoever runs Millrace about job {proposal.job_id}" in (
        proposal.error
    )
    assert Change.objects.filter(topic="proposal", verb="failed").count() == 1


def test_a_proposal_fails_when_its_worker_is_lost_for_good(example: Example, settings: Any) -> None:
    proposal = request_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    dead = NOW - timedelta(days=1)
    tries = settings.JOB_MAX_ATTEMPTS
    Job.objects.all().update(state=JobState.RUNNING, attempts=tries, heartbeat_at=dead)
    sweep(now=LATER)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.total_now) == ("FAILED", None)
    assert "propose an order again" in proposal.error


def test_a_proposal_ends_when_its_job_is_cancelled(example: Example) -> None:
    proposal = request_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    assert proposal.job is not None
    cancel_job(job=proposal.job, now=LATER)
    proposal.refresh_from_db()
    assert proposal.state == "FAILED"
    assert "cancelled before there was an answer" in proposal.error


def test_a_proposal_that_nothing_computes_any_more_is_found(example: Example) -> None:
    waiting = request_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    lost = start_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    young = start_proposal(workspace=example.workspace, actor=example.actor, now=LATER)
    answered = example.propose()
    assert fail_forgotten(now=LATER) == 1
    states = dict(RankProposal.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "COMPUTING", lost.pk: "FAILED", young.pk: "COMPUTING", answered.pk: "READY"}


def test_an_answer_is_not_failed_afterwards(example: Example) -> None:
    proposal = request_proposal(workspace=example.workspace, actor=example.actor, now=NOW)
    compute_proposal(proposal_id=proposal.pk, now=NOW)
    assert proposal.job_id is not None
    assert fail_with_job(job_id=proposal.job_id, state=JobState.FAILED, now=LATER) == 0
    proposal.refresh_from_db()
    assert (proposal.state, proposal.error) == ("READY", "")
