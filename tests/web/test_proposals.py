"""The pages of proposed orders: review, choose, take over, take back, and what they say of nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.domain.vocabulary import PinKind, ProposalState
from planner.models import Capability, Pin, RankProposal, Story
from planner.services.deciding import discard_proposal
from planner.services.dependencies import add_dependency
from planner.services.failing import fail_with_job
from planner.services.proposals import compute_proposal, request_proposal
from planner.services.ranking import move_story
from planner.services.scores import rescore_workspace
from planner.web.proposal_choice import MOST_MOVES
from tests.factories import (
    actor_of,
    give_value,
    make_capability,
    make_member,
    make_story,
    make_user,
    make_workspace,
)

pytestmark = pytest.mark.django_db

WEEKLY = (100, 4000, 300, 2000, 900)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


@pytest.fixture
def backlog(workspace: Workspace) -> list[Story]:
    """Five capabilities of one story each, far from the order that earns the most."""
    return [fill(workspace, weekly) for weekly in WEEKLY]


def fill(workspace: Workspace, weekly: int, *, points: int = 5) -> Story:
    capability = make_capability(workspace, title=f"Worth {weekly}")
    story = make_story(workspace, capability=capability, points=Decimal(points))
    give_value(capability, weekly)
    return story


def propose(workspace: Workspace) -> RankProposal:
    rescore_workspace(workspace_id=workspace.pk, now=utc_now())
    asked = request_proposal(workspace=workspace, actor=actor_of(workspace), now=utc_now())
    return compute_proposal(proposal_id=asked.pk, now=utc_now())


@pytest.fixture
def proposal(workspace: Workspace, backlog: list[Story]) -> RankProposal:
    return propose(workspace)


def address(proposal: RankProposal, name: str = "proposal") -> str:
    return reverse(name, args=[proposal.workspace.key, proposal.pk])


def post(client: Client, url: str, values: dict[str, Any] | None = None) -> Any:
    return client.post(url, values or {}, headers={"HX-Request": "true"})


def order(workspace: Workspace) -> list[str]:
    return list(Story.objects.filter(workspace=workspace).order_by("rank").values_list("key", flat=True))


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_asking_for_an_order_leads_to_its_page(reader: Client, workspace: Workspace, backlog: list[Story]) -> None:
    answer = reader.post(reverse("proposals", args=[workspace.key]))
    asked = RankProposal.objects.get()
    assert answer.headers["Location"] == address(asked)
    assert asked.state == ProposalState.COMPUTING
    assert "Looking for the order that earns the most" in text(reader.get(address(asked)))


def test_progress_reloads_the_page_once_the_order_is_there(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    asked = request_proposal(workspace=workspace, actor=actor_of(workspace), now=utc_now())
    assert "HX-Refresh" not in reader.get(f"{address(asked)}?part=progress").headers
    compute_proposal(proposal_id=asked.pk, now=utc_now())
    assert reader.get(f"{address(asked)}?part=progress").headers["HX-Refresh"] == "true"


def test_the_page_begins_with_what_the_moves_are_worth(reader: Client, proposal: RankProposal) -> None:
    answer = reader.get(address(proposal))
    page = answer.context["page"]
    assert page.saving > 0
    assert page.saving == sum(line.move.saving for line in page.moves)
    assert answer.context["headline"].startswith(f"{len(page.moves)} moves worth $")
    for line in page.moves:
        assert line.move.reason.split()[0] in text(answer)


def test_a_choice_is_priced_as_one_order_by_the_server(reader: Client, proposal: RankProposal) -> None:
    unit = proposal.moves.order_by("sequence").first()
    assert unit is not None
    alone = reader.post(address(proposal, "proposal-price"), {"unit": [unit.unit_id]}).json()
    assert (alone["count"], alone["word"]) == (1, "save")
    every = [move.unit_id for move in proposal.moves.all()]
    whole = reader.post(address(proposal, "proposal-price"), {"unit": every}).json()
    page = reader.get(address(proposal)).context["page"]
    assert whole["count"] == len(every)
    assert whole["amount"] in reader.get(address(proposal)).context["headline"]
    assert page.saving > 0


def test_what_was_changed_of_the_choice_is_kept_in_the_address(reader: Client, proposal: RankProposal) -> None:
    moves = list(proposal.moves.order_by("sequence"))
    offered = reader.get(address(proposal)).context
    assert offered["choice"].count == len(moves)
    kept = reader.get(address(proposal), {"changed": f"{moves[0].unit_id},999999,rest,x"}).context
    assert [shown.is_on for shown in kept["moves"]] == [False, *(True for _ in moves[1:])]
    rest = [move.unit_id for move in moves[1:]]
    priced = reader.post(address(proposal, "proposal-price"), {"unit": rest}).json()
    assert (kept["choice"].count, kept["choice"].amount) == (priced["count"], priced["amount"])
    assert kept["choice"].amount != offered["choice"].amount


def test_the_scale_is_told_as_a_table_and_can_be_exported(reader: Client, proposal: RankProposal) -> None:
    answer = reader.get(address(proposal))
    rows = dict(answer.context["scale_rows"])
    assert next(iter(rows)) == "At least, in any order"
    assert rows["Proposed"] == f"${proposal.total_proposed:,.2f}"
    assert rows["In the order there was"] == f"${proposal.total_now:,.2f}"
    for chart in ("scale", "slope", "curves"):
        for kind in ("svg", "png"):
            assert f'data-export="{kind}" data-export-of="#chart-{chart}"' in text(answer)
    assert text(answer).count("Same as a table") == 3


def test_nothing_chosen_saves_nothing(reader: Client, proposal: RankProposal) -> None:
    assert reader.post(address(proposal, "proposal-price"), {}).json()["amount"] == "$0"


@pytest.mark.parametrize("unit", ["1e9", "99999999", "-", "", "٣"])
def test_a_unit_that_is_no_move_is_refused(reader: Client, proposal: RankProposal, unit: str) -> None:
    answer = post(reader, address(proposal, "proposal-price"), {"unit": unit})
    assert answer.status_code == 400
    assert b'data-field="unit"' in answer.content


def test_accepting_all_changes_the_backlog_and_offers_undo(reader: Client, proposal: RankProposal) -> None:
    before = order(proposal.workspace)
    answer = post(reader, address(proposal, "proposal-accept"), {"all": "1"})
    assert answer.status_code == 200
    after = order(proposal.workspace)
    assert after != before
    assert sorted(after) == sorted(before)
    assert address(proposal, "proposal-undo") in answer.headers["HX-Trigger"]
    assert "made, $" in text(answer)
    assert "Accepted by" in text(answer)
    accepted = RankProposal.objects.get()
    assert accepted.total_accepted is not None
    assert answer.context["shown_saving"] == (accepted.total_now or 0) - accepted.total_accepted

    undone = post(reader, address(proposal, "proposal-undo"))
    assert undone.status_code == 200
    assert order(proposal.workspace) == before
    assert "undone by" in text(reader.get(address(proposal)))


def test_accepting_some_leaves_the_others_out(reader: Client, proposal: RankProposal) -> None:
    first = proposal.moves.order_by("sequence")[0]
    answer = post(reader, address(proposal, "proposal-accept"), {"unit": str(first.unit_id)})
    assert answer.status_code == 200
    assert [move.unit_id for move in proposal.moves.filter(accepted=True)] == [first.unit_id]
    assert f"1 of {proposal.moves.count()} accepted" in text(answer)


def test_a_decided_proposal_is_not_decided_again(reader: Client, proposal: RankProposal) -> None:
    post(reader, address(proposal, "proposal-accept"), {"all": "1"})
    again = post(reader, address(proposal, "proposal-accept"), {"all": "1"})
    assert again.status_code == 409
    assert b"data-error" in again.content


def test_discarding_moves_nothing(reader: Client, proposal: RankProposal) -> None:
    before = order(proposal.workspace)
    answer = post(reader, address(proposal, "proposal-discard"))
    assert "Discarded by" in text(answer)
    assert order(proposal.workspace) == before


def test_a_notice_says_what_others_changed_meanwhile(
    reader: Client, workspace: Workspace, backlog: list[Story], proposal: RankProposal
) -> None:
    notice = f"{address(proposal)}?part=notice"
    assert "Since this was computed" not in text(reader.get(notice))
    move_story(story=backlog[4], to="top", actor=actor_of(workspace), now=utc_now())
    fill(workspace, 50)
    give_value(backlog[0].capability, 70, now=utc_now() + timedelta(seconds=1))  # type: ignore[arg-type]
    told = text(reader.get(notice))
    assert "1 story moved, 1 added, 1 estimate changed" in told
    assert "Propose again" in told


def test_an_order_that_is_best_already_says_so(reader: Client, workspace: Workspace) -> None:
    for weekly in sorted(WEEKLY, reverse=True):
        fill(workspace, weekly)
    answer = reader.get(address(propose(workspace)))
    assert "Your order is the best there is" in text(answer)
    assert "data-accept-chosen" not in text(answer)


def test_the_best_order_names_what_is_held_fast_beside_it(reader: Client, workspace: Workspace) -> None:
    stories = [fill(workspace, weekly) for weekly in (*sorted(WEEKLY, reverse=True), 9000)]
    Pin.objects.create(
        workspace=workspace,
        capability=stories[-1].capability,
        kind=PinKind.PLACE.value,
        place=len(stories),
        reason="Promised",
        expires_on=(utc_now() + timedelta(days=9)).date(),
        created_at=utc_now(),
    )
    answer = reader.get(address(propose(workspace)))
    assert "beside what the pins hold" in text(answer)
    assert answer.context["headline"] == "Nothing worth moving"


def test_differences_too_small_to_offer_are_told_and_left(reader: Client, workspace: Workspace) -> None:
    stories = [fill(workspace, weekly, points=points) for weekly, points in ((100, 1), (100, 1), (1000, 1))]
    for story, weekly in zip(stories, ("100", "100.01", "1000"), strict=True):
        estimate = {name: Decimal(weekly) for name in ("cost_of_delay", "cost_of_delay_low", "cost_of_delay_high")}
        Capability.objects.filter(pk=story.capability_id or 0).update(**estimate)
    asked = request_proposal(workspace=workspace, actor=actor_of(workspace), now=utc_now())
    answer = reader.get(address(compute_proposal(proposal_id=asked.pk, now=utc_now())))
    page = answer.context["page"]
    assert [line.unit.key for line in page.moves] == [stories[2].capability and stories[2].capability.key]
    assert (page.left_as_is, page.left_as_is_saving) == (1, Decimal("0.00"))
    assert page.saving == sum(line.move.saving for line in page.moves)
    assert [line.place_to for line in page.order if line.is_move] == [1]
    assert "1 smaller difference was left as it is: moving it would save nothing." in text(answer)
    again = reader.get(address(asked, "proposal-replay"))
    assert "same answer" in text(again)
    post(reader, address(asked, "proposal-accept"), {"all": "1"})
    assert order(workspace) == [story.key for story in (stories[2], stories[0], stories[1])]
    assert RankProposal.objects.get().total_accepted == RankProposal.objects.get().total_proposed


def test_an_empty_backlog_has_nothing_to_order(reader: Client, workspace: Workspace) -> None:
    answer = reader.get(address(propose(workspace)))
    assert "Nothing to order yet" in text(answer)
    assert "nothing that is valued is still open" in text(answer)
    assert "Say what a capability with open stories is worth" in text(answer)
    assert "$0.0" not in text(answer)


def test_stopping_while_it_computes_leaves_a_page_that_says_so(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    asked = request_proposal(workspace=workspace, actor=actor_of(workspace), now=utc_now())
    answer = post(reader, address(asked, "proposal-discard"))
    assert "Stopped before there was an order" in text(answer)
    assert "Propose an order" in text(reader.get(address(asked)))


def test_contradictory_pins_fail_with_a_sentence_that_names_them(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    one, other = backlog[0].capability, backlog[1].capability
    assert one is not None
    assert other is not None
    for unit, than in ((one, other), (other, one)):
        Pin.objects.create(
            workspace=workspace,
            capability=unit,
            kind=PinKind.BEFORE.value,
            other_capability=than,
            reason="Promised",
            expires_on=(utc_now() + timedelta(days=9)).date(),
            created_at=utc_now(),
        )
    answer = reader.get(address(propose(workspace)))
    assert "No order could be proposed" in text(answer)
    assert one.key in text(answer)
    assert other.key in text(answer)


def test_a_lost_proposal_says_so_and_can_be_asked_for_again(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    asked = request_proposal(workspace=workspace, actor=actor_of(workspace), now=utc_now())
    assert asked.job_id is not None
    fail_with_job(job_id=asked.job_id, state="FAILED", now=utc_now())
    assert reader.get(f"{address(asked)}?part=progress").headers["HX-Refresh"] == "true"
    shown = text(reader.get(address(asked)))
    assert "No order could be proposed" in shown
    assert "Computing it stopped unexpectedly: propose an order again." in shown
    assert "Propose again</button>" in shown
    assert "Look at the pins" not in shown


def test_what_is_not_valued_is_listed_with_a_way_to_value_it(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    unvalued = make_capability(workspace, title="Nobody knows")
    make_story(workspace, capability=unvalued, points=Decimal(3))
    answer = reader.get(address(propose(workspace)))
    assert "1 not valued" in text(answer)
    assert reverse("capability-value", args=[workspace.key, unvalued.key]) in text(answer)


def test_stories_without_points_are_counted_and_their_stand_in_is_told(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    make_story(workspace, capability=backlog[0].capability)
    answer = reader.get(address(propose(workspace)))
    assert answer.context["page"].stories_without_points == 1
    assert "each counted with the mean of the others, 5<" in text(answer)


def test_the_whole_order_names_every_place_with_a_reason(reader: Client, proposal: RankProposal) -> None:
    answer = reader.get(f"{address(proposal)}?part=order")
    lines = answer.context["order_lines"]
    assert [line.place_to for line, _ in lines] == [1, 2, 3, 4, 5]
    assert all(why.strip() for _, why in lines)
    assert "order_next" in answer.context
    assert answer.context["order_next"] is None


def test_evidence_of_a_move_starts_where_the_one_before_it_ended(reader: Client, proposal: RankProposal) -> None:
    first, second = proposal.moves.order_by("sequence")[:2]
    sheets = [reader.get(f"{address(proposal)}?part=evidence&move={move.pk}").context for move in (first, second)]
    assert sheets[0]["before"] == proposal.total_now
    assert sheets[0]["after"] == sheets[1]["before"]
    assert reader.get(f"{address(proposal)}?part=evidence&move=0").status_code == 404


def test_an_order_is_computed_again_from_its_inputs(reader: Client, proposal: RankProposal) -> None:
    assert "same answer" in text(reader.get(address(proposal, "proposal-replay")))
    proposal.total_proposed = Decimal(1)
    proposal.save()
    assert "another answer" in text(reader.get(address(proposal, "proposal-replay")))


def test_past_proposals_say_who_took_over_what(reader: Client, proposal: RankProposal, workspace: Workspace) -> None:
    post(reader, address(proposal, "proposal-accept"), {"all": "1"})
    dropped = propose(workspace)
    discard_proposal(proposal=dropped, actor=actor_of(workspace), now=utc_now())
    answer = reader.get(reverse("proposals", args=[workspace.key]))
    rows = answer.context["proposals"]
    assert [row.outcome.split()[0] for row in rows] == ["Discarded", "Accepted"]
    assert rows[1].accepted_saving == rows[1].saving
    assert rows[0].accepted_saving is None


def test_a_workspace_without_proposals_learns_what_one_is(reader: Client, workspace: Workspace) -> None:
    assert "No order was proposed yet" in text(reader.get(reverse("proposals", args=[workspace.key])))


def test_a_viewer_reads_and_decides_nothing(client: Client, proposal: RankProposal, workspace: Workspace) -> None:
    client.force_login(make_member(workspace, Role.VIEWER))
    answer = client.get(address(proposal))
    assert answer.status_code == 200
    assert 'type="checkbox"' not in text(answer)
    assert post(client, address(proposal, "proposal-accept"), {"all": "1"}).status_code == 403


def test_another_workspaces_proposal_is_not_found(client: Client, proposal: RankProposal) -> None:
    other = make_workspace("OTHER", owner=make_user())
    client.force_login(other.memberships.get().user)
    assert client.get(reverse("proposal", args=["OTHER", proposal.pk])).status_code == 404


def test_a_proposal_is_reached_by_its_own_workspace_only(
    reader: Client, proposal: RankProposal, workspace: Workspace
) -> None:
    make_workspace("SECOND", owner=workspace.memberships.get().user)
    assert reader.get(reverse("proposal", args=["SECOND", proposal.pk])).status_code == 404


def test_many_moves_are_listed_and_the_smallest_are_one_choice(reader: Client, workspace: Workspace) -> None:
    number = MOST_MOVES + 60
    for weekly in range(number):
        fill(workspace, 1000 + weekly * 13 % 997, points=1 + weekly % 7)
    proposal = propose(workspace)
    moves = proposal.moves.count()
    assert moves > MOST_MOVES
    answer = reader.get(address(proposal))
    assert len(answer.context["moves"]) == MOST_MOVES
    assert answer.context["rest"].count == moves - MOST_MOVES
    rest = reader.post(address(proposal, "proposal-price"), {"rest": "1"}).json()
    assert rest["count"] == moves - MOST_MOVES


def test_the_page_takes_few_queries(reader: Client, proposal: RankProposal, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(24):
        reader.get(address(proposal))


def test_dependencies_stay_obeyed_in_what_is_accepted(
    reader: Client, workspace: Workspace, backlog: list[Story]
) -> None:
    add_dependency(predecessor=backlog[0], successor=backlog[1], actor=actor_of(workspace), now=utc_now())
    proposal = propose(workspace)
    post(reader, address(proposal, "proposal-accept"), {"all": "1"})
    keys = order(workspace)
    assert keys.index(backlog[0].key) < keys.index(backlog[1].key)
