"""The vocabulary as Django choices, under names the API's schema keeps."""

from planner.domain.vocabulary import (
    EventSource,
    FeedbackState,
    Lens,
    PinKind,
    ProposalState,
    SprintState,
    StateCategory,
    StoryKind,
    TaskState,
    VoteKind,
)

STORY_KINDS = StoryKind.choices()
STATE_CATEGORIES = StateCategory.choices()
SPRINT_STATES = SprintState.choices()
TASK_STATES = TaskState.choices()
EVENT_SOURCES = EventSource.choices()
LENSES = Lens.choices()
PIN_KINDS = PinKind.choices()
PROPOSAL_STATES = ProposalState.choices()
VOTE_KINDS = VoteKind.choices()
FEEDBACK_STATES = FeedbackState.choices()

OPEN_CATEGORIES = [StateCategory.TODO.value, StateCategory.IN_PROGRESS.value]
