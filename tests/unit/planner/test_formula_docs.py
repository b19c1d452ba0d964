"""What docs/reference says about formulas is what the language does."""

import re
from pathlib import Path

import pytest

from planner.domain.fields import formula_syntax, formula_tokens
from planner.domain.fields.formula import compile_formula
from planner.domain.fields.formula_rules import FUNCTIONS
from planner.domain.fields.formula_types import FieldType, FormulaKind, built_in_types
from planner.domain.vocabulary import ItemKind

TEXT = (Path(__file__).parents[3] / "docs" / "reference" / "formulas.md").read_text()
EXAMPLES = TEXT.split("```formula\n")[1].split("```")[0].splitlines()
FIELDS = {
    **built_in_types(ItemKind.STORY),
    "risk": FieldType("risk", "Risk", FormulaKind.TEXT, ("Low", "High")),
    "seats": FieldType("seats", "Seats", FormulaKind.NUMBER),
    "price": FieldType("price", "Price", FormulaKind.MONEY),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_a_formula(example: str) -> None:
    assert compile_formula(example, FIELDS).references


def test_every_function_is_documented_as_it_is_used() -> None:
    written = re.findall(r"`(\w+\([^`]*\))`", TEXT.split("| function |")[1].split("\n\n")[0])
    usages = {signature.usage for signature in FUNCTIONS.values()}
    assert set(written) == usages


@pytest.mark.parametrize("item", [ItemKind.STORY, ItemKind.CAPABILITY])
def test_every_built_in_field_is_documented(item: ItemKind) -> None:
    assert [key for key in built_in_types(item) if f"`{key}`" not in TEXT] == []


def test_limits_are_the_documented_ones() -> None:
    limits = f"{formula_tokens.MOST_CHARACTERS:,} characters, {formula_syntax.MOST_PARTS} parts"
    assert f"{limits}, {formula_syntax.DEEPEST} deep" in TEXT
