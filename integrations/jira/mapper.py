"""A Jira issue as a story, capability or task. Pure: the same issue gives the same item, always.

Jira's ways that are dealt with here: the changelog comes newest first and capped; statuses are known
by id, for their names change and are translated; the first status stands in no event but as `from`
of the first change (docs/reference/imports.md).
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from integrations.formats.items import (
    CapabilityRef,
    Change,
    ImportedCapability,
    ImportedStory,
    ImportedSubtask,
    ImportedTask,
    ParentRef,
    Parsed,
    Refusal,
    SprintRef,
    StateRef,
)
from integrations.formats.reading import clean_text
from integrations.formats.values import parse_day, parse_hours, parse_instant, parse_points
from integrations.jira.adf import plain_text
from integrations.jira.changes import map_changes
from integrations.jira.fields import FieldNames
from integrations.jira.issue import (
    Issue,
    MappingFailed,
    dict_or_empty,
    is_epic,
    is_subtask,
    name_of,
    parent_epic,
    read_application,
    read_issue,
    read_person,
    text_id,
)
from integrations.jira.links import map_links
from integrations.jira.own_values import own_values
from integrations.jira.sprints import present_sprint
from planner.domain.vocabulary import StateCategory, StoryKind, TaskState

__all__ = ["MappingFailed", "map_issue"]

_BUGS = {"bug", "defect", "error", "incident", "fehler", "bogue", "anomalie", "缺陷", "故障", "バグ"}
_USED = {
    *("summary", "description", "created", "status", "issuetype", "project", "parent", "epic", "assignee"),
    *("sprint", "closedSprints", "issuelinks", "subtasks", "flagged"),
}
# What Jira repeats, computes or keeps for itself: leaving it out loses nothing.
_PLUMBING = {
    *("votes", "watches", "workratio", "progress", "aggregateprogress", "lastViewed", "issuerestriction"),
    *("statuscategorychangedate", "statusCategory", "thumbnail", "aggregatetimeestimate", "aggregatetimespent"),
    *("aggregatetimeoriginalestimate", "timetracking", "updated", "customfield_10000", "customfield_10018"),
}


def map_issue(raw: Any, *, place: str, names: FieldNames, own_names: frozenset[str] = frozenset()) -> Parsed:
    """Return the item an issue becomes, with its refused parts. Raises MappingFailed.

    `own_names`: casefolded names and keys of the workspace's own fields, whose values a story brings along.
    """
    issue = read_issue(raw)
    names = FieldNames({**names.by_id, **issue.names}) if issue.names else names
    parsed = Parsed(place=place, name=issue.key or issue.id, weight=1 + len(issue.histories))
    kind = issue.fields.get("issuetype")
    used = set(_USED)
    if is_subtask(kind):
        parsed.item = ImportedSubtask(
            issue.id, _subtask_as_story(issue, place, names, own_names), _subtask_as_task(issue, place, names)
        )
        return parsed
    if is_epic(kind) or _has_epic_name(issue, names):
        used |= {"duedate", *names.ids("epic_name")}
        parsed.item = _map_capability(issue)
        parsed.left_out["changelog of epics"] += len(issue.histories)
    else:
        parsed.item = _story(issue, names, own_names, parsed, used)
    _count_left_out(issue, names, used, parsed.left_out)
    return parsed


def _has_epic_name(issue: Issue, names: FieldNames) -> bool:
    return any(isinstance(issue.fields.get(field), str) for field in names.ids("epic_name") if issue.fields.get(field))


def _title(issue: Issue) -> str:
    # Jira's own exports carry zero-width spaces at the start of summaries.
    return clean_text(issue.fields.get("summary"), 500).strip(" \t\u200b\ufeff") or issue.key or issue.id


def _map_capability(issue: Issue) -> ImportedCapability:
    application = read_application(issue)
    if application is None:
        raise MappingFailed("The epic has no project and no key to tell it by.", "project")
    return ImportedCapability(
        ref=CapabilityRef(issue.id, issue.key, _title(issue)),
        title=_title(issue),
        application=application,
        description=plain_text(issue.fields.get("description")),
        due_date=parse_day(issue.fields.get("duedate")),
    )


def _story(issue: Issue, names: FieldNames, own_names: frozenset[str], parsed: Parsed, used: set[str]) -> ImportedStory:
    story = _StoryMapper(issue, names, parsed, used).story()
    if own_names:
        story.own_fields = own_values(issue.fields, names=names, own_names=own_names, used=used)
    return story


def _subtask_as_story(issue: Issue, place: str, names: FieldNames, own_names: frozenset[str]) -> Parsed:
    parsed, used = Parsed(place=place, name=issue.key or issue.id), set(_USED)
    story = _story(issue, names, own_names, parsed, used)
    story.kind = StoryKind.STORY
    story.parent = _parent(issue)
    parsed.item = story
    _count_left_out(issue, names, used, parsed.left_out)
    return parsed


def _subtask_as_task(issue: Issue, place: str, names: FieldNames) -> Parsed:
    parsed = Parsed(place=place, name=issue.key or issue.id, item=_map_task(issue))
    used = _USED | {"timeoriginalestimate", "timeestimate", "timespent", *names.ids("sprint"), *names.ids("epic")}
    parsed.left_out["changelog of sub-tasks"] += len(issue.histories)
    _count_left_out(issue, names, used, parsed.left_out)
    return parsed


def _parent(issue: Issue) -> ParentRef:
    parent = dict_or_empty(issue.fields.get("parent"))
    ref = ParentRef(text_id(parent.get("id")), clean_text(parent.get("key"), 40))
    if not ref.external_id and not ref.key:
        raise MappingFailed("The sub-task has no parent.", "parent")
    return ref


_TASK_STATES = {StateCategory.TODO: TaskState.TODO, StateCategory.IN_PROGRESS: TaskState.IN_PROGRESS}


def _map_task(issue: Issue) -> ImportedTask:
    parent = _parent(issue)
    fields = issue.fields
    state = _TASK_STATES.get(issue.status.category or StateCategory.TODO, TaskState.DONE)
    is_done = state is TaskState.DONE
    return ImportedTask(
        external_id=issue.id,
        parent_id=parent.external_id,
        parent_key=parent.key,
        title=_title(issue)[:300],
        state=state,
        hours_estimated=parse_hours(_first(fields.get("timeoriginalestimate"), fields.get("timeestimate"))),
        hours_left=Decimal(0) if is_done else parse_hours(fields.get("timeestimate")),
        assignee=read_person(fields.get("assignee")),
    )


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


class _StoryMapper:
    """The parts of one story; refused parts and used fields are collected on the way."""

    def __init__(self, issue: Issue, names: FieldNames, parsed: Parsed, used: set[str]) -> None:
        self._issue = issue
        self._fields = issue.fields
        self._names = names
        self._parsed = parsed
        self._used = used
        self._learned = names.learn({"items": history.items} for history in issue.histories)

    def story(self) -> ImportedStory:
        issue = self._issue
        changes = map_changes(issue.histories, self._parsed.left_out)
        self._tell_of_missing_changes()
        self._close_the_log(changes)
        first = next((change.from_ref for change in changes if change.field == "state"), None)
        return ImportedStory(
            external_id=issue.id,
            key=issue.key,
            title=_title(issue),
            created_at=issue.created,
            first_state=first if isinstance(first, StateRef) else issue.status,
            state=issue.status,
            kind=_kind(self._fields.get("issuetype")),
            description=plain_text(self._fields.get("description")),
            points=self._points(),
            application=read_application(issue),
            capability=parent_epic(issue, self._ids("epic")),
            sprint=self._sprint(changes),
            assignee=read_person(self._fields.get("assignee")),
            blocked=self._is_blocked(),
            changes=changes,
            links=map_links(issue, self._parsed.left_out),
        )

    def _ids(self, meaning: str) -> tuple[str, ...]:
        found = self._names.ids(meaning, self._learned)
        self._used.update(found)
        return found

    def _refuse(self, field: str, reason: str) -> None:
        self._parsed.refusals.append(Refusal(self._parsed.place, reason, self._parsed.name, field))

    def _points(self) -> Any:
        for field in self._names.ids("points", self._learned):
            value = self._fields.get(field)
            if value is None or not (isinstance(value, int | float | str) and not isinstance(value, bool)):
                continue
            self._used.add(field)
            points = parse_points(value)
            if points is None:
                shown = clean_text(str(value), 40)
                self._refuse(
                    "points", f'"{shown}" is not a number of points from 0 to 10,000; the issue is in without.'
                )
            return points
        return None

    def _sprint(self, changes: list[Change]) -> SprintRef | None:
        fields = (*self._ids("sprint"), "closedSprints")
        values = [self._fields[field] for field in fields if self._fields.get(field)]
        if values or any(field in self._fields for field in fields):
            return present_sprint(values)
        moves = [change.to_ref for change in changes if change.field == "sprint"]
        return moves[-1] if moves and isinstance(moves[-1], SprintRef) else None

    def _is_blocked(self) -> bool:
        for field in self._names.ids("flagged", self._learned):
            value = self._fields.get(field)
            options = value if isinstance(value, list) else []
            if value is True or any(name in ("impediment", "flagged") for name in map(_option, options)):
                self._used.add(field)
                return True
        return False

    def _tell_of_missing_changes(self) -> None:
        if missing := self._issue.missing_histories:
            self._refuse(
                "changelog",
                f"Jira sent only a part of the changelog: {missing} older or newer changes are missing. Fetch "
                "/rest/api/3/issue/{id}/changelog page by page and import again.",
            )
        if broken := self._issue.broken_histories:
            self._refuse("changelog", f"{broken} changes have no id, date or items; they were left out.")

    def _close_the_log(self, changes: list[Change]) -> None:
        """When the log's last status is not the present one, the change between is missing: add it, dated as told."""
        moves = [change for change in changes if change.field == "state" and isinstance(change.to_ref, StateRef)]
        last = moves[-1].to_ref if moves else None
        present = self._issue.status
        if not isinstance(last, StateRef) or last.external_id == present.external_id:
            return
        dated = _first(
            parse_instant(self._fields.get("statuscategorychangedate")), parse_instant(self._fields.get("updated"))
        )
        at = max(moves[-1].occurred_at, dated or moves[-1].occurred_at)
        ref = f"present:{present.external_id}:{at.isoformat()}"
        changes.append(Change("state", last.name, present.name, at, ref[:120], "", last, present))


def _kind(issue_type: Any) -> StoryKind:
    name = name_of(issue_type)
    if name in _BUGS or clean_text(dict_or_empty(issue_type).get("untranslatedName"), 80).casefold() in _BUGS:
        return StoryKind.BUG
    if "spike" in name:
        return StoryKind.SPIKE
    return StoryKind.ENABLER if "enabler" in name or name in ("technical task", "tech debt") else StoryKind.STORY


def _option(option: Any) -> str:
    return clean_text(dict_or_empty(option).get("value"), 40).casefold()


def _count_left_out(issue: Issue, names: FieldNames, used: set[str], left_out: Counter[str]) -> None:
    for field, value in issue.fields.items():
        if value in (None, "", [], {}, False) or field in used or field in _PLUMBING:
            continue
        left_out[clean_text(names.label(field), 60)] += 1
