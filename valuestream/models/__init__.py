"""The value stream's models, one aggregate a module."""

from valuestream.models.alert import Alert, AlertDelivery, AlertFiring
from valuestream.models.custom_metric import CustomMetric
from valuestream.models.flow import DailyFlow, StorySpan, Visit
from valuestream.models.forecast import Forecast
from valuestream.models.map import Block, Map, MapVersion, Stage, ValueMapping
from valuestream.models.snapshot import Snapshot
from valuestream.models.study import Study, StudyPart

__all__ = [
    "Alert",
    "AlertDelivery",
    "AlertFiring",
    "Block",
    "CustomMetric",
    "DailyFlow",
    "Forecast",
    "Map",
    "MapVersion",
    "Snapshot",
    "Stage",
    "StorySpan",
    "Study",
    "StudyPart",
    "ValueMapping",
    "Visit",
]
