"""Maps whose question is too large to wait for: how far the workers are is shown in place of the figures."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.web.shell import reader_of, shell_context
from common.errors import Conflict
from valuestream.models import Map
from valuestream.selectors.answers import Answer
from valuestream.selectors.studies import Studied, needs_study
from valuestream.services.studies import ask_study
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_question import MapQuestion

View = Callable[..., HttpResponse]


class StillMeasuredError(Exception):
    """Workers are at this question of this map, or gave up on it."""

    def __init__(self, map_: Map, question: MapQuestion, studied: Studied) -> None:
        super().__init__()
        self.map, self.question, self.studied = map_, question, studied


def studied_answer(map_: Map, question: MapQuestion) -> Answer | None:
    """Return the answer of a question too large to wait for; None for one that is not.

    Raises StillMeasuredError while there is no answer.
    """
    if not needs_study(map=map_, asked=question.asked, now=question.now):
        return None
    studied = ask_study(map=map_, asked=question.asked, user_id=question.reader_id, now=question.now)
    if studied.answer is None:
        raise StillMeasuredError(map_, question, studied)
    return studied.answer


def progress_instead(draw: Callable[[HttpRequest, StillMeasuredError], HttpResponse]) -> Callable[[View], View]:
    """Have `draw` answer for a view whose figures are not there yet."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except StillMeasuredError as pending:
                return draw(request, pending)

        return answer

    return decorate


def progress_fragment(request: HttpRequest, pending: StillMeasuredError) -> HttpResponse:
    """How far the workers are, asking again by itself."""
    context = shell_context(user=reader_of(request), workspace=pending.map.workspace)
    return render(request, "valuestream/map/measuring.html", {**context, **progress_context(pending)})


def progress_context(pending: StillMeasuredError) -> dict[str, object]:
    """What the fragment shows."""
    addresses = MapAddresses(pending.map, pending.question)
    return {
        "studied": pending.studied,
        "question": pending.question,
        "job": pending.studied.study.job,
        "picture_url": addresses.part("map-picture"),
        "page_url": addresses.page(),
    }


def back_to_page(request: HttpRequest, pending: StillMeasuredError) -> HttpResponse:
    """The page, which shows how far the workers are: there is nothing to export yet."""
    return redirect(MapAddresses(pending.map, pending.question).page())


def ask_in_a_moment(request: HttpRequest, pending: StillMeasuredError) -> HttpResponse:
    """There is no evidence of a figure that is not there."""
    raise Conflict("This map is still being measured. Open the figure again in a moment.")
