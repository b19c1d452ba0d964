"""The project package: settings, addresses, and the Celery, ASGI and WSGI entry points."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
