"""Why a row stands where it does, and what moving it would save or cost."""

from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from common.formats import format_money
from planner.models import Capability, Story
from planner.selectors.fetch import get_capability_for, get_story_for
from planner.selectors.move_price import Drop, price_move
from planner.selectors.place_words import why_place
from planner.web.forms import read_id
from planner.web.views.bulk import selected_stories
from planner.web.views.moving import read_anchor

SMALLEST_PRICE = Decimal("0.5")


@login_required
@require_GET
def place_why(request: HttpRequest, workspace: str) -> HttpResponse:
    """One sentence on the place of a unit: `?capability=12`, or `?story=7` (then of its capability, if it has one)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    unit = _unit(request)
    if unit.workspace_id != place.pk:
        raise NotFound("There is no such row here.")
    unit_id = unit.pk if isinstance(unit, Capability) else -unit.pk
    context = {
        **shell_context(user=reader, workspace=place),
        "unit": unit,
        "is_capability": isinstance(unit, Capability),
        "sentence": why_place(workspace=place, unit_id=unit_id),
        "is_manual": request.GET.get("lens", "manual") == "manual",
    }
    return render(request, "planner/backlog/why.html", context)


def _unit(request: HttpRequest) -> Capability | Story:
    reader = reader_of(request)
    if capability_id := read_id(request.GET.get("capability", "")):
        return get_capability_for(user=reader, capability_id=capability_id, action=Action.VIEW)
    story_id = read_id(request.GET.get("story", ""))
    if not story_id:
        raise InvalidInput("Name a row: the id of a capability, or of a story.", field="story")
    story = get_story_for(user=reader, story_id=story_id, action=Action.VIEW)
    return story.capability or story


@login_required
@require_POST
def move_price(request: HttpRequest, workspace: str) -> JsonResponse:
    """What a move would save or cost: `ids`, `capabilities` and an anchor, as a move posts them; "" if unknown."""
    place = get_workspace_for(user=reader_of(request), workspace=workspace, action=Action.VIEW)
    values = request.POST.dict()
    anchor = read_anchor(values, workspace_id=place.pk)
    before, after = anchor.get("before"), anchor.get("after")
    drop = Drop(
        before_id=before.pk if before else None, after_id=after.pk if after else None, to=str(anchor.get("to", ""))
    )
    price = price_move(workspace=place, story_ids=selected_stories(values, workspace=place), drop=drop, now=utc_now())
    return JsonResponse({"words": _price_words(price, place.currency)})


def _price_words(price: Decimal | None, currency: str) -> str:
    if price is None:
        return ""
    if abs(price) < SMALLEST_PRICE:
        return "changes next to nothing"
    return f"{'costs' if price > 0 else 'saves'} {format_money(abs(price), currency)}"
