"""The planner's models, one aggregate a module."""

from planner.models.application import Application
from planner.models.backlog import Backlog
from planner.models.capability import Capability
from planner.models.dependency import Dependency
from planner.models.estimate import Estimate
from planner.models.lens_order import LensOrder, RankingSummary
from planner.models.person import Person
from planner.models.pin import Pin
from planner.models.proposal import ProposalMove, RankProposal
from planner.models.saved_view import SavedView
from planner.models.sprint import Sprint
from planner.models.story import Story
from planner.models.story_event import StoryEvent
from planner.models.task import Task
from planner.models.team import Team
from planner.models.wishes import Feedback, RelativeScores, Vote
from planner.models.workflow import State

__all__ = [
    "Application",
    "Backlog",
    "Capability",
    "Dependency",
    "Estimate",
    "Feedback",
    "LensOrder",
    "Person",
    "Pin",
    "ProposalMove",
    "RankProposal",
    "RankingSummary",
    "RelativeScores",
    "SavedView",
    "Sprint",
    "State",
    "Story",
    "StoryEvent",
    "Task",
    "Team",
    "Vote",
]
