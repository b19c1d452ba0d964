"""The formulas of a workspace, compiled: what they may speak of, and what they yield."""

from collections.abc import Iterable, Mapping, Sequence

from accounts.models import Workspace
from planner.domain.fields.formula import Formula
from planner.domain.fields.formula_circles import compile_all
from planner.domain.fields.formula_types import FieldType, built_in_types, type_of
from planner.domain.fields.kinds import FieldSpec
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.selectors.custom_fields import options_of


def compile_formulas(*, workspace: Workspace, item: ItemKind, fields: Sequence[CustomField]) -> dict[str, Formula]:
    """The formulas among the fields, by key. Raises TextProblem or FormulaCircleError for what can't be worked out."""
    texts = {field.key: field.formula for field in fields if field.kind == FieldKind.FORMULA.value}
    if not texts:
        return {}
    labels = {field.key: field.name for field in fields}
    return compile_all(texts, formula_types(item=item, fields=fields), labels)


def formula_types(*, item: ItemKind, fields: Iterable[CustomField]) -> Mapping[str, FieldType]:
    """What a formula may name: built-in fields, and custom ones that are no formulas."""
    types = dict(built_in_types(item))
    for field in fields:
        if field.kind != FieldKind.FORMULA.value:
            spec = FieldSpec(field.key, field.name, FieldKind(field.kind), choices=options_of(field))
            types[field.key] = type_of(spec)
    return types
