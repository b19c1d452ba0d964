"""Stored orders of lenses: what they cost, what they list, and when they are computed again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from accounts.models import Workspace
from common.jobs.models import Job
from common.live.models import Change
from planner.domain.vocabulary import FeedbackState, Lens, SprintState, StateCategory
from planner.models import Capability, Feedback, LensOrder, Pin, RankingSummary, RelativeScores, Sprint, Story, Vote
from planner.selectors.lenses import compare_lenses, price_list, ranking_summary
from planner.selectors.ranking import DEFAULT_POINTS_PER_WEEK, load_ranking
from planner.selectors.unit_orders import read_unit_ids
from planner.services import lens_orders
from planner.services.dependencies import add_dependency
from planner.services.lens_orders import MANUAL_COST, TOPIC, refresh_lenses, request_forgotten
from planner.services.ranking import move_story
from planner.services.scores import RESCORE
from planner.services.sprints import start_sprint
from planner.services.stories import transition_story
from tests.factories import (
    NOW,
    actor_of,
    give_value,
    make_capability,
    make_stories,
    make_story,
    make_workspace,
    owner_of,
    state_named,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("LNS")


def valued(workspace: Workspace, title: str, weekly: int, points: int | str = 1, **fields: Any) -> Story:
    story = make_story(workspace, title, points=Decimal(points), **fields)
    give_value(story, weekly)
    return story


def needs(story: Story, prerequisite: Story) -> None:
    add_dependency(predecessor=prerequisite, successor=story, actor=actor_of(story.workspace), now=NOW)


def make_chain(workspace: Workspace) -> tuple[Story, Story, Story]:
    """Worked example 1 of the definitions: A(w1, p1) before B(w20, p1), and free C(w5, p1), as C, A, B."""
    c, a, b = valued(workspace, "C", 5), valued(workspace, "A", 1), valued(workspace, "B", 20)
    needs(b, a)
    return a, b, c


def make_two_chains(workspace: Workspace) -> None:
    """Worked example 2: chains 1-2-3-4 and 5-6-7."""
    values, points = (6, 18, 12, 8, 8, 17, 18), (3, 6, 6, 5, 4, 8, 10)
    stories = [
        valued(workspace, str(number), weekly, size)
        for number, (weekly, size) in enumerate(zip(values, points, strict=True), 1)
    ]
    for before, after in [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)]:
        needs(stories[after], stories[before])


def refresh(workspace: Workspace, **options: Any) -> int:
    return refresh_lenses(workspace_id=workspace.pk, now=options.pop("now", NOW), **options)


def order_of(workspace: Workspace, lens: Lens) -> list[str]:
    """Titles of the units in a stored order."""
    ids = read_unit_ids(LensOrder.objects.get(workspace=workspace, lens=lens.value).unit_ids).tolist()
    capabilities, stories = Capability.objects.in_bulk(ids), Story.objects.in_bulk([-pk for pk in ids])
    return [capabilities[pk].title if pk > 0 else stories[-pk].title for pk in ids]


def cost_of(workspace: Workspace, lens: Lens) -> float:
    """The stored total cost of delay in the unit of the worked examples: money a week x points."""
    total = LensOrder.objects.get(workspace=workspace, lens=lens.value).total_delay_cost
    return float(total or 0) * DEFAULT_POINTS_PER_WEEK


def test_the_first_worked_example_holds(workspace: Workspace) -> None:
    make_chain(workspace)
    refresh(workspace)
    assert order_of(workspace, Lens.MONEY) == ["A", "B", "C"]
    assert (cost_of(workspace, Lens.MONEY), cost_of(workspace, Lens.MANUAL)) == (56, 67)


def test_the_second_worked_example_holds(workspace: Workspace) -> None:
    make_two_chains(workspace)
    refresh(workspace)
    assert order_of(workspace, Lens.MONEY) == ["1", "2", "5", "6", "3", "7", "4"]
    assert cost_of(workspace, Lens.MONEY) == 1967


def test_every_lens_has_a_row_and_lists_every_open_unit_once(workspace: Workspace) -> None:
    make_chain(workspace)
    make_story(workspace, "in it", capability=make_capability(workspace, title="Unvalued"))
    refresh(workspace)
    assert {row.lens for row in LensOrder.objects.all()} == {lens.value for lens in Lens}
    for lens in set(Lens) - {Lens.STORY_WSJF}:
        assert sorted(order_of(workspace, lens)) == ["A", "B", "C", "Unvalued"]
    assert order_of(workspace, Lens.STORY_WSJF) == []


def test_the_bound_holds_for_every_lens_and_every_order(workspace: Workspace) -> None:
    stories = [valued(workspace, f"{number}", weekly, 1 + number % 3) for number, weekly in enumerate([9, 1, 7, 30])]
    needs(stories[3], stories[1])
    needs(stories[0], make_story(workspace, "enabler", points=Decimal(5)))
    bounds: list[Decimal] = []
    for order in permutations(stories):
        for story in order:
            move_story(story=story, to="bottom", actor=actor_of(workspace), now=NOW)
        refresh(workspace)
        bounds.append(RankingSummary.objects.get().lower_bound or Decimal(0))
        totals = [price.total for price in price_list(workspace=workspace)]
        assert all(total is not None and total >= bounds[-1] for total in totals)
    assert len(set(bounds)) == 1


def test_unvalued_work_stands_outside_every_claim(workspace: Workspace) -> None:
    make_chain(workspace)
    first = make_story(workspace, "unvalued and first", points=Decimal(100))
    move_story(story=first, to="top", actor=actor_of(workspace), now=NOW)
    refresh(workspace)
    summary = RankingSummary.objects.get()
    assert (cost_of(workspace, Lens.MANUAL), cost_of(workspace, Lens.AGE)) == (67, 67)
    assert [summary.valued_units, summary.unvalued_units, summary.total_points] == [3, 1, 3]
    assert order_of(workspace, Lens.MANUAL)[0] == order_of(workspace, Lens.MONEY)[-1] == "unvalued and first"


def test_nothing_is_claimed_where_nothing_is_valued(workspace: Workspace) -> None:
    make_stories(workspace, 2)
    refresh(workspace)
    summary = RankingSummary.objects.get()
    assert (summary.lower_bound, summary.frozen_cost, summary.unvalued_units) == (None, None, 2)
    assert {(price.total, price.gap_money, len(price.shares)) for price in price_list(workspace=workspace)} == {
        (None, None, 0)
    }


def test_an_empty_workspace_is_ranked_too(workspace: Workspace) -> None:
    refresh(workspace)
    assert order_of(workspace, Lens.MONEY) == []
    comparison = compare_lenses(workspace=workspace, first=Lens.MONEY, second=Lens.AGE, now=NOW)
    assert [comparison.gain, comparison.total_points, comparison.valued_units] == [0, 0, 0]


def test_a_running_sprint_comes_first_in_every_order_and_has_its_price(workspace: Workspace) -> None:
    _, _, c = make_chain(workspace)
    sprint = Sprint.objects.create(workspace=workspace, name="Now", state=SprintState.PLANNED.value, created_at=NOW)
    Story.objects.filter(pk=c.pk).update(sprint=sprint)
    start_sprint(sprint=sprint, actor=actor_of(workspace), now=NOW)
    refresh(workspace)
    summary = RankingSummary.objects.get()
    assert float(summary.lower_bound or 0) * DEFAULT_POINTS_PER_WEEK == 56
    assert float(summary.frozen_cost or 0) * DEFAULT_POINTS_PER_WEEK == 11
    assert {cost_of(workspace, lens) for lens in Lens} >= {67}
    assert min(cost_of(workspace, lens) for lens in Lens) == 67


def pin(workspace: Workspace, story: Story, **fields: Any) -> None:
    when = {"expires_on": NOW.date() + DAY, "created_at": NOW}
    Pin.objects.create(workspace=workspace, story=story, reason="Promised", **when, **fields)


@pytest.mark.parametrize("kind", ["PLACE", "BEFORE", "AFTER"])
def test_pins_bind_the_money_optimal_order_and_have_their_price(workspace: Workspace, kind: str) -> None:
    _, b, c = make_chain(workspace)
    if kind == "PLACE":
        pin(workspace, c, kind=kind, place=1)
    elif kind == "BEFORE":
        pin(workspace, c, kind=kind, other_story=b)
    else:
        pin(workspace, b, kind=kind, other_story=c)
    refresh(workspace)
    summary = RankingSummary.objects.get()
    listed = order_of(workspace, Lens.MONEY)
    assert listed.index("C") < listed.index("B")
    assert (cost_of(workspace, Lens.MONEY), cost_of(workspace, Lens.CD3)) == (67, 56)
    assert float(summary.pins_cost or 0) * DEFAULT_POINTS_PER_WEEK == 11
    assert float(summary.lower_bound or 0) * DEFAULT_POINTS_PER_WEEK == 56


def test_pins_bind_no_order_that_is_compared(workspace: Workspace) -> None:
    _, _, c = make_chain(workspace)
    pin(workspace, c, kind="PLACE", place=1)
    refresh(workspace)
    comparison = compare_lenses(workspace=workspace, first=Lens.MONEY, second=Lens.CD3, now=NOW, weeks=100)
    assert comparison.pins_left_out == 1
    assert float(comparison.course(Lens.MONEY).total) * DEFAULT_POINTS_PER_WEEK == 56
    assert comparison.gain == 0


def test_pins_that_contradict_each_other_bind_nothing(workspace: Workspace) -> None:
    a, _, c = make_chain(workspace)
    pin(workspace, c, kind="BEFORE", other_story=a)
    pin(workspace, a, kind="BEFORE", other_story=c)
    refresh(workspace)
    assert cost_of(workspace, Lens.MONEY) == 56


def test_each_lens_sorts_by_its_own_figure(workspace: Workspace) -> None:
    """One unit leads in each lens; the others are unrated or worse."""
    units = {
        name: valued(workspace, name, weekly, points, now=NOW + hours * timedelta(hours=1))
        for name, weekly, points, hours in [
            ("new", 10, 9, 9),
            ("dear", 900, 300, 5),
            ("dense", 400, 20, 4),
            ("short", 20, 2, 3),
            ("old", 11, 8, 0),
            ("scored", 12, 8, 6),
            ("reaching", 13, 8, 7),
            ("sponsored", 14, 8, 8),
            ("liked", 15, 8, 2),
        ]
    }
    wanted = make_capability(workspace, title="wanted")
    make_story(workspace, capability=wanted, points=Decimal(8))
    scores = {"workspace": workspace, "updated_at": NOW}
    parts = {"user_value": 8, "time_criticality": 5, "risk_reduction": 2}
    RelativeScores.objects.create(story=units["scored"], job_size=3, **parts, **scores)
    RelativeScores.objects.create(story=units["reaching"], reach=9, impact=2, confidence=1, effort=1, **scores)
    vote = {"workspace": workspace, "voter": owner_of(workspace), "weight": 3, "cast_at": NOW}
    Vote.objects.create(story=units["sponsored"], kind="SPONSOR", **vote)
    Vote.objects.create(story=units["liked"], kind="DEVELOPER", **vote)
    said = {"workspace": workspace, "text": "Please", "received_on": NOW.date(), "created_at": NOW}
    Feedback.objects.create(capability=wanted, state=FeedbackState.LINKED.value, **said)
    refresh(workspace)
    leaders = {lens: order_of(workspace, lens)[0] for lens in Lens if lens is not Lens.STORY_WSJF}
    assert leaders == {
        Lens.MANUAL: "new",
        Lens.MONEY: "dense",
        Lens.CD3: "dense",
        Lens.VALUE: "dear",
        Lens.ROI: "dense",
        Lens.WSJF: "scored",
        Lens.RICE: "reaching",
        Lens.SPONSOR: "sponsored",
        Lens.DEVELOPER: "liked",
        Lens.AGE: "old",
        Lens.FEEDBACK: "wanted",
        Lens.TIME: "short",
    }
    rated = dict(LensOrder.objects.values_list("lens", "rated"))
    assert (rated["wsjf"], rated["rice"], rated["sponsor"], rated["feedback"], rated["cd3"]) == (1, 1, 1, 1, 9)


def test_units_without_a_figure_follow_in_peoples_order(workspace: Workspace) -> None:
    _, second, third = make_stories(workspace, 3)
    Vote.objects.create(
        workspace=workspace, story=third, kind="SPONSOR", voter=owner_of(workspace), weight=1, cast_at=NOW
    )
    move_story(story=second, to="top", actor=actor_of(workspace), now=NOW)
    refresh(workspace)
    assert order_of(workspace, Lens.SPONSOR) == ["Story 3", "Story 2", "Story 1"]


def test_only_what_changed_is_written_and_told(workspace: Workspace) -> None:
    make_chain(workspace)
    assert refresh(workspace) == len(Lens)
    assert refresh(workspace, now=NOW + DAY) == 0
    assert set(LensOrder.objects.values_list("computed_at", flat=True)) == {NOW}
    assert RankingSummary.objects.get().computed_at == NOW + DAY
    assert list(Change.objects.filter(topic=TOPIC).values_list("object_id", "verb")) == [(0, "computed")]
    RelativeScores.objects.create(
        workspace=workspace,
        story=Story.objects.get(title="C"),
        reach=1,
        impact=1,
        confidence=1,
        effort=1,
        updated_at=NOW,
    )
    assert refresh(workspace, now=NOW + 2 * DAY) == 1


def test_an_answer_older_than_the_stored_one_is_dropped(workspace: Workspace) -> None:
    refresh(workspace, now=NOW + DAY)
    make_chain(workspace)
    assert refresh(workspace, now=NOW) == 0
    assert order_of(workspace, Lens.MONEY) == []


def test_after_a_move_only_the_manual_order_is_priced(workspace: Workspace) -> None:
    _, _, c = make_chain(workspace)
    refresh(workspace)
    move_story(story=c, to="bottom", actor=actor_of(workspace), now=NOW)
    valued(workspace, "late", 3)
    assert refresh(workspace, lenses=[Lens.MANUAL]) == 1
    assert order_of(workspace, Lens.MANUAL) == ["A", "B", "C", "late"]
    assert order_of(workspace, Lens.MONEY) == ["A", "B", "C"]


@pytest.mark.django_db(transaction=True)
def test_changes_ask_for_what_they_change() -> None:
    workspace = make_workspace("ASK")
    story, other = make_stories(workspace, 2)
    team = Sprint.objects.create(workspace=workspace, name="S", created_at=NOW, state=SprintState.PLANNED.value)

    def asked() -> set[str]:
        kinds = set(Job.objects.filter(workspace_id=workspace.pk).values_list("kind", flat=True))
        Job.objects.all().delete()
        return kinds & {RESCORE, MANUAL_COST}

    assert asked() == {RESCORE}  # stories were made
    move_story(story=other, to="top", actor=actor_of(workspace), now=NOW)
    assert asked() == {MANUAL_COST}
    transition_story(story=story, state=state_named(workspace, "Ready"), actor=actor_of(workspace), now=NOW)
    assert asked() == set()  # open before and after
    transition_story(story=story, state=state_named(workspace, "Done"), actor=actor_of(workspace), now=NOW)
    assert asked() == {RESCORE}
    start_sprint(sprint=team, actor=actor_of(workspace), now=NOW)
    assert asked() == {RESCORE}


def test_forgotten_orders_are_asked_for_again(workspace: Workspace) -> None:
    make_story(workspace, now=NOW)
    assert request_forgotten(now=NOW) == 1  # never computed
    refresh(workspace, now=NOW)
    assert request_forgotten(now=NOW) == 0
    make_story(workspace, now=NOW + timedelta(seconds=1))
    assert request_forgotten(now=NOW + timedelta(seconds=2)) == 1
    refresh(workspace, now=NOW + timedelta(seconds=2))
    assert request_forgotten(now=NOW + timedelta(seconds=3)) == 0
    assert request_forgotten(now=NOW + 2 * lens_orders.OLDEST) == 1  # pins expire, the pace changes


def test_a_comparison_says_what_the_better_order_earns(workspace: Workspace) -> None:
    make_chain(workspace)
    refresh(workspace)
    comparison = compare_lenses(workspace=workspace, first=Lens.MONEY, second=Lens.MANUAL, now=NOW, weeks=10)
    assert comparison.gain == Decimal(11) / 20  # the difference of costs of delay, once all is done
    assert comparison.course(Lens.MONEY).left_behind == 0
    assert comparison.course(Lens.MANUAL).left_behind == comparison.gain
    assert comparison.gain_low == comparison.gain_high == comparison.gain  # nobody gave a range
    assert comparison.value_per_week == 26
    [enabler] = comparison.enablers
    assert [comparison.enabler_count, enabler.title, enabler.unblocks] == [1, "A", 20]
    assert comparison.course(Lens.MONEY).done == {"25": 0, "50": 1, "75": 2}


def test_a_wide_range_makes_a_wide_interval_around_the_gain(workspace: Workspace) -> None:
    _, b, _ = make_chain(workspace)
    Story.objects.filter(pk=b.pk).update(cost_of_delay_low=5, cost_of_delay_high=40)
    comparison = compare_lenses(workspace=workspace, first=Lens.MONEY, second=Lens.MANUAL, now=NOW, weeks=10)
    assert comparison.gain_low < comparison.gain < comparison.gain_high


def test_a_comparison_uses_stored_orders_brought_up_to_date(workspace: Workspace) -> None:
    _, _, c = make_chain(workspace)
    refresh(workspace)
    Story.objects.filter(pk=c.pk).update(category=StateCategory.DONE.value)
    valued(workspace, "new", 1000)
    comparison = compare_lenses(workspace=workspace, first=Lens.MONEY, second=Lens.TIME, now=NOW)
    assert comparison.valued_units == 3
    assert comparison.course(Lens.MONEY).effort == [0, 1, 2, 3]


def test_story_by_story_begins_much_and_finishes_late(workspace: Workspace) -> None:
    """Small stories of every capability come first, and the large ones that everything waits for last."""
    for number in range(4):
        capability = make_capability(workspace, title=f"{number}")
        for points in (1, 10):
            make_story(workspace, capability=capability, points=Decimal(points))
        give_value(capability, 100)
    refresh(workspace)
    comparison = compare_lenses(workspace=workspace, first=Lens.MONEY, second=Lens.STORY_WSJF, now=NOW)
    story, money = comparison.course(Lens.STORY_WSJF), comparison.course(Lens.MONEY)
    assert (story.half_begun["25"], story.done["25"]) == (4, 0)
    assert (money.half_begun["75"], money.done["75"]) == (0, 3)
    assert money.total < story.total


def test_prices_are_read_in_two_queries(workspace: Workspace, django_assert_num_queries: Any) -> None:
    make_chain(workspace)
    refresh(workspace)
    with django_assert_num_queries(2):
        prices = price_list(workspace=workspace)
    assert prices[0].total == min(price.total for price in prices if price.total is not None)
    assert {price.lens for price in prices} == set(Lens)
    money = next(price for price in prices if price.lens is Lens.MONEY)
    assert [money.gap_money, money.gap_ratio] == [0, 0]
    assert money.shares == {"25": 0.0, "50": pytest.approx(1 / 26), "75": pytest.approx(21 / 26)}
    assert ranking_summary(workspace=workspace) is not None


def test_values_beyond_a_trillion_are_priced(workspace: Workspace) -> None:
    valued(workspace, "dear", 10**13, 10_000)
    valued(workspace, "dearer", 10**13, 1)
    refresh(workspace)
    assert order_of(workspace, Lens.MONEY) == ["dearer", "dear"]
    assert load_ranking(workspace_id=workspace.pk, now=NOW).is_valued.all()
