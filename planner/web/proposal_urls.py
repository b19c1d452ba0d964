"""The addresses of proposed orders and of pins."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.pins import capability_pin, pin_lift, pin_restore, pins, pins_price, story_pin
from planner.web.views.proposals import (
    proposal,
    proposal_accept,
    proposal_discard,
    proposal_price,
    proposal_replay,
    proposal_undo,
    proposals,
)

PROPOSALS = "w/<str:workspace>/proposals/"
PROPOSAL = f"{PROPOSALS}<int:proposal>/"
PINS = "w/<str:workspace>/pins/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(PROPOSALS, proposals, name="proposals"),
    path(PROPOSAL, proposal, name="proposal"),
    path(f"{PROPOSAL}price/", proposal_price, name="proposal-price"),
    path(f"{PROPOSAL}accept/", proposal_accept, name="proposal-accept"),
    path(f"{PROPOSAL}undo/", proposal_undo, name="proposal-undo"),
    path(f"{PROPOSAL}discard/", proposal_discard, name="proposal-discard"),
    path(f"{PROPOSAL}replay/", proposal_replay, name="proposal-replay"),
    path(PINS, pins, name="pins"),
    path(f"{PINS}price/", pins_price, name="pins-price"),
    path(f"{PINS}<int:pin>/lift/", pin_lift, name="pin-lift"),
    path(f"{PINS}<int:pin>/restore/", pin_restore, name="pin-restore"),
    path("w/<str:workspace>/capabilities/<str:key>/pin/", capability_pin, name="capability-pin"),
    path("w/<str:workspace>/stories/<str:key>/pin/", story_pin, name="story-pin"),
]
