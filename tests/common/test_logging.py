"""What goes to the log: one structured line an event, the traceback of a failure in it."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

from django.conf import settings


def _formatted(record: logging.LogRecord) -> str:
    told: dict[str, Any] = settings.LOGGING
    formatter: Any = logging.config.DictConfigurator(told).configure_formatter(told["formatters"]["structured"])
    return str(formatter.format(record))


def test_a_failure_is_logged_with_its_traceback_in_one_line() -> None:
    try:
        raise KeyError("lost")
    except KeyError as error:
        failure = (KeyError, error, error.__traceback__)
    line = _formatted(logging.LogRecord("millrace", logging.ERROR, __file__, 1, "It broke: %s", ("here",), failure))
    assert "It broke: here" in line
    assert "Traceback (most recent call last)" in line
    assert "test_a_failure_is_logged" in line
    assert "\n" not in line
