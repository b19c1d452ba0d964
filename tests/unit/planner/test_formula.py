"""The formula language: what it reads, what it refuses and where, and what it yields."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.fields.evaluation import Row, evaluate, evaluate_many
from planner.domain.fields.formula import compile_formula, rename_reference
from planner.domain.fields.formula_circles import (
    FormulaCircleError,
    compile_all,
    evaluate_all,
    order_formulas,
)
from planner.domain.fields.formula_types import FieldType, FormulaKind, Result, Unknown, built_in_types
from planner.domain.fields.problems import TextProblem
from planner.domain.vocabulary import ItemKind

TODAY = date(2026, 3, 31)
FIELDS = {
    **built_in_types(ItemKind.STORY),
    "risk": FieldType("risk", "Risk", FormulaKind.TEXT, ("Low", "High")),
    "labels": FieldType("labels", "Labels", FormulaKind.SEVERAL, ("UX", "Data")),
    "customers": FieldType("customers", "Paying customers", FormulaKind.NUMBER),
    "old": FieldType("old", "Old field", FormulaKind.NUMBER, is_removed=True),
}
ROW: Row = {
    "points": Decimal(8),
    "cost_of_delay": Decimal("1200.50"),
    "created": date(2026, 3, 1),
    "due": date(2026, 4, 14),
    "title": "Customs papers",
    "risk": "High",
    "labels": ("UX", "Data"),
    "blocked": False,
    "customers": Decimal(0),
    "age": Decimal(30),
}


def result_of(text: str, row: Row = ROW) -> Result:
    return evaluate(compile_formula(text, FIELDS), row, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("10 - 4 - 3", Decimal(3)),
        ("24 / 4 / 2", Decimal(3)),
        ("-points + 10", Decimal(2)),
        ("2 - -3", Decimal(5)),
        ("POINTS * [cost of delay]", Decimal("9604")),
        ("[Paying customers] + 1", Decimal(1)),
        ("min(points, 5, 13)", Decimal(5)),
        ("max(created, due)", date(2026, 4, 14)),
        ("abs(3 - points)", Decimal(5)),
        ("round(2.5)", Decimal(3)),
        ("round(-2.5)", Decimal(-3)),
        ("round(10 / 3, 2)", Decimal("3.33")),
        ("floor(-1.5)", Decimal(-2)),
        ("ceiling(1.2)", Decimal(2)),
        ("days_between(created, due)", Decimal(44)),
        ("due - created", Decimal(44)),
        ("due - 14", TODAY),
        ("7 + created", date(2026, 3, 8)),
        ("today() + age", date(2026, 4, 30)),
        ('date("2026-02-28") + 1', date(2026, 3, 1)),
        ("year(due) * 100 + month(due)", Decimal(202604)),
        ('if(risk = "high", points * 2, points)', Decimal(16)),
        ('concat(title, ": ", points / 5, ", ", blocked, ", ", labels)', "Customs papers: 1.6, no, UX, Data"),
        ('has(labels, "ux") and not has(labels, "Data")', False),
        ("count(labels)", Decimal(2)),
        ('contains(title, "PAPERS")', True),
        ("not blocked and points >= 8", True),
        ("not 1 = 2", True),
        ("coalesce(customers, 7)", Decimal(0)),
        ("cost_of_delay > 1000", True),
        ("1 <> 2 or 1 == 2", True),
        ('"a \\"quoted\\" word"', 'a "quoted" word'),
        ("1 / 3", Decimal("0.333333")),
    ],
)
def test_a_formula_yields(text: str, expected: Result) -> None:
    assert result_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("points / customers", "division by zero: customers is 0"),
        ("points / (customers * 2)", "division by zero: (customers * 2) is 0"),
        ("points / 0", "division by zero: the divisor is 0"),
        ("business_value + 1", "business_value is unknown"),
        ("if(business_value > 1, 1, 2)", "business_value is unknown"),
        ("min(cost_of_delay, business_value / 2)", "business_value is unknown"),
        ("if(is_known(customers), business_value, cost_of_delay)", "business_value is unknown"),
        ("concat(title, team)", "team is unknown"),
        ("due + 1000000", "the date is not between 1900 and 2200"),
        ("99999999999999999 * 99999999999999999", "the result is larger than 10^17"),
    ],
)
def test_what_cannot_be_worked_out_is_unknown_with_a_reason(text: str, reason: str) -> None:
    assert result_of(text) == Unknown(reason)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("blocked and business_value > 1", False),
        ("not blocked or business_value > 1", True),
        ("not blocked and business_value > 1", Unknown("business_value is unknown")),
        ("business_value > 1 or blocked", Unknown("business_value is unknown")),
        ("is_known(business_value)", False),
        ("if(is_known(points), 1, points / customers)", Decimal(1)),
        ("coalesce(points / customers, points)", Decimal(8)),
    ],
)
def test_unknown_spreads_only_where_it_matters(text: str, expected: Result) -> None:
    assert result_of(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "told", "code"),
    [
        ("", "line 1, character 1", "write a formula", "syntax"),
        ("points +", "line 1, character 9", "ends too early", "syntax"),
        ("points\n+ * 2", "line 2, character 3", "“*” can't stand here", "syntax"),
        ("(points", "line 1, character 8", "opened at character 1", "syntax"),
        ("points 2", "line 1, character 8", "join the parts", "syntax"),
        ("points & 2", "line 1, character 8", "concat", "syntax"),
        ('"open', "line 1, character 1", "close the quotation marks", "syntax"),
        ("points + pionts", "line 1, character 10", "did you mean points", "unknown_field"),
        ("points + old", "line 1, character 10", "the field “Old field” was removed", "removed_field"),
        ("summe(points, 1)", "line 1, character 1", "there is no function “summe”", "unknown_function"),
        ("if(blocked, 1)", "line 1, character 1", "if(condition, then, otherwise)", "syntax"),
        ("points + title", "line 1, character 10", "“title” is text", "type"),
        ("points + cost_of_delay", "line 1, character 10", "is money", "type"),
        ("cost_of_delay * cost_of_delay", "line 1, character 17", "money can't be multiplied", "type"),
        ("due + created", "line 1, character 7", "subtract one from the other", "type"),
        ("points and blocked", "line 1, character 1", "yes or no is needed", "type"),
        ('risk = "Medium"', "line 1, character 8", "none of: Low, High", "type"),
        ('has(labels, "Ops")', "line 1, character 13", "none of: UX, Data", "type"),
        ("labels", "line 1, character 1", "has(...)", "type"),
        ("1 < 2 < 3", "line 1, character 7", "two things at a time", "syntax"),
        ('date("31.3.2026")', "line 1, character 6", "is no day", "type"),
        ("round(points, points)", "line 1, character 15", "whole number from 0 to 6", "type"),
        ("if(blocked, points, title)", "line 1, character 21", "use two of the same type", "type"),
        ("coalesce(points, today())", "line 1, character 18", "use two of the same type", "type"),
        ("title > 1", "line 1, character 1", "is text", "type"),
        ("(" * 40 + "1" + ")" * 40, "line 1, character 32", "nest at most 30 deep", "limit"),
        ("1" + "+1" * 150, "line 1, character 202", "use at most 200 parts", "limit"),
        ("1" + " " * 2000, "line 1, character 2001", "use at most 2,000 characters", "limit"),
        ('"a\ud800"', "line 1, character 3", "can't be stored", "syntax"),
        ("__import__('os')", "line 1, character 12", "double quotation marks", "syntax"),
        ("points.__class__", "line 1, character 7", "“.” can't stand here", "syntax"),
    ],
)
def test_what_it_refuses_it_names_with_its_place(text: str, place: str, told: str, code: str) -> None:
    with pytest.raises(TextProblem) as refused:
        compile_formula(text, FIELDS)
    assert str(refused.value).startswith(f"{place}: ")
    assert told in refused.value.message
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("points * 2", FormulaKind.NUMBER),
        ("cost_of_delay / points", FormulaKind.MONEY),
        ("points * cost_of_delay", FormulaKind.MONEY),
        ("business_value / cost_of_delay", FormulaKind.NUMBER),
        ("cost_of_delay + 100", FormulaKind.MONEY),
        ("if(blocked, 0, cost_of_delay)", FormulaKind.MONEY),
        ("age / 7", FormulaKind.DAYS),
        ("age / state_age", FormulaKind.NUMBER),
        ("due - 3", FormulaKind.DATE),
        ("due - today()", FormulaKind.DAYS),
        ("blocked", FormulaKind.FLAG),
    ],
)
def test_units_are_kept(text: str, kind: FormulaKind) -> None:
    assert compile_formula(text, FIELDS).kind is kind


def test_it_tells_what_it_refers_to_and_whether_days_change_it() -> None:
    formula = compile_formula("if(blocked, [Due date] - today(), points + 1)", FIELDS)
    assert formula.references == {"blocked", "due", "points"}
    assert formula.uses_today
    assert compile_formula("age > 3", FIELDS).uses_today
    assert not compile_formula("points", FIELDS).uses_today


def test_many_rows_are_the_rows_one_by_one() -> None:
    formula = compile_formula("points / customers", FIELDS)
    rows: list[Row] = [ROW, {"points": Decimal(1), "customers": Decimal(4)}, {}]
    assert evaluate_many(formula, rows, TODAY) == [evaluate(formula, row, TODAY) for row in rows]


@pytest.mark.parametrize(("text", "written"), [("50 * 2", "100"), ("0 * -1", "0"), ("3 / 8", "0.375")])
def test_a_result_is_written_without_an_exponent(text: str, written: str) -> None:
    assert str(result_of(text)) == written


def test_formulas_over_formulas_are_worked_out_in_turn() -> None:
    texts = {"double": "half * 4", "half": "points / 2", "told": 'concat("x", double)'}
    formulas = compile_all(texts, FIELDS, {"half": "Half"})
    assert list(formulas) == ["half", "double", "told"]
    assert evaluate_all(formulas, ROW, TODAY) == {"half": Decimal(4), "double": Decimal(16), "told": "x16"}
    lost = evaluate_all(formulas, {}, TODAY)["told"]
    assert lost == Unknown("double is unknown: half is unknown: points is unknown")


def test_a_formula_that_refers_to_itself_is_refused_by_name() -> None:
    with pytest.raises(FormulaCircleError, match="“Effort” refers to itself") as refused:
        compile_all({"effort": "effort + 1"}, FIELDS, {"effort": "Effort"})
    assert refused.value.circle == ["effort"]


def test_a_circle_of_formulas_is_named_in_order() -> None:
    texts = {"a": "b + 1", "b": "c + 1", "c": "[The first] + 1", "d": "a"}
    with pytest.raises(FormulaCircleError) as refused:
        compile_all(texts, FIELDS, {"a": "The first"})
    circle = refused.value.circle
    assert sorted(circle) == ["a", "b", "c"]
    following = {"a": "b", "b": "c", "c": "a"}
    assert [following[key] for key in circle] == [*circle[1:], circle[0]]


def test_a_problem_in_one_of_several_formulas_names_it() -> None:
    with pytest.raises(TextProblem, match="character 5") as refused:
        compile_all({"good": "1", "bad": "1 + nowhere"}, FIELDS, {})
    assert refused.value.field == "bad"


def test_a_name_that_is_a_formula_of_money_cannot_be_added_to_points() -> None:
    with pytest.raises(TextProblem, match="is money"):
        compile_all({"gain": "cost_of_delay * 2", "sum": "points + gain"}, FIELDS, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("points*2 + Points", "size*2 + size"),
        ('concat(points, "points")', 'concat(size, "points")'),
        ("[points] + [other]", "size + [other]"),
        ("points(points)", "points(size)"),
        ("mypoints - points", "mypoints - size"),
    ],
)
def test_a_field_is_renamed_wherever_it_is_named(text: str, expected: str) -> None:
    assert rename_reference(text, "points", "size") == expected


def test_a_name_that_is_no_word_is_put_in_brackets() -> None:
    assert rename_reference("[Old name] + 1", "old name", "New name") == "[New name] + 1"
    assert rename_reference("x + 1", "x", "today") == "[today] + 1"


def test_a_name_that_no_formula_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="square brackets"):
        rename_reference("x + 1", "x", "a]b")


def test_fields_that_are_no_formulas_have_no_order() -> None:
    assert order_formulas({"one": ["points"], "two": ["one", "due"]}) == ["one", "two"]


FIGURES = st.decimals(-1_000, 1_000, places=2)


@settings(deadline=None)
@given(FIGURES, FIGURES, FIGURES)
def test_arithmetic_is_that_of_decimals(one: Decimal, two: Decimal, three: Decimal) -> None:
    row = {"points": one, "customers": two}
    text = f"points + customers * ({three})" if three >= 0 else f"points - customers * {-three}"
    assert result_of(text, row) == one + two * three


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    places = [0]
    try:
        compile_formula(text, FIELDS)
    except TextProblem as refused:
        places.append(refused.at)
    assert 0 <= min(places) <= max(places) <= len(text)


WORDS = st.sampled_from(
    ["points", "blocked", "due", "1", "0", "+", "/", "(", ")", ",", "if", "min", "and", "not", "-", "="]
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=14).map(" ".join))
def test_whatever_is_read_yields_a_value_or_a_reason(text: str) -> None:
    try:
        formula = compile_formula(text, FIELDS)
    except TextProblem:
        return
    for row in (ROW, {}):
        result = evaluate(formula, row, TODAY)
        assert not isinstance(result, Unknown) or result.reason
