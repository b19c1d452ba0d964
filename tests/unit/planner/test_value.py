"""The dollars of a capability: formulas, profiles, present value, range, and reading models from JSON."""

from decimal import Decimal
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.value.model import (
    INPUTS,
    ThreePoint,
    ValueModel,
    ValueModelError,
    ValueSource,
    benefit_by_week,
    business_value,
    cost_of_delay,
    dump_model,
    formula_terms,
    likely_interval,
    parse_model,
    value_per_week,
)
from planner.domain.vocabulary import Urgency, ValueKind


def exactly(*figures: str) -> list[ThreePoint]:
    return [ThreePoint.exactly(Decimal(figure)) for figure in figures]


def source(kind: ValueKind, *figures: str, one_off: bool = False) -> ValueSource:
    names = [spec.name for spec in INPUTS[kind]]
    return ValueSource(kind, dict(zip(names, exactly(*figures), strict=True)), one_off)


def model(*sources: ValueSource, **changes: object) -> ValueModel:
    settings: dict[str, object] = {"horizon_weeks": 52, "ramp_weeks": 0, "discount_rate": Decimal(0)}
    return ValueModel(sources, **(settings | changes))  # type: ignore[arg-type]


HUNDRED_A_WEEK = source(ValueKind.DIRECT, "100")


@pytest.mark.parametrize(
    ("earning", "expected"),
    [
        (source(ValueKind.TIME_SAVINGS, "40", "10", "6", "50", "0.5"), "1000"),
        (source(ValueKind.NEW_REVENUE, "20", "99.50", "0.4"), "796"),
        (source(ValueKind.PROTECTED_REVENUE, "10000", "0.2", "0.5"), "1000"),
        (source(ValueKind.AVOIDED_COST, "250"), "250"),
        (source(ValueKind.AVOIDED_COST, "250", one_off=True), "0"),
        (HUNDRED_A_WEEK, "100"),
    ],
)
def test_each_kind_has_its_formula(earning: ValueSource, expected: str) -> None:
    assert value_per_week(earning) == Decimal(expected)


@pytest.mark.parametrize("kind", list(ValueKind))
def test_the_shown_factors_multiply_to_the_value_per_week(kind: ValueKind) -> None:
    earning = source(kind, *["0.5"] * len(INPUTS[kind]))
    assert prod(term.mean for term in formula_terms(earning)) == value_per_week(earning)


def test_the_mean_is_pert() -> None:
    assert ThreePoint(Decimal(1), Decimal(2), Decimal(9)).mean == 3


@pytest.mark.parametrize("figures", [("3", "2", "4"), ("1", "5", "4"), ("NaN", "1", "2"), ("0", "1", "Infinity")])
def test_a_three_point_estimate_is_finite_and_rises(figures: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="must be"):
        ThreePoint(*map(Decimal, figures))


def test_cost_of_delay_adds_the_sources_and_leaves_one_offs_out() -> None:
    once = source(ValueKind.AVOIDED_COST, "5000", one_off=True)
    assert cost_of_delay(model(HUNDRED_A_WEEK, HUNDRED_A_WEEK, once)) == 200


def test_without_discount_or_ramp_the_value_is_weeks_times_value_per_week() -> None:
    assert business_value(model(HUNDRED_A_WEEK)) == Decimal("5200.00")


def test_a_linear_ramp_costs_half_of_its_weeks() -> None:
    assert business_value(model(HUNDRED_A_WEEK, ramp_weeks=10)) == Decimal("4700.00")


def test_a_ramp_longer_than_the_horizon_never_reaches_the_full_value() -> None:
    assert benefit_by_week(model(HUNDRED_A_WEEK, horizon_weeks=2, ramp_weeks=4)).tolist() == [12.5, 37.5]


def test_the_yearly_rate_discounts_the_53rd_week_by_one_year() -> None:
    longer = model(HUNDRED_A_WEEK, horizon_weeks=53, discount_rate=Decimal("0.25"))
    shorter = model(HUNDRED_A_WEEK, horizon_weeks=52, discount_rate=Decimal("0.25"))
    assert business_value(longer) - business_value(shorter) == Decimal("80.00")


def test_a_one_off_counts_in_full_in_week_0() -> None:
    once = source(ValueKind.AVOIDED_COST, "5000", one_off=True)
    assert business_value(model(once, ramp_weeks=8, discount_rate=Decimal("0.5"))) == Decimal("5000.00")


def test_a_missed_deadline_earns_nothing() -> None:
    dated = model(HUNDRED_A_WEEK, urgency=Urgency.DEADLINE, deadline_week=6)
    assert [business_value(dated, week) for week in (0, 6, 7)] == [5200, 5200, 0]


def test_a_short_life_earns_half_of_its_weeks_and_less_when_late() -> None:
    brief = model(HUNDRED_A_WEEK, urgency=Urgency.SHORT_LIFE, life_weeks=20)
    assert [business_value(brief, week) for week in (0, 10, 20)] == [1000, 250, 0]


def test_the_likely_interval_of_a_sure_figure_is_that_figure() -> None:
    assert likely_interval(model(HUNDRED_A_WEEK)) == (Decimal(100), Decimal(100))


def test_eight_in_ten_draws_of_a_symmetric_estimate_fall_in_its_likely_interval() -> None:
    spread = ValueSource(ValueKind.DIRECT, {"value": ThreePoint(Decimal(0), Decimal(50), Decimal(100))})
    low, high = map(float, likely_interval(model(spread)))
    draws = 100 * np.random.default_rng(7).beta(3, 3, 100_000)
    assert np.mean((draws >= low) & (draws <= high)) == pytest.approx(0.8, abs=0.02)


def test_the_likely_interval_is_the_same_each_time() -> None:
    spread = ValueSource(ValueKind.DIRECT, {"value": ThreePoint(Decimal(0), Decimal(10), Decimal(100))})
    assert likely_interval(model(spread)) == likely_interval(model(spread))


def test_only_an_avoided_cost_can_be_a_one_off() -> None:
    with pytest.raises(ValueError, match="one-off"):
        source(ValueKind.DIRECT, "1", one_off=True)


amounts = st.decimals(0, 100_000, places=2)
shares = st.decimals(0, 1, places=3)


@st.composite
def sources(draw: st.DrawFn) -> ValueSource:
    kind = draw(st.sampled_from(list(ValueKind)))
    inputs = {
        spec.name: ThreePoint(*sorted(draw(st.tuples(*[shares if spec.is_share else amounts] * 3))))
        for spec in INPUTS[kind]
    }
    return ValueSource(kind, inputs, kind is ValueKind.AVOIDED_COST and draw(st.booleans()))


small_models = st.builds(
    ValueModel,
    st.tuples(sources().filter(lambda earning: value_per_week(earning) < 10**11)),
    st.integers(1, 200),
    st.integers(0, 200),
    shares,
    st.just(Urgency.SHORT_LIFE),
    st.none(),
    st.integers(1, 100),
)


@given(small_models)
def test_a_dumped_model_reads_back_unchanged(written: ValueModel) -> None:
    assert parse_model(dump_model(written)) == written


@given(small_models)
def test_present_value_is_never_more_than_the_benefit_added_up(valued: ValueModel) -> None:
    assert 0 <= float(business_value(valued)) <= benefit_by_week(valued).sum() * (1 + 1e-9) + 0.01


def document(**figures: object) -> dict[str, object]:
    inputs = {
        "users": "40",
        "uses_per_week": 10,
        "minutes_saved": 6.0,
        "hourly_cost": "50",
        "adoption": "0.5",
    }
    return {"sources": [{"kind": "TIME_SAVINGS", "inputs": inputs | figures}]}


def errors_of(broken: object) -> dict[str, list[str]]:
    with pytest.raises(ValueModelError) as refused:
        parse_model(broken)
    return refused.value.errors


def test_numbers_may_come_as_text_or_as_numbers() -> None:
    assert cost_of_delay(parse_model(document())) == 1000


def test_the_workspace_stands_in_for_a_missing_horizon_and_rate() -> None:
    read = parse_model(document(), horizon_weeks=30, discount_rate=Decimal("0.08"))
    assert (read.horizon_weeks, read.discount_rate) == (30, Decimal("0.08"))


@pytest.mark.parametrize(
    "figure",
    [
        "NaN",
        "Infinity",
        "many",
        "",
        "1,000",
        "1e3",
        "1_000",
        "٣",
        True,
        [],
        -1,
        "-0.01",
        float("nan"),
        10**16,
        "9" * 50,
    ],
)
def test_a_figure_that_is_no_plain_number_in_range_is_named_by_its_path(figure: object) -> None:
    broken = document(users={"low": 1, "likely": 2, "high": figure})
    assert list(errors_of(broken)) == ["sources[0].inputs.users.high"]


def test_a_missing_figure_is_named() -> None:
    assert list(errors_of(document(users={"low": 1, "likely": 2}))) == ["sources[0].inputs.users.high"]


def test_a_missing_input_is_named() -> None:
    assert list(errors_of(document(users=None))) == ["sources[0].inputs.users"]


def test_an_unknown_input_is_named() -> None:
    assert list(errors_of(document(usres=3))) == ["sources[0].inputs.usres"]


def test_a_share_above_one_is_told_how_to_write_percent() -> None:
    assert "40 % is 0.4" in errors_of(document(adoption="40"))["sources[0].inputs.adoption"][0]


def test_figures_out_of_order_are_named_each() -> None:
    broken = errors_of(document(users={"low": 5, "likely": 4, "high": 3}))
    assert list(broken) == ["sources[0].inputs.users.likely", "sources[0].inputs.users.high"]


def test_several_errors_are_shown_at_once() -> None:
    assert len(errors_of(document(users="x", adoption=2) | {"ramp_weeks": -1, "urgency": "soon"})) == 4


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ([], ""),
        ({}, "sources"),
        ({"sources": []}, "sources"),
        ({"sources": ["x"]}, "sources[0]"),
        ({"sources": [{"kind": "luck"}]}, "sources[0].kind"),
        ({"sources": [{"kind": "DIRECT", "inputs": {"value": 1}, "x": 1}]}, "sources[0].x"),
        ({"sources": [{"kind": "DIRECT", "inputs": {"value": 1}}] * 21}, "sources"),
        ({"sources": [{"kind": "DIRECT", "inputs": {"value": "999999999999999"}}]}, "sources"),
        ({"sources": [{"kind": "DIRECT", "inputs": {"value": 1}, "one_off": True}]}, "sources[0].one_off"),
        (document() | {"urgency": "DEADLINE"}, "deadline_week"),
        (document() | {"urgency": "SHORT_LIFE", "life_weeks": 0}, "life_weeks"),
        (document() | {"horizon_weeks": 1.5}, "horizon_weeks"),
        (document() | {"discount_rate": "1.1"}, "discount_rate"),
        (document() | {"horizon": 3}, "horizon"),
    ],
)
def test_an_unusable_model_says_where(broken: object, path: str) -> None:
    assert list(errors_of(broken)) == [path]
