"""Jira's ways, one by one (algorithms: pitfalls met in real tracker data)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from integrations.formats.items import (
    CapabilityRef,
    ImportedCapability,
    ImportedStory,
    ImportedSubtask,
    ImportedTask,
    Link,
    ParentRef,
    Parsed,
    StateRef,
)
from integrations.jira.fields import FieldNames
from integrations.jira.mapper import MappingFailed, map_issue
from planner.domain.vocabulary import StateCategory, StoryKind, TaskState
from tests.integrations.jira_files import change, history, issue, move, status

SUBTASK = {"name": "Sub-task", "subtask": True, "hierarchyLevel": -1}
EPIC = {"name": "Epic", "subtask": False, "hierarchyLevel": 1}


def mapped(raw: Any, names: dict[str, str] | None = None) -> Parsed:
    return map_issue(raw, place="issue 1", names=FieldNames(names or {}))


def story(raw: Any, names: dict[str, str] | None = None) -> ImportedStory:
    item = mapped(raw, names).item
    assert isinstance(item, ImportedStory)
    return item


class TestHistory:
    def test_changes_are_oldest_first_though_jira_sends_the_newest_first(self) -> None:
        raw = issue(
            1,
            history(7, "2026-02-02T10:00:00.000+0000", move("1", "3")),
            history(8, "2026-02-03T10:00:00.000+0000", move("3", "6")),
            now_in="6",
        )
        assert [found.to_value for found in story(raw).changes] == ["In Progress", "Closed"]

    def test_the_order_in_the_file_changes_nothing(self) -> None:
        entries = [history(n, f"2026-02-{n:02}T10:00:00Z", move("1", "3"), move("3", "1")) for n in range(1, 20)]
        sorted_story = story(issue(1, *entries))
        Random(1).shuffle(entries)
        assert story(issue(1, *entries)) == sorted_story

    def test_of_one_instant_the_lower_id_and_the_first_item_go_first(self) -> None:
        same = "2026-02-02T10:00:00.000+0000"
        raw = issue(1, history(9, same, move("1", "3"), move("3", "5")), history(10, same, move("5", "6")), now_in="6")
        assert [found.source_ref for found in story(raw).changes] == ["9:0", "9:1", "10:0"]

    def test_the_first_status_is_where_the_first_change_came_from(self) -> None:
        raw = issue(1, history(7, "2026-02-02T10:00:00Z", move("5", "6")), now_in="6")
        assert story(raw).first_state.external_id == "5"

    def test_without_changes_the_first_status_is_the_present_one(self) -> None:
        assert story(issue(1, now_in="3")).first_state.external_id == "3"

    @pytest.mark.parametrize("changelog", [None, {}, {"histories": None}, {"histories": [None, 3, {}]}, []])
    def test_a_missing_empty_or_odd_changelog_is_no_history(self, changelog: Any) -> None:
        assert story(issue(1) | {"changelog": changelog}).changes == []

    def test_a_capped_changelog_is_told(self) -> None:
        parsed = mapped(issue(1, history(7, "2026-02-02T10:00:00Z", move("1", "3")), now_in="3", total=140))
        assert [refusal.field for refusal in parsed.refusals] == ["changelog"]
        assert "139" in parsed.refusals[0].reason

    def test_a_log_that_ends_before_the_present_status_is_closed(self) -> None:
        raw = issue(
            1, history(7, "2026-02-02T10:00:00Z", move("1", "3")), now_in="6", updated="2026-02-05T10:00:00.000+0000"
        )
        last = story(raw).changes[-1]
        assert (last.to_value, last.occurred_at) == ("Closed", datetime(2026, 2, 5, 10, tzinfo=UTC))

    def test_statuses_are_known_by_id_whatever_they_are_called(self) -> None:
        renamed = change("status", ("1", "Offen"), ("3", "In Arbeit"))
        raw = issue(1, history(7, "2026-02-02T10:00:00Z", renamed), now_in="3")
        assert [found.to_ref for found in story(raw).changes] == [StateRef("3", "In Arbeit")]

    def test_other_fields_are_counted_as_left_out(self) -> None:
        raw = issue(1, history(7, "2026-02-02T10:00:00Z", change("Fix Version", (None, None), ("1", "v1"))))
        assert mapped(raw).left_out["changelog: Fix Version"] == 1

    def test_the_instant_is_in_utc(self) -> None:
        assert story(issue(1)).created_at == datetime(2026, 1, 2, 8, tzinfo=UTC)


class TestStatusCategory:
    def test_the_id_of_the_category_goes_before_its_key(self) -> None:
        odd = status("6") | {"statusCategory": {"id": 3, "key": "new"}}
        assert story(issue(1, status=odd)).state.category is StateCategory.DONE

    def test_without_an_id_the_key_decides(self) -> None:
        known = {"id": "9", "name": "X", "statusCategory": {"key": "indeterminate"}}
        assert story(issue(1, status=known)).state.category is StateCategory.IN_PROGRESS

    def test_given_up_is_cancelled_though_jira_says_done(self) -> None:
        given_up = {"id": "9", "name": "Won't Do", "statusCategory": {"id": 3}}
        assert story(issue(1, status=given_up)).state.category is StateCategory.CANCELLED


class TestFields:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [("Bug", "BUG"), ("Spike", "SPIKE"), ("Enabler Story", "ENABLER"), ("Story", "STORY"), ("任务", "STORY")],
    )
    def test_issue_types_become_kinds(self, name: str, kind: str) -> None:
        assert story(issue(1, issuetype={"name": name})).kind is StoryKind(kind)

    def test_points_by_the_name_the_response_gives_the_field(self) -> None:
        raw = issue(1, customfield_12345=5.0, customfield_10016=99)
        assert story(raw, {"customfield_12345": "Story Points", "customfield_10016": "Risk"}).points == Decimal(5)

    def test_points_by_the_name_the_changelog_gives_the_field(self) -> None:
        item = change("Story Points", (None, None), (None, "5")) | {"fieldId": "customfield_12345"}
        assert story(issue(1, history(7, "2026-02-02T10:00:00Z", item), customfield_12345=5)).points == Decimal(5)

    def test_points_in_the_usual_field(self) -> None:
        assert story(issue(1, customfield_10016=2.5)).points == Decimal("2.50")

    @pytest.mark.parametrize("points", [-1, 1e300, float("inf"), 10_001, "many"])
    def test_impossible_points_are_refused_and_the_issue_goes_in(self, points: Any) -> None:
        parsed = mapped(issue(1, customfield_10016=points))
        assert isinstance(parsed.item, ImportedStory)
        assert parsed.item.points is None
        assert [refusal.field for refusal in parsed.refusals] == ["points"]

    def test_the_active_sprint_goes_before_closed_ones(self) -> None:
        sprints = [
            {"id": 4, "name": "Sprint 4", "state": "active", "startDate": "2026-01-05T09:00:00.000Z"},
            {"id": 9, "name": "Sprint 9", "state": "closed", "startDate": "2026-02-05T09:00:00.000Z"},
        ]
        found = story(issue(1, customfield_10020=sprints)).sprint
        assert found is not None
        assert (found.external_id, found.start_date) == ("4", date(2026, 1, 5))

    def test_the_sprint_strings_of_old_servers(self) -> None:
        text = (
            "com.atlassian.greenhopper.service.sprint.Sprint@38c6[id=12,rapidViewId=2,state=CLOSED,name=Sprint 1, late,"
            "startDate=2026-01-05T09:00:00.000Z,endDate=2026-01-19T09:00:00.000Z,completeDate=<null>,sequence=1,goal=]"
        )
        found = story(issue(1, customfield_10020=[text])).sprint
        assert found is not None
        assert (found.external_id, found.name, found.state) == ("12", "Sprint 1, late", "closed")

    def test_the_sprint_of_the_changelog_when_no_field_tells(self) -> None:
        item = change("Sprint", ("", ""), ("4, 5", "Sprint 4, Sprint 5"))
        found = story(issue(1, history(7, "2026-02-02T10:00:00Z", item))).sprint
        assert found is not None
        assert (found.external_id, found.name) == ("5", "Sprint 5")

    def test_the_parent_epic(self) -> None:
        parent = {"id": "9", "key": "SHOP-9", "fields": {"summary": "Pay", "issuetype": EPIC}}
        assert story(issue(1, parent=parent)).capability == CapabilityRef("9", "SHOP-9", "Pay")

    def test_the_epic_link_field(self) -> None:
        assert story(issue(1, customfield_10014="SHOP-9")).capability == CapabilityRef(key="SHOP-9")

    def test_a_parent_that_is_no_epic_is_no_capability(self) -> None:
        parent = {"id": "9", "key": "SHOP-9", "fields": {"summary": "Pay", "issuetype": {"name": "Story"}}}
        assert story(issue(1, parent=parent)).capability is None

    def test_a_flag_blocks(self) -> None:
        assert story(issue(1, customfield_10021=[{"value": "Impediment", "id": "10019"}])).blocked

    def test_a_document_becomes_text(self) -> None:
        document = {
            "type": "doc",
            "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "As a buyer"}]},
                {
                    "type": "bulletList",
                    "content": [
                        {"type": "listItem", "content": [_paragraph("one")]},
                        {"type": "listItem", "content": [_paragraph("two")]},
                    ],
                },
            ],
        }
        assert story(issue(1, description=document)).description == "As a buyer\n- one\n- two"

    def test_a_document_nested_without_end_is_cut(self) -> None:
        node: dict[str, Any] = {"type": "text", "text": "deep"}
        for _ in range(900):
            node = {"type": "blockquote", "content": [node]}
        assert "deep" not in story(issue(1, description=node)).description

    def test_hostile_text_is_made_storable(self) -> None:
        found = story(issue(1, summary="a\x00b\ud800c" + "x" * 1_000))
        assert found.title.startswith("ab\ufffdc")
        assert len(found.title) <= 500

    @pytest.mark.parametrize("field", ["created", "status"])
    def test_what_an_issue_can_not_do_without_is_named(self, field: str) -> None:
        raw = issue(1)
        raw["fields"][field] = None
        with pytest.raises(MappingFailed) as refused:
            mapped(raw)
        assert refused.value.field == field

    @pytest.mark.parametrize("value", [7, "x", [], [1], {"a": 1}, True, [{"id": []}], {"fields": 3}])
    @pytest.mark.parametrize(
        "field",
        [
            *("summary", "description", "issuetype", "project", "parent", "epic", "assignee", "issuelinks", "sprint"),
            *("closedSprints", "customfield_10014", "customfield_10016", "customfield_10020", "customfield_10021"),
            *("duedate", "updated", "subtasks", "flagged"),
        ],
    )
    def test_a_field_of_another_shape_never_crashes(self, field: str, value: Any) -> None:
        assert mapped(issue(1, **{field: value})).item is not None


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


class TestLinks:
    BLOCKS = {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}

    def test_an_outward_block_makes_this_the_predecessor(self) -> None:
        raw = issue(1, issuelinks=[{"type": self.BLOCKS, "outwardIssue": {"id": "10002"}}])
        assert story(raw).links == [Link("10001", "10002")]

    def test_an_inward_block_makes_the_other_the_predecessor(self) -> None:
        raw = issue(1, issuelinks=[{"type": self.BLOCKS, "inwardIssue": {"id": "10002"}}])
        assert story(raw).links == [Link("10002", "10001")]

    def test_a_translated_block_is_known_by_the_types_name(self) -> None:
        kind = {"name": "Blocks", "inward": "wird blockiert von", "outward": "blockiert"}
        raw = issue(1, issuelinks=[{"type": kind, "outwardIssue": {"id": "10002"}}])
        assert story(raw).links == [Link("10001", "10002")]

    def test_depends_on_points_backward(self) -> None:
        kind = {"name": "Dependency", "inward": "is depended on by", "outward": "depends on"}
        raw = issue(1, issuelinks=[{"type": kind, "outwardIssue": {"id": "10002"}}])
        assert story(raw).links == [Link("10002", "10001")]

    def test_other_links_are_counted_as_left_out(self) -> None:
        kind = {"name": "Relates", "inward": "relates to", "outward": "relates to"}
        parsed = mapped(issue(1, issuelinks=[{"type": kind, "outwardIssue": {"id": "10002"}}]))
        assert parsed.left_out["issue link: Relates"] == 1


def task_of(raw: Any) -> ImportedTask:
    item = mapped(raw).item
    assert isinstance(item, ImportedSubtask)
    assert isinstance(item.task.item, ImportedTask)
    return item.task.item


class TestOtherTypes:
    def test_an_epic_is_a_capability(self) -> None:
        item = mapped(issue(9, issuetype=EPIC, duedate="2026-06-30")).item
        assert isinstance(item, ImportedCapability)
        assert (item.ref.key, item.due_date) == ("SHOP-9", date(2026, 6, 30))

    def test_a_subtask_may_be_a_story_with_its_history(self) -> None:
        moved = history(50, "2026-02-02T10:00:00Z", move("1", "3"))
        item = mapped(issue(5, moved, issuetype=SUBTASK, parent={"id": "10001", "key": "SHOP-1"}, now_in="3")).item
        assert isinstance(item, ImportedSubtask)
        story = item.story.item
        assert isinstance(story, ImportedStory)
        assert (story.parent, story.capability, len(story.changes)) == (ParentRef("10001", "SHOP-1"), None, 1)
        assert item.task.left_out["changelog of sub-tasks"] == 1

    def test_a_subtask_may_be_a_task_with_hours(self) -> None:
        item = task_of(issue(5, issuetype=SUBTASK, parent={"id": "10001"}, timeoriginalestimate=14_400, now_in="3"))
        assert (item.parent_id, item.state, item.hours_estimated) == ("10001", TaskState.IN_PROGRESS, Decimal(4))

    def test_a_done_subtask_has_no_hours_left(self) -> None:
        item = task_of(issue(5, issuetype=SUBTASK, parent={"id": "1"}, timeestimate=14_400, now_in="6"))
        assert item.hours_left == 0

    def test_a_subtask_without_parent_is_refused(self) -> None:
        with pytest.raises(MappingFailed):
            mapped(issue(5, issuetype=SUBTASK))
