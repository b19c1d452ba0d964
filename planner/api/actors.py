"""Who changes something through the API."""

from rest_framework.request import Request

from accounts.api.scope import user_of
from planner.domain.vocabulary import EventSource
from planner.services.actor import Actor


def actor_of(request: Request) -> Actor:
    """Return the author of a change made through the API."""
    return Actor.of(user=user_of(request), source=EventSource.API)
