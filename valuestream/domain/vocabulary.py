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
