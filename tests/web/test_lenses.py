"""What your order costs: the claim, the table, the findings, and every state without figures."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from common.jobs.services import enqueue
from planner.models import Capability, RankingSummary
from planner.services.dependencies import add_dependency
from planner.services.scores import RESCORE
from planner.web.lens_page import short_money
from planner.web.lens_question import LensQuestion, read_lens_question
from tests.factories import NOW, actor_of, give_value, make_capability, make_story, make_workspace, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("SHOP")


def address(workspace: Workspace, query: str = "") -> str:
    return reverse("lenses", args=[workspace.key]) + query


def valued(workspace: Workspace, title: str, *, weekly: int, points: int) -> Capability:
    capability = make_capability(workspace, title=title)
    make_story(workspace, f"Build {title}", capability=capability, points=Decimal(points))
    give_value(capability, weekly)
    return capability


@pytest.fixture
def wrong_way(workspace: Workspace) -> Workspace:
    """Cheap and slow stands before dear and quick: 20 points a week are assumed."""
    valued(workspace, "Slow", weekly=100, points=100)
    valued(workspace, "Quick", weekly=1000, points=20)
    return workspace


def page_of(reader: Client, workspace: Workspace, query: str = ""):  # type: ignore[no-untyped-def]
    return reader.get(address(workspace, query)).context["page"]


def test_the_gain_is_what_the_dear_one_earns_sooner_less_what_the_cheap_one_earns_later(
    reader: Client, wrong_way: Workspace
) -> None:
    page = page_of(reader, wrong_way, "?weeks=13")
    # Quick is live in week 1 instead of 6, Slow in week 6 instead of 5: 5 x 1000 - 1 x 100
    assert page.comparison.gain == Decimal(4900)
    assert (page.claim.tone, page.claim.figure, page.claim.lead) == ("for", "$4.9k", "more in the first quarter.")


def test_the_sentence_names_both_orders_and_what_each_earns(reader: Client, wrong_way: Workspace) -> None:
    content = reader.get(address(wrong_way, "?weeks=13")).content.decode()
    assert "<b>Money-optimal</b> earns <b>$12.7k</b>" in content
    assert "<b>Manual order</b> earns <b>$7.80k</b>" in content
    assert "Half the effort in" in content


def test_the_worse_order_put_first_is_said_to_earn_less(reader: Client, wrong_way: Workspace) -> None:
    page = page_of(reader, wrong_way, "?a=manual&b=money&weeks=13")
    assert (page.claim.tone, page.claim.lead) == ("against", "less in the first quarter.")
    assert page.claim.low == page.claim.high == Decimal(4900)
    assert page.findings[0].text == (
        "Quick: $1.00k a week, live in week 1 instead of week 6. "
        "That alone is $5.00k; what is live later instead takes a part of it back."
    )


def test_an_order_that_is_best_already_is_told_so(reader: Client, workspace: Workspace) -> None:
    valued(workspace, "Quick", weekly=1000, points=20)
    valued(workspace, "Slow", weekly=100, points=100)
    response = reader.get(address(workspace))
    assert response.context["page"].claim.tone == "even"
    assert response.context["page"].findings == []
    assert b"See the better order" not in response.content
    assert b"Nothing is to be gained between them" in response.content


def test_one_capability_earns_the_same_in_every_order(reader: Client, workspace: Workspace) -> None:
    valued(workspace, "Only", weekly=100, points=10)
    assert b"With one valued capability every order earns the same" in reader.get(address(workspace)).content


def test_without_ranges_no_interval_is_claimed(reader: Client, wrong_way: Workspace) -> None:
    assert b"Nobody gave ranges" in reader.get(address(wrong_way)).content


def test_an_assumed_pace_is_said_to_be_assumed(reader: Client, wrong_way: Workspace) -> None:
    assert b"a pace of 20 points a week is assumed" in reader.get(address(wrong_way)).content


def test_a_lens_without_input_says_so_and_how_to_begin(reader: Client, wrong_way: Workspace) -> None:
    response = reader.get(address(wrong_way))
    idle = {row.course.lens.value for row in response.context["page"].rows if row.is_idle}
    assert {"sponsor", "developer", "feedback", "wsjf", "rice"} <= idle
    assert b"Nobody has voted: this lens has nothing to go by" in response.content
    assert reverse("feedback-inbox", args=[wrong_way.key]).encode() in response.content


def test_lenses_without_input_are_not_drawn(reader: Client, wrong_way: Workspace) -> None:
    drawn = {line.name for line in page_of(reader, wrong_way).chart.lines}
    assert {"money", "manual", "cd3"} <= drawn
    assert "sponsor" not in drawn


def test_every_lens_has_a_row_and_the_one_that_earns_most_is_first(reader: Client, wrong_way: Workspace) -> None:
    rows = page_of(reader, wrong_way).rows
    assert len(rows) == 13
    assert rows[0].is_most
    left = [row.course.left_behind for row in rows if not row.is_idle]
    assert left == sorted(left)


def test_findings_name_the_unit_that_gains_most_and_the_story_that_unblocks(
    reader: Client, wrong_way: Workspace
) -> None:
    quick = Capability.objects.get(title="Quick")
    engine = make_story(wrong_way, "The engine", points=Decimal(5))
    add_dependency(predecessor=engine, successor=quick.stories.get(), actor=actor_of(wrong_way), now=NOW)
    texts = [finding.text for finding in page_of(reader, wrong_way).findings]
    assert any("Quick: $1.00k a week, live in week 2 instead of week 7" in text for text in texts)
    assert any("The engine: $1.00k a week of other capabilities waits for it" in text for text in texts)


def test_what_explains_nothing_is_told_last(reader: Client, wrong_way: Workspace) -> None:
    explains = [finding.explains for finding in page_of(reader, wrong_way).findings]
    assert explains == sorted(explains, reverse=True)
    assert set(explains) == {True, False}


def test_a_lens_that_is_ahead_of_the_best_order_at_this_date_is_named(reader: Client, workspace: Workspace) -> None:
    valued(workspace, "Small", weekly=100, points=10)
    valued(workspace, "Great", weekly=3000, points=120)
    response = reader.get(address(workspace, "?weeks=2"))
    assert response.context["page"].ahead.earned > response.context["page"].first.earned
    assert b"is ahead of the money-optimal order" in response.content


def test_what_nobody_valued_is_counted_and_linked(reader: Client, wrong_way: Workspace) -> None:
    make_story(wrong_way, "Who knows", capability=make_capability(wrong_way), points=Decimal(12))
    content = reader.get(address(wrong_way)).content.decode()
    assert "1 unvalued unit, 12 points" in content
    assert "every line would move right by 10 %" in content
    assert "f=valued:is:no" in content


def test_an_empty_workspace_teaches_what_the_page_will_show(reader: Client, workspace: Workspace) -> None:
    assert b"No open work to order" in reader.get(address(workspace)).content


def test_without_values_the_page_asks_for_the_first(reader: Client, workspace: Workspace) -> None:
    capability = make_capability(workspace)
    make_story(workspace, capability=capability, points=Decimal(3))
    content = reader.get(address(workspace)).content.decode()
    assert "Nothing has a value yet" in content
    assert f"Give {capability.key} a value" in content


def test_a_first_ranking_under_way_is_waited_for(reader: Client, wrong_way: Workspace) -> None:
    RankingSummary.objects.all().delete()
    enqueue(kind=RESCORE, args={}, workspace_id=wrong_way.pk, requested_by_id=owner_of(wrong_way).pk, now=NOW)
    assert b"The ranking is being computed" in reader.get(address(wrong_way)).content


def test_huge_money_in_another_currency_fits(reader: Client, wrong_way: Workspace) -> None:
    Workspace.objects.filter(pk=wrong_way.pk).update(currency="CHF")
    give_value(Capability.objects.get(title="Quick"), 1_000_000_000, now=NOW + timedelta(hours=1))
    claim = page_of(reader, wrong_way, "?weeks=13").claim
    assert claim.figure == "CHF 5B"
    assert not claim.is_long


def test_the_part_is_the_page_without_its_shell(reader: Client, wrong_way: Workspace) -> None:
    content = reader.get(address(wrong_way, "?part=body")).content
    assert b"<html" not in content
    assert b"What your order costs" in content


def test_the_chart_has_its_figures_in_a_table(reader: Client, wrong_way: Workspace) -> None:
    twin = page_of(reader, wrong_way).twin
    assert twin.headings[:3] == ["Effort spent", "Money-optimal", "Manual order"]
    assert twin.rows[-1][1:3] == ["100 %", "100 %"]
    assert twin.rows[1] == ["20 %, week 1", "91 %", "0 %", *twin.rows[1][3:]]


def test_the_evidence_fills_the_formula_in(reader: Client, wrong_way: Workspace) -> None:
    sheet = reader.get(reverse("lenses-evidence", args=[wrong_way.key]) + "?weeks=13").content.decode()
    assert "$12.7k<small>Money-optimal</small>" in sheet
    assert "$7.80k<small>Manual order</small>" in sheet
    assert "Left out" in sheet


def test_the_table_as_csv_has_exact_figures(reader: Client, wrong_way: Workspace) -> None:
    response = reader.get(reverse("lenses-table", args=[wrong_way.key]) + "?weeks=13")
    rows = {row["lens"]: row for row in csv.DictReader(io.StringIO(response.content.decode()))}
    assert "attachment" in response["Content-Disposition"]
    assert rows["Manual order"]["earned by week 13, USD"] == "7800.00"
    assert rows["Manual order"]["left behind, USD"] == "4900.00"


def test_images_come_from_here_or_from_the_page_itself_only(reader: Client, wrong_way: Workspace) -> None:
    policy = reader.get(address(wrong_way))["Content-Security-Policy"]
    assert "img-src 'self' blob:" in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, LensQuestion()),
        ({"a": "nonsense", "weeks": "-3", "axis": "sideways"}, LensQuestion()),
        ({"weeks": "9999"}, LensQuestion(weeks=520)),
        ({"weeks": "0"}, LensQuestion(weeks=1)),
    ],
)
def test_what_cannot_be_understood_falls_back(query: dict[str, str], expected: LensQuestion) -> None:
    assert read_lens_question(query) == expected


def test_the_address_leaves_out_what_is_plain() -> None:
    assert LensQuestion().address(weeks=26) == ""
    assert LensQuestion().address(b="story_wsjf", axis="time") == "b=story_wsjf&axis=time"


@pytest.mark.parametrize(
    ("amount", "text"), [("1924000", "$1.9M"), ("346000", "$346k"), ("2000000", "$2M"), ("34600", "$35k"), ("7", "$7")]
)
def test_a_headline_has_two_digits_where_that_is_shorter(amount: str, text: str) -> None:
    assert short_money(Decimal(amount), "USD") == text
