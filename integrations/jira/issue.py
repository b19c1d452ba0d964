"""An issue's JSON with its shape checked: what the mapper may rely on."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from integrations.formats.items import ApplicationRef, CapabilityRef, PersonRef, StateRef
from integrations.formats.reading import clean_text
from integrations.formats.states import guess_category
from integrations.formats.values import parse_instant
from planner.domain.vocabulary import StateCategory

# The ids of status categories are the same in every Jira; their keys and names have been seen to disagree.
_CATEGORY_BY_ID = {"2": StateCategory.TODO, "4": StateCategory.IN_PROGRESS, "3": StateCategory.DONE}
_CATEGORY_BY_KEY = {
    "new": StateCategory.TODO,
    "indeterminate": StateCategory.IN_PROGRESS,
    "done": StateCategory.DONE,
}
_EPIC_NAMES = {"epic", "长篇故事", "epos", "épopée", "epopeya", "épico", "エピック"}


class MappingFailed(Exception):
    """An issue that can't become anything here; the message says why, `field` names the culprit."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(slots=True)
class History:
    """One event of the changelog: several fields may change in it."""

    id: str
    created: datetime
    author: str
    items: list[dict[str, Any]]


@dataclass(slots=True)
class Issue:
    """What every issue has, checked; the rest stays in `fields`."""

    id: str
    key: str
    fields: dict[str, Any]
    names: dict[str, Any]
    created: datetime
    status: StateRef
    histories: list[History]
    broken_histories: int
    missing_histories: int


def read_issue(raw: Any) -> Issue:
    """Return the issue, its changelog oldest first. Raises MappingFailed."""
    if not isinstance(raw, dict):
        raise MappingFailed("This is not an issue but a bare value.")
    fields = raw.get("fields")
    if not isinstance(fields, dict):
        raise MappingFailed("This is not a Jira issue: it has no fields.", "fields")
    number, key = text_id(raw.get("id")), clean_text(raw.get("key"), 40)
    if not number and not key:
        raise MappingFailed("The issue has neither an id nor a key.", "id")
    created = parse_instant(fields.get("created"))
    if created is None:
        raise MappingFailed("The date of the issue's creation is missing or can't be read.", "created")
    histories, broken, missing = _read_changelog(raw.get("changelog"))
    return Issue(
        id=number or key,
        key=key,
        fields=fields,
        names=dict_or_empty(raw.get("names")),
        created=created,
        status=_present_status(fields.get("status")),
        histories=histories,
        broken_histories=broken,
        missing_histories=missing,
    )


def _present_status(status: Any) -> StateRef:
    status = dict_or_empty(status)
    name = clean_text(status.get("name"), 80)
    if not name:
        raise MappingFailed("The issue's status is missing.", "status")
    return StateRef(text_id(status.get("id")) or f"name:{name}", name, _category(status.get("statusCategory"), name))


def _category(category: Any, name: str) -> StateCategory:
    category = dict_or_empty(category)
    found = _CATEGORY_BY_ID.get(text_id(category.get("id"))) or _CATEGORY_BY_KEY.get(str(category.get("key")))
    guess = guess_category(name)
    if found is None:
        return guess
    # Jira has no category for work that was given up: it counts as done there.
    return guess if found is StateCategory.DONE and guess is StateCategory.CANCELLED else found


def _read_changelog(changelog: Any) -> tuple[list[History], int, int]:
    changelog = dict_or_empty(changelog)
    entries = changelog.get("histories", changelog.get("values"))
    entries = entries if isinstance(entries, list) else []
    histories = [history for entry in entries if (history := _read_history(entry)) is not None]
    histories.sort(key=_age)
    total = changelog.get("total")
    missing = total - len(entries) if isinstance(total, int) and not isinstance(total, bool) else 0
    return histories, len(entries) - len(histories), max(0, missing)


def _age(history: History) -> tuple[datetime, int, str]:
    """Oldest first; of the same instant, the lower id first."""
    return history.created, len(history.id), history.id


def _read_history(entry: Any) -> History | None:
    entry = dict_or_empty(entry)
    created, items = parse_instant(entry.get("created")), entry.get("items")
    number = text_id(entry.get("id"))
    if created is None or not isinstance(items, list) or not number:
        return None
    author = read_person(entry.get("author"))
    kept = [item if isinstance(item, dict) else {} for item in items]
    return History(number, created, author.name if author else "", kept)


def read_person(user: Any) -> PersonRef | None:
    """Return someone by account id (Cloud) or key and name (Data Center)."""
    if not isinstance(user, dict):
        return None
    get = user.get
    given = get("accountId"), get("key"), get("name"), get("displayName"), get("emailAddress")
    try:
        return _person_ref(*given)
    except TypeError:  # a list or an object where a text should be
        return _person_ref(*(text if isinstance(text, str) else None for text in given))


@lru_cache(maxsize=4_096)
def _person_ref(*given: str | None) -> PersonRef | None:
    account, key, login, shown, email = (text if isinstance(text, str) else "" for text in given)
    number = clean_text(account or key or login, 150)
    name = clean_text(shown, 120) or number[:120]
    return PersonRef(number or f"name:{name}", name, clean_text(email, 254)) if name else None


def read_application(issue: Issue) -> ApplicationRef | None:
    """Return the issue's project; without one, what its key begins with."""
    project = dict_or_empty(issue.fields.get("project"))
    key = clean_text(project.get("key"), 20) or issue.key.rpartition("-")[0]
    if not key:
        return None
    return ApplicationRef(text_id(project.get("id")) or f"key:{key}", key, clean_text(project.get("name"), 120) or key)


def is_epic(issue_type: Any) -> bool:
    """Whether issues of this type hold stories."""
    issue_type = dict_or_empty(issue_type)
    level = issue_type.get("hierarchyLevel")
    if isinstance(level, int) and level != 0:
        return level > 0
    return {name_of(issue_type), clean_text(issue_type.get("untranslatedName"), 80).casefold()} & _EPIC_NAMES != set()


def is_subtask(issue_type: Any) -> bool:
    """Whether issues of this type are parts of another issue."""
    issue_type = dict_or_empty(issue_type)
    return issue_type.get("subtask") is True or issue_type.get("hierarchyLevel") == -1


def name_of(thing: Any) -> str:
    """Return a named object's name in lower case."""
    return clean_text(dict_or_empty(thing).get("name"), 120).casefold()


def parent_epic(issue: Issue, link_fields: tuple[str, ...]) -> CapabilityRef | None:
    """Return the epic an issue belongs to: its parent, its epic link, or the Agile API's `epic`."""
    parent = dict_or_empty(issue.fields.get("parent"))
    inner = dict_or_empty(parent.get("fields"))
    if parent and is_epic(inner.get("issuetype")):
        return _epic_ref(parent, inner.get("summary"))
    epic = dict_or_empty(issue.fields.get("epic"))
    if epic:
        return _epic_ref(epic, epic.get("summary") or epic.get("name"))
    for field in link_fields:
        if isinstance(key := issue.fields.get(field), str) and "-" in key:
            return CapabilityRef(key=clean_text(key, 40))
    return None


def _epic_ref(epic: dict[str, Any], title: Any) -> CapabilityRef | None:
    ref = CapabilityRef(text_id(epic.get("id")), clean_text(epic.get("key"), 40), clean_text(title, 500))
    return ref if ref.external_id or ref.key else None


def dict_or_empty(value: Any) -> dict[str, Any]:
    """Return the value when it is an object."""
    return value if isinstance(value, dict) else {}


def text_id(value: Any) -> str:
    """Return a tracker's id, which some answers write as a number, as text; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < 10**18 else ""
    return clean_text(value, 60).strip()
