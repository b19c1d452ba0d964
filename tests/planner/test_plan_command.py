"""`manage.py plan`: what it prints, and one sentence for everything it refuses."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.bench.backlogs import make_backlog

Content = dict[str, Any]


def instance(**changes: Any) -> Content:
    return {
        "stories": [
            {"id": "B", "points": 1, "capability": 2, "required": True},
            {"id": "A", "points": 1, "capability": "one", "required": True},
            {"id": 3, "points": 1, "capability": 3, "required": True},
            {"id": "later", "points": 2, "capability": 3, "required": False},
            {"id": "first", "points": 1, "capability": None, "required": True},
        ],
        "capabilities": [
            {"id": "one", "cost_of_delay": 1},
            {"id": 2, "cost_of_delay": 20},
            {"id": 3, "cost_of_delay": 5},
            {"id": "unknown", "cost_of_delay": None},
        ],
        "dependencies": [["A", "B"], ["first", "later"]],
        **changes,
    }


def plan(folder: Path, content: object) -> Content:
    path = folder / "instance.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    printed = StringIO()
    call_command("plan", file=str(path), stdout=printed)
    answer: Content = json.loads(printed.getvalue())
    return answer


def test_it_prints_the_order_and_what_it_costs(tmp_path: Path) -> None:
    assert plan(tmp_path, instance()) == {
        "order": ["A", "B", 3, "first", "later"],
        "capabilities": ["one", 2, 3],
        "unranked": ["unknown"],
        "total_delay_cost": 56.0,
        "lower_bound": 56.0,
    }


def cost_of(order: list[int], content: Content) -> float:
    points = {story["id"]: story["points"] for story in content["stories"]}
    of = {story["id"]: story["capability"] for story in content["stories"]}
    done_at: dict[int, float] = {}
    clock = 0.0
    for story in order:
        clock += points[story]
        done_at[of[story]] = clock
    return float(sum(row["cost_of_delay"] * done_at.get(row["id"], 0.0) for row in content["capabilities"]))


@pytest.mark.parametrize("per_story", [1.0, 3.0])
def test_the_printed_cost_is_that_of_the_printed_order(tmp_path: Path, per_story: float) -> None:
    listed = make_backlog(500, per_story=per_story, enablers=0.2)
    capabilities = listed.capability_of_story.tolist()
    content: Content = {
        "stories": [
            {"id": story, "points": points, "capability": capability if capability >= 0 else None, "required": True}
            for story, (points, capability) in enumerate(zip(listed.points.tolist(), capabilities, strict=True))
        ],
        "capabilities": [
            {"id": unit, "cost_of_delay": cost} for unit, cost in enumerate(listed.cost_of_delay.tolist())
        ],
        "dependencies": [list(p) for p in zip(listed.prerequisite.tolist(), listed.dependent.tolist(), strict=True)],
    }
    answer = plan(tmp_path, content)
    assert sorted(answer["order"]) == list(range(500))
    assert answer["total_delay_cost"] == pytest.approx(cost_of(answer["order"], content))
    assert answer["lower_bound"] <= answer["total_delay_cost"]
    place = {story: at for at, story in enumerate(answer["order"])}
    assert all(place[before] < place[after] for before, after in content["dependencies"])


def test_unestimated_stories_count_the_mean_of_the_estimated_ones(tmp_path: Path) -> None:
    stories = [
        {"id": 1, "points": 2, "capability": 1},
        {"id": 2, "points": 4, "capability": None},
        {"id": 3, "points": None, "capability": 1},
    ]
    answer = plan(tmp_path, {"stories": stories, "capabilities": [{"id": 1, "cost_of_delay": 10}]})
    assert answer["total_delay_cost"] == 50


def test_a_capability_without_a_required_story_is_listed_apart(tmp_path: Path) -> None:
    stories = [{"id": 1, "points": 2, "capability": 1, "required": False}]
    answer = plan(tmp_path, {"stories": stories, "capabilities": [{"id": 1, "cost_of_delay": 10}]})
    assert (answer["capabilities"], answer["unranked"], answer["order"]) == ([], [1], [1])


def test_nothing_to_plan_is_a_plan(tmp_path: Path) -> None:
    assert plan(tmp_path, {"stories": [], "capabilities": []})["order"] == []


def story(**changes: Any) -> Content:
    return instance(stories=[{"id": 1, "points": 1, "capability": 2, "required": True} | changes], dependencies=[])


def capability(**changes: Any) -> Content:
    return instance(capabilities=[{"id": 2, "cost_of_delay": 1} | changes], stories=[], dependencies=[])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"stories": [{"id": 1, "points": ' + "9" * 5_000 + "}]}", "is not JSON"),
        ([], "one JSON object"),
        ({"capabilities": []}, "stories is missing"),
        ({"stories": []}, "capabilities is missing"),
        (instance(stories={}), "stories must be a list"),
        (instance(dependencies="A"), "dependencies must be a list"),
        (instance(stories=[5]), r"stories\[0\] must be an object"),
        (instance(stories=[{"points": 1}], dependencies=[]), r"stories\[0\].id is missing"),
        (story(id=1.5), r"stories\[0\].id must be a text or a whole number"),
        (story(id=True), r"stories\[0\].id must be"),
        (story(points=-1), r"stories\[0\].points must be a number from 0 to 10,000, not -1"),
        (story(points=float("nan")), r"stories\[0\].points .* not nan"),
        (story(points=10_001), r"stories\[0\].points .* not 10001"),
        (story(points="5"), r"stories\[0\].points must be a number or null"),
        (story(points=True), r"stories\[0\].points must be a number or null"),
        (story(capability=9), r"stories\[0\].capability: no capability has the id 9"),
        (story(capability=[]), r"stories\[0\].capability: no capability has the id \[\]"),
        (story(required="yes"), r"stories\[0\].required must be true or false"),
        (capability(cost_of_delay=-5), r"capabilities\[0\].cost_of_delay .* not -5"),
        (capability(cost_of_delay=float("inf")), r"capabilities\[0\].cost_of_delay .* not inf"),
        (capability(cost_of_delay=10**12 + 1), r"capabilities\[0\].cost_of_delay must be a number from 0 to 1,000,000"),
        (
            instance(capabilities=[{"id": 2}], stories=[], dependencies=[]),
            r"capabilities\[0\].cost_of_delay is missing",
        ),
        (instance(capabilities=[{"id": 2, "cost_of_delay": 1}] * 2), r"capabilities\[1\].id: 2 is already .*\[0\]"),
        (instance(dependencies=[["A", "Z"]]), r"dependencies\[0\]\[1\]: no story has the id 'Z'"),
        (instance(dependencies=[["A", "B"], ["A"]]), r"dependencies\[1\] must be a pair"),
        (instance(dependencies=[["A", "B"], ["B", "A"]]), "circle: (A -> B -> A|B -> A -> B)"),
        (instance(dependencies=[["A", "A"]]), "circle: A -> A"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_a_sentence(tmp_path: Path, content: object, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as caught:
        plan(tmp_path, content)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere.json can't be read: No such file"):
        call_command("plan", file=str(tmp_path / "nowhere.json"))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="not text in UTF-8"):
        call_command("plan", file=str(tmp_path / "picture.json"))
