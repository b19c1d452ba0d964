"""Naming the custom fields that a story's log tells of: it keeps their ids ("cf:12")."""

from collections.abc import Iterable

from planner.models import CustomField, StoryEvent

PREFIX = "cf:"


def name_own_fields(events: Iterable[StoryEvent]) -> None:
    """Give each event of a custom field its name as `field_name`; one query, and none where there is no such event.

    A field that was deleted with its workspace's data has no name; its events say "a field".
    """
    told = [event for event in events if event.field.startswith(PREFIX)]
    ids = {int(event.field.removeprefix(PREFIX)) for event in told}
    names = dict(CustomField.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    for event in told:
        event.field_name = names.get(int(event.field.removeprefix(PREFIX)), "a field")
