"""The vocabulary as Django choices, under names the API's schema keeps."""

from valuestream.domain.forecasting.words import ForecastSource, Measure, SubjectKind, WorkOrder
from valuestream.domain.vocabulary import (
    Aggregate,
    BlockKind,
    Clock,
    Comparison,
    DeliveryChannel,
    DeliveryState,
    ItemsOf,
    WaitRule,
)

BLOCK_KINDS = BlockKind.choices()
CLOCKS = Clock.choices()
WAIT_RULES = WaitRule.choices()
AGGREGATES = Aggregate.choices()
ITEMS_OF = ItemsOf.choices()
FORECAST_SOURCES = ForecastSource.choices()
FORECAST_SUBJECTS = SubjectKind.choices()
MEASURES = Measure.choices()
WORK_ORDERS = WorkOrder.choices()
COMPARISONS = Comparison.choices()
DELIVERY_CHANNELS = DeliveryChannel.choices()
DELIVERY_STATES = DeliveryState.choices()
