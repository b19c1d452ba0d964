"""Django's entry for the value stream."""

from django.apps import AppConfig


class ValuestreamConfig(AppConfig):
    """Registers projections, handlers and job handlers."""

    name = "valuestream"

    def ready(self) -> None:
        """Import the modules that register themselves."""
        from valuestream import handlers, projections, tasks  # noqa: F401
