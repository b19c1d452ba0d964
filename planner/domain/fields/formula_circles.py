"""Formulas over formulas: worked out one after another, and refused where they go round in a circle."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from graphlib import CycleError, TopologicalSorter

from planner.domain.fields.evaluation import Row, evaluate
from planner.domain.fields.formula import Formula, compile_formula, name_fields
from planner.domain.fields.formula_types import FieldType, FieldTypes, FormulaKind, Result, find_type
from planner.domain.fields.problems import TextProblem


class FormulaCircleError(ValueError):
    """Formulas that need each other; ``circle``: their keys, each naming the next and the last the first."""

    def __init__(self, circle: list[str], labels: Mapping[str, str]) -> None:
        """Name them by label."""
        names = [f"“{labels.get(key, key)}”" for key in circle]
        if len(names) == 1:
            message = f"The formula of {names[0]} refers to itself; take that out."
        else:
            message = f"These formulas need each other: {' needs '.join([*names, names[0]])}. Change one of them."
        super().__init__(message)
        self.message = message
        self.circle = circle


def order_formulas(references: Mapping[str, Iterable[str]], labels: Mapping[str, str] | None = None) -> list[str]:
    """Keys of formulas, each after those it refers to; other fields it refers to are left out.

    Raises FormulaCircleError.
    """
    own = {key: [each for each in named if each in references] for key, named in references.items()}
    try:
        return list(TopologicalSorter(own).static_order())
    except CycleError as error:
        backwards = error.args[1][1:]
        raise FormulaCircleError(backwards[::-1], labels or {}) from None


def compile_all(texts: Mapping[str, str], fields: FieldTypes, labels: Mapping[str, str]) -> dict[str, Formula]:
    """Compile formulas that may name each other, by key, in an order in which they can be worked out.

    ``fields``: all other fields. ``labels``: the formulas' names. Raises FormulaCircleError, or TextProblem with the
    key of the formula in ``field``.
    """
    known = dict(fields)
    # Before a formula is typed only its name is known; its type does not matter until then.
    stand_ins = {key: FieldType(key, labels.get(key, key), FormulaKind.NUMBER) for key in texts}
    named = {key: _named_keys(key, text, {**fields, **stand_ins}) for key, text in texts.items()}
    compiled: dict[str, Formula] = {}
    for key in order_formulas(named, labels):
        compiled[key] = _compile_one(key, texts[key], known)
        known[key] = replace(stand_ins[key], kind=compiled[key].kind)
    return compiled


def evaluate_all(formulas: Mapping[str, Formula], values: Row, today: date) -> dict[str, Result]:
    """What all formulas yield for one item, each seeing what the others yield.

    Raises FormulaCircleError.
    """
    row, results = dict(values), dict[str, Result]()
    for key in order_formulas({key: formula.references for key, formula in formulas.items()}):
        row[key] = results[key] = evaluate(formulas[key], row, today)
    return results


def _named_keys(key: str, text: str, known: FieldTypes) -> list[str]:
    try:
        found = [find_type(name, known) for name in name_fields(text)]
    except TextProblem as problem:
        raise TextProblem(problem.message, text=text, at=problem.at, code=problem.code, field=key) from None
    return [field.key for field in found if field is not None]


def _compile_one(key: str, text: str, known: FieldTypes) -> Formula:
    try:
        return compile_formula(text, known)
    except TextProblem as problem:
        raise TextProblem(problem.message, text=text, at=problem.at, code=problem.code, field=key) from None
