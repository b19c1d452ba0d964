"""The planner's models, one aggregate a module."""

from planner.models.application import Application
from planner.models.backlog import Backlog
from planner.models.board import Board, BoardColumn
from planner.models.capability import Capability
from planner.models.custom_field import CustomField, FieldOption, FieldValue
from planner.models.dependency import Dependency
from planner.models.estimate import Estimate
from planner.models.lens_order import LensOrder, RankingSummary
from planner.models.panel import Panel, PanelLayout
from planner.models.person import Leave, Person
from planner.models.pin import Pin
from planner.models.proposal import ProposalMove, RankProposal
from planner.models.saved_view import SavedView
from planner.models.sprint import Sprint, SprintEntry
from planner.models.sprint_plan import SprintPlan
from planner.models.story import Story
from planner.models.story_event import StoryEvent
from planner.models.talk import Attachment, Comment, Notice, Watcher
from planner.models.task import Task
from planner.models.team import Team, TeamMember
from planner.models.wishes import Feedback, RelativeScores, Vote
from planner.models.workflow import State

__all__ = [
    "Application",
    "Attachment",
    "Backlog",
    "Board",
    "BoardColumn",
    "Capability",
    "Comment",
    "CustomField",
    "Dependency",
    "Estimate",
    "Feedback",
    "FieldOption",
    "FieldValue",
    "Leave",
    "LensOrder",
    "Notice",
    "Panel",
    "PanelLayout",
    "Person",
    "Pin",
    "ProposalMove",
    "RankProposal",
    "RankingSummary",
    "RelativeScores",
    "SavedView",
    "Sprint",
    "SprintEntry",
    "SprintPlan",
    "State",
    "Story",
    "StoryEvent",
    "Task",
    "Team",
    "TeamMember",
    "Vote",
    "Watcher",
]
