"""Visits in the choices of a field, worked out of the log each time: nothing is stored that could be wrong.

A range of stories at a time, for fields change less often than states but a log may be of any length.
"""

from collections.abc import Iterable

import numpy as np
from django.db.models import Count, Q

from planner.domain.arrays import IntArray
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.models import CustomField, FieldOption, FieldValue, Story, StoryEvent
from planner.selectors.event_fields import PREFIX
from valuestream.domain.choice_visits import cut_finished
from valuestream.domain.default_map import is_finished
from valuestream.domain.mapped_values import NO_CHOICE, Choice
from valuestream.domain.visits import ChangeLog, Visits, build_visits
from valuestream.models import Map
from valuestream.selectors.columns import ABSENT, Column, fetch_columns, instant, one_of
from valuestream.selectors.visits import read_visits
from valuestream.selectors.work_items import index_of, list_states

_EVENTS = StoryEvent._meta.db_table
_STORIES = Story._meta.db_table
_VALUES = FieldValue._meta.db_table


def event_name(field_id: int) -> str:
    """What the log calls a field of the workspace's own."""
    return f"{PREFIX}{field_id}"


def list_choices(*, field_id: int) -> list[Choice]:
    """A field's choices in order, those taken away too, for stories were there; last that a story has none."""
    options = FieldOption.objects.filter(field=field_id)
    return [*(Choice(option.pk, option.label) for option in options), Choice(NO_CHOICE, "Nothing chosen")]


def read_choice_visits(
    *, workspace_id: int, field_id: int, window_start: int, as_of: int, condition: str = "1 = 1"
) -> Visits:
    """Return what happened up to `as_of` to every story that was in the stream after `window_start`.

    Stories and places are ids. A story is in the stream while its state is not finished. `condition`: of which stories,
    SQL of ours on `story_id`. Visits in choices that were deleted are gone.
    """
    story_ids, choices = _choices(workspace_id, field_id, condition)
    visits = cut_finished(choices, _finished(workspace_id, story_ids, condition))
    known = np.isin(visits.place, [choice.pk for choice in list_choices(field_id=field_id)])
    visits = visits.take(known & (visits.entered_at <= as_of))
    lasts = np.zeros(len(story_ids), dtype=np.bool_)
    lasts[visits.story[visits.left_at >= window_start]] = True
    visits = visits.take(lasts[visits.story])
    return Visits(story_ids[visits.story], visits.place, visits.entered_at, visits.left_at)


def _choices(workspace_id: int, field_id: int, condition: str) -> tuple[IntArray, Visits]:
    """Ids of stories, rising, and their visits in choices by index."""
    story_ids, created_at, present = fetch_columns(
        [Column("story_id"), instant("created_at"), Column("option_id")],
        f"(SELECT story.id AS story_id, story.created_at, value.option_id FROM {_STORIES} AS story LEFT JOIN {_VALUES}"  # noqa: S608 - names of ours
        f" AS value ON value.story_id = story.id AND value.field_id = %s WHERE story.workspace_id = %s) AS stories"
        f" WHERE {condition} ORDER BY story_id",
        [field_id, workspace_id],
    )
    story, occurred_at, sequence, before, after = fetch_columns(
        [Column("story_id"), instant("occurred_at"), Column("sequence"), Column("from_id"), Column("to_id")],
        f"{_EVENTS} WHERE workspace_id = %s AND field = %s AND {condition}",
        [workspace_id, event_name(field_id)],
    )
    log = ChangeLog(
        story=np.searchsorted(story_ids, story),
        occurred_at=occurred_at,
        sequence=sequence,
        from_state=_chosen(before),
        to_state=_chosen(after),
        created_at=created_at,
        first_state=_chosen(present),
    )
    return story_ids, build_visits(log)


def _chosen(ids: IntArray) -> IntArray:
    return np.where(ids == ABSENT, NO_CHOICE, ids)


def _finished(workspace_id: int, story_ids: IntArray, condition: str) -> Visits:
    states = [state.pk for state in list_states(workspace_id=workspace_id) if is_finished(state.category)]
    stored = read_visits(workspace_id=workspace_id, condition=f"{condition} AND {one_of('state_id', states)}").visits
    story = index_of(stored.story, story_ids)
    return Visits(story, stored.place, stored.entered_at, stored.left_at).take(story >= 0)


def count_choice_visits(*, field_id: int, most: int) -> int:
    """How many visits there are at most in a field's choices: one a change, one a story; counts no further than `most`.

    Those that ended before any window count too, for they are worked out with the others.
    """
    field = CustomField.objects.only("workspace").get(pk=field_id)
    changes = StoryEvent.objects.filter(workspace=field.workspace_id, field=event_name(field_id))[:most].count()
    stories = Story.objects.filter(workspace=field.workspace_id)[:most].count()
    return min(most, changes + stories)


def count_chosen(*, workspace_id: int, field_id: int) -> dict[int, int]:
    """How many stories that are not finished have each choice now, by the choice's id."""
    values = FieldValue.objects.filter(field=field_id, story__state__in=_unfinished(workspace_id))
    return dict(values.values_list("option").annotate(count=Count("pk")).order_by())


def count_unchosen(*, workspace_id: int, field_id: int) -> int:
    """How many stories that are not finished say nothing in a field now."""
    open_stories = Story.objects.filter(workspace=workspace_id, state__in=_unfinished(workspace_id))
    return open_stories.count() - sum(count_chosen(workspace_id=workspace_id, field_id=field_id).values())


def _unfinished(workspace_id: int) -> list[int]:
    return [state.pk for state in list_states(workspace_id=workspace_id) if not is_finished(state.category)]


def list_choice_fields(*, workspace_id: int) -> list[CustomField]:
    """The fields a map may follow: those of stories that hold one choice, and are not taken away."""
    kinds = {"item": ItemKind.STORY.value, "kind": FieldKind.CHOICE.value}
    return list(CustomField.objects.filter(workspace=workspace_id, archived_at=None, **kinds))


def any_map_asks_of(*, workspace_id: int, event_names: Iterable[str]) -> bool:
    """Whether a map follows a field that the log calls by one of these names, or has a filter, which may ask of any."""
    fields = [int(name.removeprefix(PREFIX)) for name in event_names if name.startswith(PREFIX)]
    maps = Map.objects.filter(workspace=workspace_id)
    return maps.filter(Q(field__in=fields) | ~Q(filter_text="")).exists()
