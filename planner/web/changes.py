"""A change of a story's fields: what was there, as a page posts it, and the change in words."""

from collections.abc import Collection, Iterable

from common.formats import points_in_words
from planner.models import Story

LONG_TEXTS = {"description": "text", "acceptance": "text"}


def as_posted(story: Story, fields: Iterable[str]) -> dict[str, str]:
    """The fields of the story as a form posts them: ids, except a capability, which is posted by its key."""
    return {field: _posted(story, field) for field in fields}


def words_of_change(story: Story, fields: Collection[str]) -> str:
    """What was changed, in a sentence for a notice."""
    names = sorted({LONG_TEXTS.get(field, field) for field in fields})
    if len(names) > 1:
        return f"{story.key} is changed: {', '.join(names)}."
    if names == ["state"]:
        return f"{story.key} is now in {story.state.name}."
    if names == ["points"]:
        return f"{story.key} has {'no points' if story.points is None else points_in_words(story.points)}."
    if names == ["title"]:
        return f"{story.key} is now called {story.title}."
    return f"The {names[0]} of {story.key} is changed."


def _posted(story: Story, field: str) -> str:
    if field == "capability":
        return "" if story.capability is None else story.capability.key
    if field == "required":
        return "true" if story.required else "false"
    value = getattr(story, f"{field}_id" if field in {"state", "application", "team", "sprint", "assignee"} else field)
    return "" if value is None else str(value)
