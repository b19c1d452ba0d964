"""Django's entry for the common app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Jobs and the change feed."""

    name = "common"
