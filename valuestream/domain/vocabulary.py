"""The closed lists of words of a value stream map: what is stored (value) and what people read (label)."""

from planner.domain.vocabulary import Labelled


class BlockKind(Labelled):
    """Whether items in a block wait or are worked on."""

    WAIT = "WAIT", "Waiting"
    WORK = "WORK", "Working"


class Clock(Labelled):
    """What a duration counts: every hour, or the hours of the workspace's calendar."""

    ALWAYS = "24x7", "24x7"
    WORKING = "working", "Working time"


class WaitRule(Labelled):
    """Which part of a visit to a WORK block counts as waiting before work began."""

    NONE = "NONE", "None of it"
    UNTIL_ASSIGNED = "UNTIL_ASSIGNED", "Until somebody is assigned"
    UNTIL_FIRST_TASK = "UNTIL_FIRST_TASK", "Until the first task is started"


class Aggregate(Labelled):
    """How a custom metric puts the values of the items in a place together."""

    SUM = "SUM", "Sum"
    AVG = "AVG", "Average"
    MEDIAN = "MEDIAN", "Median"
    PERCENTILE = "PERCENTILE", "Percentile"
    MIN = "MIN", "Least"
    MAX = "MAX", "Most"
    COUNT = "COUNT", "Count of items that have it"
    COUNT_DISTINCT = "COUNT_DISTINCT", "Count of different values"


class ItemsOf(Labelled):
    """Whose values a custom metric puts together."""

    IN = "IN", "Items in it"
    LEFT = "LEFT", "Items that left it in the window"


class FieldContent(Labelled):
    """What a field holds, as far as a custom metric is concerned."""

    NUMBER = "NUMBER", "a number"
    MONEY = "MONEY", "an amount of money"
    DAY = "DAY", "a day"
    WORDS = "WORDS", "words"


class Comparison(Labelled):
    """On which side of its threshold a figure is too far."""

    ABOVE = "ABOVE", "Above"
    BELOW = "BELOW", "Below"


class AlertUnit(Labelled):
    """What the threshold of an alert is typed in."""

    MONEY = "MONEY", "money"
    ITEMS = "ITEMS", "items"
    DAYS = "DAYS", "days"
    PERCENT = "PERCENT", "%"
    NUMBER = "NUMBER", "a number"


class DeliveryChannel(Labelled):
    """How somebody outside the app is told."""

    EMAIL = "EMAIL", "E-mail"
    WEBHOOK = "WEBHOOK", "Webhook"


class DeliveryState(Labelled):
    """What became of telling them."""

    QUEUED = "QUEUED", "On its way"
    SENT = "SENT", "Sent"
    FAILED = "FAILED", "Failed"


REBUILD_ALL_JOB = "valuestream.rebuild_all"
REBUILD_JOB = "valuestream.rebuild"
CHECK_JOB = "valuestream.check"
"""Kinds of jobs: share a rebuild out, rebuild a range of stories, compare with the log."""
