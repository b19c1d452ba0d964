"""What a forecast can be asked about, and how: the words of addresses, the API and the database."""

from planner.domain.vocabulary import Labelled


class SubjectKind(Labelled):
    """What a forecast is of."""

    ALL = "all", "Everything open"
    CAPABILITY = "capability", "Capability"
    SPRINT = "sprint", "Sprint"
    APPLICATION = "application", "Application"
    TEAM = "team", "Team"
    FILTER = "filter", "Filter"


class WorkOrder(Labelled):
    """What comes before it: the backlog as people ranked it, or nothing but what it needs."""

    BACKLOG = "backlog", "In backlog order"
    FIRST = "first", "As if it came first"


class Measure(Labelled):
    """What the pace is counted in."""

    POINTS = "points", "Points"
    ITEMS = "items", "Stories"


class ForecastSource(Labelled):
    """Why a forecast is stored. One that was only asked for is dropped after a day."""

    ASKED = "ASKED", "Asked for"
    PERSON = "PERSON", "A person"
    WEEKLY = "WEEKLY", "The weekly job"
