"""What docs/reference says about filters is what the language does."""

import json
from pathlib import Path

import pytest

from planner.domain.panels import conditions, reading, tokens
from planner.domain.panels.documents import tree_from_json
from planner.domain.panels.fields import built_in_fields
from planner.domain.panels.operators import Operator
from planner.domain.panels.phrases import PHRASES
from planner.domain.panels.reading import parse_filter
from planner.domain.panels.tree import list_conditions
from planner.domain.panels.values import Anchor, Special
from planner.domain.vocabulary import ItemKind

TEXT = (Path(__file__).parents[3] / "docs" / "reference" / "filters.md").read_text()
EXAMPLES = TEXT.split("```filter\n")[1].split("```")[0].splitlines()
DOCUMENT = json.loads(TEXT.split("```json\n")[1].split("```")[0])
FIELDS = built_in_fields(ItemKind.STORY)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_a_filter(example: str) -> None:
    assert list(list_conditions(parse_filter(example, FIELDS)))


def test_the_json_is_a_filter() -> None:
    assert len(list(list_conditions(tree_from_json(DOCUMENT, FIELDS)))) == 4


@pytest.mark.parametrize("operator", Operator)
def test_every_operator_is_documented_with_its_words(operator: Operator) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| {operator.label} | `{operator.value}` |"))
    phrases = {" ".join(words): phrase for words, phrase in PHRASES}
    written = [part.split(" (")[0].split(" a and")[0] for part in row.split(" | ")[2].split("`")[1::2]]
    assert {phrases[each].operator for each in written} == {operator}


@pytest.mark.parametrize("special", Special)
def test_whoever_looks_is_documented(special: Special) -> None:
    assert f"`{special.label}`" in TEXT
    assert f"`{special.value}`" in TEXT


def test_every_anchor_is_made_of_documented_words() -> None:
    documented = set(TEXT.replace("`", "").replace(",", "").split())
    assert [anchor for anchor in Anchor if not set(anchor.label.split()) <= documented] == []


def test_limits_are_the_documented_ones() -> None:
    limits = f"{tokens.MOST_CHARACTERS:,} characters, {reading.MOST_CONDITIONS} conditions, {reading.DEEPEST} deep"
    assert f"{limits}, {conditions.MOST_VALUES} values in" in TEXT
    assert f"{conditions.LONGEST_VALUE} characters a value" in TEXT
