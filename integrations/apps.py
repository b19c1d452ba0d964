"""Django's entry for the integrations."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Registers the import formats and their job."""

    name = "integrations"

    def ready(self) -> None:
        """Import the modules that register themselves."""
        from integrations import tasks  # noqa: F401
