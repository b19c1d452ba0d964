"""The vocabulary as Django choices, under names the API's schema keeps."""

from planner.domain.vocabulary import (
    EventSource,
    SprintState,
    StateCategory,
    StoryKind,
    TaskState,
)

STORY_KINDS = StoryKind.choices()
STATE_CATEGORIES = StateCategory.choices()
SPRINT_STATES = SprintState.choices()
TASK_STATES = TaskState.choices()
EVENT_SOURCES = EventSource.choices()

OPEN_CATEGORIES = [StateCategory.TODO.value, StateCategory.IN_PROGRESS.value]
