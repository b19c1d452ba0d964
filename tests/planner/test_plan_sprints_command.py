"""`manage.py plan --sprints`: what it prints, and one sentence for everything it refuses."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

Content = dict[str, Any]


def instance(**changes: Any) -> Content:
    return {
        "stories": [
            {"id": "A", "points": 5, "capability": 1, "required": True, "team": "Harbour"},
            {"id": 2, "points": 5, "capability": 1, "required": True, "team": "Booking"},
            {"id": "C", "points": 8, "capability": "two", "required": True, "team": "Harbour"},
            {"id": "huge", "points": 40, "capability": None, "required": True, "team": "Booking"},
        ],
        "capabilities": [{"id": 1, "cost_of_delay": 10}, {"id": "two", "cost_of_delay": 4}],
        "dependencies": [["A", 2]],
        "capacities": {"Harbour": [8, 8, 5], "Booking": [8, 8, 5]},
        **changes,
    }


def plan(folder: Path, content: object) -> Content:
    path = folder / "instance.json"
    path.write_text(json.dumps(content))
    printed = StringIO()
    call_command("plan", file=str(path), sprints=True, stdout=printed)
    answer: Content = json.loads(printed.getvalue())
    return answer


def test_it_prints_the_sprint_of_each_story_and_what_that_earns(tmp_path: Path) -> None:
    answer = plan(tmp_path, instance())
    assert answer["placement"] == {"A": 0, "2": 1, "C": 1, "huge": None}
    assert answer["value"] == 10 * 2 + 4 * 2
    assert answer["bound"] >= answer["value"]
    assert set(answer) == {"placement", "value", "bound"}


def test_it_prints_the_same_again(tmp_path: Path) -> None:
    assert plan(tmp_path, instance()) == plan(tmp_path, instance())


def test_nothing_to_do_is_a_plan_too(tmp_path: Path) -> None:
    content = instance(stories=[], capabilities=[], dependencies=[])
    assert plan(tmp_path, content) == {"placement": {}, "value": 0.0, "bound": 0.0}


def with_story(**changes: Any) -> Content:
    content = instance()
    content["stories"][1] = {**content["stories"][1], **changes}
    return content


def without_team() -> Content:
    content = instance()
    del content["stories"][1]["team"]
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({key: value for key, value in instance().items() if key != "capacities"}, "capacities must be an object"),
        (instance(capacities={}), "capacities must be an object"),
        (instance(capacities={"Harbour": 5}), r"capacities\['Harbour'\] must be a list"),
        (instance(capacities={"Harbour": []}), r"capacities\['Harbour'\] must be a list"),
        (instance(capacities={"Harbour": [5, -1]}), r"capacities\['Harbour'\]\[1\] must be a number from 0"),
        (instance(capacities={"Harbour": [5, None]}), r"capacities\['Harbour'\]\[1\] must be a number from 0"),
        (instance(capacities={"Harbour": [5, 5], "Booking": [5]}), "has 1 sprints, .* 2: each needs as many"),
        (without_team(), r"stories\[1\].team is missing"),
        (with_story(team="Nobody"), r"stories\[1\].team: no team of capacities is called 'Nobody'"),
        (with_story(team=["Harbour"]), r"stories\[1\].team: no team"),
        (with_story(points=-3), r"stories\[1\].points must be a number"),
        (with_story(id="A"), r"stories\[1\].id: 'A' is already"),
        (instance(dependencies=[["A", "C"], ["C", "A"]]), "go round in a circle"),
        (instance(dependencies=[["A", "missing"]]), r"dependencies\[0\]\[1\]: no story"),
    ],
)
def test_bad_input_is_refused_by_row_and_field(tmp_path: Path, content: Content, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        plan(tmp_path, content)


def test_ids_that_json_keys_can_t_tell_apart_are_refused(tmp_path: Path) -> None:
    content = instance(dependencies=[])
    content["stories"][0]["id"] = "2"
    with pytest.raises(CommandError, match=r"stories\[1\].id: 2 reads the same as the id of stories\[0\]"):
        plan(tmp_path, content)
