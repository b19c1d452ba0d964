"""The work in progress of a map as a list, of the stream, a stage or a block, and as a file."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.web.shell import reader_of, shell_context
from common.errors import InvalidInput, NotFound
from planner.web.spreadsheets import Row
from planner.web.views.exporting import WRITERS
from valuestream.models import Map
from valuestream.selectors.evidence import Place
from valuestream.selectors.maps import lay_out
from valuestream.selectors.open_items import OpenItem, Order, list_open_items
from valuestream.web.map_asking import asked_of, find_map, place_of
from valuestream.web.map_page import numbers_of
from valuestream.web.map_question import MapQuestion

ORDERS = {
    Order.LOST: "Lost so far",
    Order.AGE: "Age",
    Order.VALUE: "Value",
    Order.COST_OF_DELAY: "Cost of delay",
}
HEADINGS = (
    *("Key", "Title", "Stage", "Block", "In since", "Age, seconds", "Waiting", "Blocked", "With", "Value"),
    *("Cost of delay a week", "Lost so far"),
)


@login_required
@require_GET
def map_items(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The list (`?stage=`, `?block=`, `?order=`, `?waiting=1`), or its next rows alone (`?after=`)."""
    found, question = asked_of(request, find_map(request, workspace, map_id))
    place, order, only_waiting = place_of(request), _order(request), request.GET.get("waiting") == "1"
    after = request.GET.get("after", "")
    items = list_open_items(
        map=found,
        now=question.now,
        asked=question.asked,
        place=place,
        order=order,
        only_waiting=only_waiting,
        after=after,
    )
    address = _Addresses(found, question, place, order, only_waiting=only_waiting)
    numbers = numbers_of(found.workspace, question.clock)
    context = {
        **shell_context(user=reader_of(request), workspace=found.workspace),
        "map": found,
        "question": question,
        "items": items,
        "more_url": address.page(after=items.next_after) if items.next_after else "",
        "rows": [(item, numbers.duration(item.age_seconds)) for item in items.rows],
    }
    if not after:
        context |= {"title": _place_name(found, place), "only_waiting": only_waiting, **address.controls()}
    return render(request, f"valuestream/items/{'rows' if after else 'page'}.html", context)


@login_required
@require_GET
def map_items_export(request: HttpRequest, workspace: str, map_id: int, kind: str) -> StreamingHttpResponse:
    """All of the list as a file of this kind, csv or xlsx."""
    if kind not in WRITERS:
        raise NotFound(f"Export as one of: {', '.join(WRITERS)}.")
    found, question = asked_of(request, find_map(request, workspace, map_id))
    items = list_open_items(
        map=found,
        now=question.now,
        asked=question.asked,
        place=place_of(request),
        order=_order(request),
        only_waiting=request.GET.get("waiting") == "1",
        limit=None,
    )
    write, content_type = WRITERS[kind]
    response = StreamingHttpResponse(write(_table(items.rows)), content_type=content_type)
    name = f"{found.workspace.key.lower()}-in-progress-{question.day:%Y-%m-%d}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(rows: list[OpenItem]) -> Iterator[Row]:
    yield [*HEADINGS]
    for row in rows:
        yield [
            *(row.story.key, row.story.title, row.stage, row.block, row.entered_at, round(row.age_seconds)),
            *(row.is_waiting, row.is_blocked, row.person, row.value, row.cost_of_delay, row.lost_so_far),
        ]


def _order(request: HttpRequest) -> Order:
    word = request.GET.get("order", "") or Order.LOST.value
    if word not in set(Order):
        raise InvalidInput(f"Use one of: {', '.join(Order)}.", field="order")
    return Order(word)


def _place_name(found: Map, place: Place) -> str:
    """What the list is of. Raises NotFound for a place the map doesn't have."""
    layout = lay_out(map=found)
    if place.block_id is not None:
        names = [placed.block.name for placed in layout.blocks if placed.block.pk == place.block_id]
    elif place.stage_id is not None:
        names = [stage.name for stage in layout.stages if stage.pk == place.stage_id]
    else:
        names = ["Whole stream"]
    if not names:
        raise NotFound("The map has no such stage or block; it may have been drawn anew.")
    return names[0]


class _Addresses:
    """Addresses of the list with one thing changed."""

    def __init__(self, found: Map, question: MapQuestion, place: Place, order: Order, *, only_waiting: bool) -> None:
        self.found, self.question = found, question
        self.words = {
            "stage": str(place.stage_id or ""),
            "block": str(place.block_id or ""),
            "order": "" if order == Order.LOST else order.value,
            "waiting": "1" if only_waiting else "",
        }
        self.order = order

    def page(self, **changes: str) -> str:
        """The list's address."""
        return self._of("map-items", [], **changes)

    def _of(self, name: str, more: list[str], **changes: str) -> str:
        words = self.question.words(measure="", window_days="") | {**self.words, **changes}
        query = urlencode({key: word for key, word in words.items() if word})
        path = reverse(name, args=[self.found.workspace.key, self.found.pk, *more])
        return f"{path}?{query}" if query else path

    def controls(self) -> dict[str, object]:
        """The page's controls: every choice is a link."""
        is_waiting = bool(self.words["waiting"])
        return {
            "orders": [
                (text, self.page(order="" if order == Order.LOST else order.value), order == self.order)
                for order, text in ORDERS.items()
            ],
            "which": [
                ("All in progress", self.page(waiting=""), not is_waiting),
                ("Waiting", self.page(waiting="1"), is_waiting),
            ],
            "places": self._places(),
            "exports": [(kind.upper(), self._of("map-items-export", [kind])) for kind in WRITERS],
        }

    def _places(self) -> list[tuple[str, str, bool]]:
        layout = lay_out(map=self.found)
        here = self.words["stage"]
        stages = [
            (stage.name, self.page(stage=str(stage.pk), block=""), here == str(stage.pk))
            for index, stage in enumerate(layout.stages)
            if not layout.is_finished(index)
        ]
        return [("Whole stream", self.page(stage="", block=""), not here and not self.words["block"]), *stages]
