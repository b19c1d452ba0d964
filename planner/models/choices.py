"""The vocabulary as Django choices, under names the API's schema keeps."""

from planner.domain.vocabulary import (
    EventSource,
    FeedbackState,
    FieldKind,
    ItemKind,
    Lens,
    NoticeKind,
    PinKind,
    PlanState,
    ProposalState,
    SprintOutcome,
    SprintState,
    StateCategory,
    StoryKind,
    TaskState,
    VoteKind,
    WipRule,
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
FIELD_KINDS = FieldKind.choices()
ITEM_KINDS = ItemKind.choices()
WIP_RULES = WipRule.choices()
SPRINT_OUTCOMES = SprintOutcome.choices()
PLAN_STATES = PlanState.choices()
NOTICE_KINDS = NoticeKind.choices()

OPEN_CATEGORIES = [StateCategory.TODO.value, StateCategory.IN_PROGRESS.value]
