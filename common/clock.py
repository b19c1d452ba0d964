"""The only clock. Views, tasks and commands read it once and pass `now` down; nothing below asks the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)
