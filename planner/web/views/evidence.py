"""The evidence behind the backlog's numbers, for the side sheet: formula, what is counted, what is left out."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.policies import Action
from accounts.web.shell import reader_of, shell_context
from planner.domain.value.model import ValueModel
from planner.domain.vocabulary import StateCategory
from planner.models import Capability, Estimate, Story
from planner.selectors.backlog import rows_of_stories
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.outline import newest_estimate
from planner.selectors.returns import model_of, returns_of

FIGURES = {
    "cost_of_delay": "Cost of delay",
    "business_value": "Business value",
    "cd3": "CD3",
}
RETURNS = {
    "investment": "Investment left",
    "npv": "Net present value",
    "roi": "Return on investment",
}


@login_required
@require_GET
def capability_evidence(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show where a capability's figure comes from: `?of=cost_of_delay|business_value|cd3|investment|npv|roi`."""
    reader = reader_of(request)
    capability = get_capability_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    return _sheet(request, reader, capability, estimate=newest_estimate(capability=capability))


@login_required
@require_GET
def story_evidence(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Show a story's own figure, or its share of its capability's value."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    if story.capability is None:
        return _sheet(request, reader, story, estimate=newest_estimate(story=story))
    context = shell_context(user=reader, workspace=story.workspace)
    return render(request, "planner/backlog/share.html", context | _share(story, story.capability))


def _sheet(request: HttpRequest, reader: User, thing: Capability | Story, *, estimate: Estimate | None) -> HttpResponse:
    """Choose the sheet by `?of=`: what it is worth, or what it returns on the work left."""
    of = request.GET.get("of", "")
    context = shell_context(user=reader, workspace=thing.workspace)
    if of not in RETURNS:
        return render(request, "planner/backlog/evidence.html", context | _figure(thing, estimate=estimate, of=of))
    returns = returns_of(thing=thing, model=_model_of(estimate))
    context |= {"thing": thing, "of": of, "name": RETURNS[of], "returns": returns}
    return render(request, "planner/value/returns_evidence.html", context)


def _figure(thing: Capability | Story, *, estimate: Estimate | None, of: str) -> dict[str, Any]:
    of = of if of in FIGURES else "cost_of_delay"
    return {
        "thing": thing,
        "is_capability": isinstance(thing, Capability),
        "of": of,
        "name": FIGURES[of],
        "estimate": estimate,
        "model": _model_of(estimate),
    }


def _model_of(estimate: Estimate | None) -> ValueModel | None:
    return model_of(estimate) if estimate else None


def _share(story: Story, capability: Capability) -> dict[str, Any]:
    """Return the share of a story and of the stories it shares with; the shares add up to the whole."""
    stories = Story.objects.filter(capability=capability).exclude(category=StateCategory.CANCELLED.value)
    rows = rows_of_stories(stories=stories.order_by("rank"))
    return {
        "story": story,
        "capability": capability,
        "rows": [row for row in rows if row.story.required],
        "optional": sum(not row.story.required for row in rows),
        "row": next((row for row in rows if row.story.pk == story.pk), None),
    }
