"""What changed between two estimates, and which input is to blame for how much."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.domain.value.changes import compare_models
from planner.domain.value.model import ValueModel, parse_model, value_per_week

FIGURE = st.integers(0, 500).map(str)


def sales(amount: str, price: str = "10", margin: str = "0.5") -> dict[str, Any]:
    return {"kind": "NEW_REVENUE", "inputs": {"sales_per_week": amount, "price": price, "margin": margin}}


def cost(amount: str, *, one_off: bool = False) -> dict[str, Any]:
    return {"kind": "AVOIDED_COST", "one_off": one_off, "inputs": {"cost": amount}}


def model(*sources: dict[str, Any], **settings: Any) -> ValueModel:
    return parse_model({"sources": list(sources), **settings})


source = st.one_of(
    st.builds(sales, FIGURE, FIGURE), st.builds(cost, FIGURE), st.builds(cost, FIGURE, one_off=st.just(True))
)
models = st.lists(source, min_size=1, max_size=4).map(lambda sources: model(*sources))


@given(models, models)
def test_the_effects_add_up_to_the_change_of_the_cost_of_delay(before: ValueModel, after: ValueModel) -> None:
    changes = compare_models(before, after)
    effects = [change.effect for change in changes.inputs]
    effects += [amount for _, amount in changes.added] + [-amount for _, amount in changes.removed]
    whole = [sum((value_per_week(one) for one in each.sources), Decimal(0)) for each in (after, before)]
    assert sum(effects, Decimal(0)) == whole[0] - whole[1]


@given(models)
def test_nothing_changes_from_a_model_to_itself(one: ValueModel) -> None:
    assert not compare_models(one, one)


def test_each_input_is_named_with_its_figures_and_its_effect() -> None:
    [fewer, dearer] = compare_models(model(sales("31")), model(sales("26", price="12"))).inputs
    assert [fewer.spec.name, fewer.before, fewer.after, fewer.effect] == ["sales_per_week", 31, 26, -25]
    assert [dearer.spec.name, dearer.effect] == ["price", 26]


def test_sources_are_added_and_removed_and_settings_told() -> None:
    changes = compare_models(model(sales("2"), cost("7")), model(sales("2"), sales("4"), horizon_weeks=52))
    assert [amount for _, amount in changes.added] == [20]
    assert [amount for _, amount in changes.removed] == [7]
    assert changes.settings == [("horizon_weeks", 104, 52)]


def test_a_range_alone_is_a_change_without_effect() -> None:
    wide = sales("2") | {"inputs": {"sales_per_week": {"low": 0, "likely": 2, "high": 4}, "price": 10, "margin": "0.5"}}
    [change] = compare_models(model(sales("2")), model(wide)).inputs
    assert [change.before, change.after, change.effect] == [2, 2, 0]
