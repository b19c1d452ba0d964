"""What Jira's shapes of a value say of the workspace's own fields."""

from typing import Any

import pytest

from integrations.jira.fields import FieldNames
from integrations.jira.own_values import own_values, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ([], ""),
        ("High ", "High"),
        ({"id": "1", "value": "High", "self": "x"}, "High"),
        ({"accountId": "a", "displayName": "Ada Byron"}, "Ada Byron"),
        ([{"value": "Web"}, {"value": "App"}], "Web, App"),
        ({"value": "Europe", "child": {"value": "Norway"}}, "Europe - Norway"),
        (5.0, "5"),
        (123456.78, "123456.78"),
        (True, "yes"),
        ("2026-02-03T23:30:00.000-0500", "2026-02-03"),
        ({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hello"}]}]}, "Hello"),
        ({"progress": 1, "total": 2}, None),
        ([{"value": "Web"}, {"progress": 1}], None),
        (float("nan"), None),
    ],
)
def test_a_value_is_written_as_a_person_would(value: Any, text: str | None) -> None:
    assert value_text(value) == text


def test_fields_are_found_by_name_in_any_case_and_by_key_and_no_other_is_taken() -> None:
    used = {"customfield_3"}
    told = own_values(
        {"customfield_1": {"value": "High"}, "customfield_2": 7, "customfield_3": "taken", "customfield_4": "x"},
        names=FieldNames({"customfield_1": "Risk", "customfield_3": "Cost centre", "customfield_4": "Other"}),
        own_names=frozenset({"risk", "customfield_2", "cost centre"}),
        used=used,
    )
    assert told == {"risk": "High", "customfield_2": "7"}
    assert used == {"customfield_1", "customfield_2", "customfield_3"}
