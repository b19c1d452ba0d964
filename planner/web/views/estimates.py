"""The value model of a capability, or of a story of its own: its form, a live preview, saving.

The form travels whole with every request: adding a source or changing its kind draws it again, server-side.
"""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from planner.domain.value.model import ValueModel, business_value, cost_of_delay, likely_interval
from planner.domain.vocabulary import Urgency, ValueKind
from planner.models import Capability, Story
from planner.selectors.capabilities import list_estimates
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.investment import investment_of
from planner.selectors.pins import today_of
from planner.selectors.returns import estimated_date, payback_of, present_model, roi_of
from planner.services.estimates import estimate_value
from planner.web.answers import say, toast
from planner.web.forms import page_actor, read_id
from planner.web.value_form import ModelForm, empty_form, form_of_model, form_of_post, read_form
from planner.web.value_parts import value_context


@login_required
@require_http_methods(["GET", "POST"])
def capability_estimate(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The form of a capability's value model (GET), drawn again or saved (POST)."""
    capability = get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=Action.EDIT_VALUE)
    return _estimate(request, capability=capability)


@login_required
@require_http_methods(["GET", "POST"])
def story_estimate(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """The form of the value model of a story of its own (GET), drawn again or saved (POST)."""
    story = get_story_for(user=reader_of(request), workspace=workspace, key=key, action=Action.EDIT_VALUE)
    return _estimate(request, story=story)


@login_required
@require_POST
def capability_estimate_preview(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """What the figures typed so far come to."""
    capability = get_capability_for(user=reader_of(request), workspace=workspace, key=key, action=Action.EDIT_VALUE)
    return _preview(request, thing=capability)


@login_required
@require_POST
def story_estimate_preview(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """What the figures typed so far come to."""
    story = get_story_for(user=reader_of(request), workspace=workspace, key=key, action=Action.EDIT_VALUE)
    return _preview(request, thing=story)


def _estimate(
    request: HttpRequest, *, capability: Capability | None = None, story: Story | None = None
) -> HttpResponse:
    thing = capability or story
    if thing is None:
        raise ValueError("name a capability or a story")
    if request.method == "GET":
        return _form(request, thing=thing, form=_present_form(thing, capability=capability, story=story))
    form = form_of_post(request.POST.dict())
    step = request.POST.get("step", "save")
    if step != "save":
        return _form(request, thing=thing, form=_stepped(form, step))
    model = _read(form, today=_today(thing))
    actor = page_actor(reader_of(request))
    estimate_value(capability=capability, story=story, model=model, reason=form.reason, actor=actor, now=utc_now())
    return _saved(request, capability=capability, story=story)


def _present_form(thing: Capability | Story, *, capability: Capability | None, story: Story | None) -> ModelForm:
    """The newest estimate as a form; weeks that count from its day are counted from today."""
    estimates = list(list_estimates(capability=capability, story=story)[:1])
    model = present_model(estimates)
    if model is None:
        return empty_form(thing.workspace)
    return form_of_model(model, estimated=estimated_date(estimates[0]), today=_today(thing))


def _today(thing: Capability | Story) -> date:
    return today_of(workspace=thing.workspace, now=utc_now())


def _stepped(form: ModelForm, step: str) -> ModelForm:
    """The form after "add", "remove:2" or "redraw" (a kind was chosen)."""
    if step == "add":
        return form.with_source()
    index = read_id(step.removeprefix("remove:"))
    return form if index is None else form.without_source(index)


def _read(form: ModelForm, *, today: date) -> ValueModel:
    """The model, with a missing reason told together with the figures that are refused."""
    errors = {} if form.reason.strip() else {"reason": ["Say why: what did you count, or whom did you ask?"]}
    try:
        model = read_form(form, today=today)
    except InvalidInput as refused:
        raise InvalidInput(refused.message, field_errors={**refused.errors, **errors}) from None
    if errors:
        raise InvalidInput(field_errors=errors)
    return model


def _form(request: HttpRequest, *, thing: Capability | Story, form: ModelForm) -> HttpResponse:
    context = {
        **shell_context(user=reader_of(request), workspace=thing.workspace),
        "thing": thing,
        "form": form,
        "sources": [
            (source, source.rows(index, thing.workspace.currency)) for index, source in enumerate(form.sources)
        ],
        "kinds": ValueKind.choices(),
        "urgencies": Urgency.choices(),
        "estimate_url": _address(thing, "estimate"),
        "preview_url": _address(thing, "estimate-preview"),
        "card_url": _card_address(thing),
        **_preview_context(form, thing),
    }
    return render(request, "planner/value/form.html", context)


def _preview(request: HttpRequest, *, thing: Capability | Story) -> HttpResponse:
    form = form_of_post(request.POST.dict())
    context = {"workspace": thing.workspace, **_preview_context(form, thing)}
    return render(request, "planner/value/preview.html", context)


def _preview_context(form: ModelForm, thing: Capability | Story) -> dict[str, Any]:
    try:
        model = read_form(form, today=_today(thing))
    except InvalidInput as refused:
        first = next(iter(refused.errors.values()), [refused.message])
        return {"preview": None, "first_wrong": first[0], "others_wrong": len(refused.errors) - 1}
    value = business_value(model)
    invested = investment_of(thing=thing)
    investment = invested.total if invested else None
    low, high = likely_interval(model)
    return {
        "preview": model,
        "cost_of_delay": cost_of_delay(model),
        "low": low,
        "high": high,
        "business_value": value,
        "before": thing.cost_of_delay,
        "roi": roi_of(business_value=value, investment=investment),
        "payback": payback_of(model=model, investment=investment) if investment else None,
    }


def _saved(request: HttpRequest, *, capability: Capability | None, story: Story | None) -> HttpResponse:
    """The card with the value as it now is; the page's other parts follow."""
    thing = capability or story
    if thing is None:
        raise ValueError("name a capability or a story")
    thing.refresh_from_db()
    shell = shell_context(user=reader_of(request), workspace=thing.workspace)
    context = {
        **shell,
        **value_context(thing),
        "part_template": "planner/value/card.html",
        "story": story,
        "capability": capability,
    }
    response = render(request, f"planner/{'capability' if capability else 'story'}/answer.html", context)
    return say(response, part_changed={"part": "estimate"}, toast=toast(f"The value of {thing.key} is estimated anew."))


def _address(thing: Capability | Story, name: str) -> str:
    return reverse(f"{_kind(thing)}-{name}", args=[thing.workspace.key, thing.key])


def _card_address(thing: Capability | Story) -> str:
    return reverse(f"{_kind(thing)}-part", args=[thing.workspace.key, thing.key, "estimate"])


def _kind(thing: Capability | Story) -> str:
    return "capability" if isinstance(thing, Capability) else "story"
