"""Trying a formula out while it is being written: what it yields for a few items."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Workspace
from planner.domain.fields.formula_circles import FormulaCircleError
from planner.domain.fields.problems import TextProblem
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField
from planner.selectors.custom_fields import list_fields
from planner.selectors.formulas import compile_formulas
from planner.selectors.item_fields import rows_of
from planner.selectors.item_values import Shown, shown_values

EXAMPLES = 3
STAND_IN = "the_new_one"


@dataclass(frozen=True)
class TriedFormula:
    """What a formula yields, by (key of the item, its title, the value); or `problem`, a sentence."""

    problem: str = ""
    yields: str = ""
    examples: tuple[tuple[str, str, Shown], ...] = ()


def try_formula(
    *, workspace: Workspace, item: ItemKind, formula: str, name: str, key: str, now: datetime
) -> TriedFormula | None:
    """Work a formula out for the first items; None for an empty one. `key`: of the field whose formula it is to be."""
    if not formula.strip():
        return None
    tried = CustomField(
        workspace=workspace,
        item=item.value,
        key=key or STAND_IN,
        name=name or "This field",
        kind=FieldKind.FORMULA.value,
        formula=formula[:2000],
    )
    others = [field for field in list_fields(workspace_id=workspace.pk, item=item.value) if field.key != tried.key]
    try:
        compiled = compile_formulas(workspace=workspace, item=item, fields=[*others, tried])
    except (TextProblem, FormulaCircleError) as problem:
        return TriedFormula(problem=str(problem))
    rows = list(rows_of(workspace=workspace, item=item).order_by("pk")[:EXAMPLES])
    shown = shown_values(workspace=workspace, item=item, rows=rows, now=now, fields=[*others, tried])
    examples = tuple((row.key, row.title, shown[row.pk][tried.key]) for row in rows)
    return TriedFormula(yields=compiled[tried.key].kind.label, examples=examples)
