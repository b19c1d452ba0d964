"""Links between issues that say one must be finished before the other."""

from collections import Counter
from typing import Any

from integrations.formats.items import Link
from integrations.formats.reading import clean_text
from integrations.jira.issue import Issue, dict_or_empty, text_id

_OTHER_FIRST = ("is blocked by", "depends on", "depends upon", "requires", "has to be done after", "is finished after")
_THIS_FIRST = ("blocks", "is depended on by", "is depended upon by", "is required by", "has to be done before")
_BLOCKING_TYPES = {"blocks", "blocker", "blocking"}


def map_links(issue: Issue, left_out: Counter[str]) -> list[Link]:
    """Return an issue's links that are dependencies; others ("relates to", "duplicates") are counted in `left_out`."""
    entries = issue.fields.get("issuelinks")
    found = []
    for entry in entries if isinstance(entries, list) else ():
        link = _map_link(issue.id, dict_or_empty(entry))
        if link is None:
            kind = clean_text(dict_or_empty(dict_or_empty(entry).get("type")).get("name"), 40)
            left_out[f"issue link: {kind or 'unnamed'}"] += 1
        elif link not in found:
            found.append(link)
    return found


def _map_link(own_id: str, entry: dict[str, Any]) -> Link | None:
    kind = dict_or_empty(entry.get("type"))
    for side, issue_field in (("outward", "outwardIssue"), ("inward", "inwardIssue")):
        other = dict_or_empty(entry.get(issue_field))
        other_id = text_id(other.get("id")) or clean_text(other.get("key"), 40)
        if not other_id:
            continue
        first = _goes_first(kind, side)
        if first is None:
            return None
        return Link(own_id, other_id) if first == "this" else Link(other_id, own_id)
    return None


def _goes_first(kind: dict[str, Any], side: str) -> str | None:
    words = clean_text(kind.get(side), 80).casefold().strip()
    if words in _OTHER_FIRST:
        return "other"
    if words in _THIS_FIRST:
        return "this"
    # A translated site still calls the type itself "Blocks"; outward is then the blocking side.
    if clean_text(kind.get("name"), 80).casefold() in _BLOCKING_TYPES:
        return "this" if side == "outward" else "other"
    return None
