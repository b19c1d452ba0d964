"""Django's entry for the planner."""

from django.apps import AppConfig


class PlannerConfig(AppConfig):
    """Registers what the planner does in the background."""

    name = "planner"

    def ready(self) -> None:
        """Import the modules that register themselves."""
        from planner import handlers, projections, tasks  # noqa: F401
