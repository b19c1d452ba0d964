"""The value stream's models, one aggregate a module."""

from valuestream.models.flow import DailyFlow, StorySpan, Visit
from valuestream.models.map import Block, Map, Stage, ValueMapping
from valuestream.models.snapshot import Snapshot

__all__ = ["Block", "DailyFlow", "Map", "Snapshot", "Stage", "StorySpan", "ValueMapping", "Visit"]
