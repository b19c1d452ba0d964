"""Filtering the backlog by fields of the workspace's own, in the words of an address."""

import pytest

from accounts.models import Workspace
from common.errors import InvalidInput
from planner.models import Story
from planner.selectors.backlog_filters import asked_in, require_filters
from planner.selectors.own_filters import list_own_filters, list_own_values
from planner.services.custom_fields import create_field
from planner.services.field_options import OptionDraft
from planner.services.field_values import set_story_fields_of_own
from planner.services.formula_runs import run_formulas
from planner.services.workspaces import find_or_create_person
from tests.factories import NOW, actor_of, make_story, make_workspace

pytestmark = pytest.mark.django_db
FIELDS = (
    ("Risk", "CHOICE", ("High", "Low"), ""),
    ("Ports", "MULTI_CHOICE", ("Bergen", "Oslo"), ""),
    ("Calls", "NUMBER", (), ""),
    ("Promised", "DATE", (), ""),
    ("Note", "TEXT", (), ""),
    ("Owner", "PERSON", (), ""),
    ("Busy", "FORMULA", (), "calls > 5"),
    ("Twice", "FORMULA", (), "calls * 2"),
)


@pytest.fixture
def workspace() -> Workspace:
    """Story a has everything, b some of it, c nothing."""
    workspace = make_workspace("OWN")
    actor = actor_of(workspace)
    find_or_create_person(workspace=workspace, name="Dana")
    for name, kind, labels, formula in FIELDS:
        options = [OptionDraft(label) for label in labels]
        create_field(
            workspace=workspace,
            item="STORY",
            name=name,
            kind=kind,
            formula=formula,
            options=options,
            actor=actor,
            now=NOW,
        )
    full: dict[str, object] = {"risk": "High", "ports": ["Bergen", "Oslo"], "calls": 9, "promised": "2026-05-01"}
    full |= {"note": "urgent", "owner": "Dana"}
    values: dict[str, dict[str, object]] = {"a": full, "b": {"risk": "Low", "calls": 2, "ports": ["Oslo"]}}
    for title in "abc":
        story = make_story(workspace, title)
        if title in values:
            set_story_fields_of_own(
                workspace=workspace, story_ids=[story.pk], values=values[title], actor=actor, now=NOW
            )
    run_formulas(workspace_id=workspace.pk, now=NOW)
    return workspace


def passing(workspace: Workspace, *texts: str) -> str:
    filters = require_filters(texts=texts, asked=asked_in(workspace=workspace, now=NOW))
    found = Story.objects.filter(filters.where, workspace=workspace).order_by("title")
    return "".join(found.values_list("title", flat=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("risk:is:high", "a"),
        ("risk:is_not:High", "bc"),
        ("risk:any_of:High,Low", "ab"),
        ("risk:empty", "c"),
        ("ports:is:Oslo", "ab"),
        ("ports:has:berg", "a"),
        ("calls:gt:5", "a"),
        ("calls:lt:5", "b"),
        ("calls:between:1,9", "ab"),
        ("calls:not_empty", "ab"),
        ("promised:gt:2026-04-30", "a"),
        ("promised:is:2026-05-01", "a"),
        ("promised:empty", "bc"),
        ("note:has:URG", "a"),
        ("owner:is:dana", "a"),
        ("owner:empty", "bc"),
        ("busy:is:yes", "a"),
        ("busy:is:no", "b"),
        ("twice:gt:10", "a"),
    ],
)
def test_who_passes(workspace: Workspace, text: str, expected: str) -> None:
    assert passing(workspace, text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("risk:is:Medium", "“Medium” is none of: High, Low."),
        ("calls:gt:many", "is no number"),
        ("promised:gt:soon", "soon"),
        ("risk:gt:3", "operators of this field are"),
        ("colour:is:red", "There is no such field"),
    ],
)
def test_what_cannot_be_used_is_said(workspace: Workspace, text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passing(workspace, text)
    assert said in refused.value.errors["f"][0]


def test_what_the_filter_box_offers(workspace: Workspace) -> None:
    assert [field.label for field in list_own_filters(workspace_id=workspace.pk)] == [name for name, *_ in FIELDS]
    assert list_own_values(workspace_id=workspace.pk, name="risk", words="hi") == [("High", "High")]
    assert list_own_values(workspace_id=workspace.pk, name="owner", words="da") == [("Dana", "Dana")]
    assert list_own_values(workspace_id=workspace.pk, name="busy", words="") == [("yes", "yes"), ("no", "no")]
    assert list_own_values(workspace_id=workspace.pk, name="calls", words="") == []
