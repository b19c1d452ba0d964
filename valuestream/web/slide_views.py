"""A map as a slide: one drawing, saved as SVG or PNG, or printed to one page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.web.shell import reader_of, shell_context
from valuestream.selectors.history import first_day
from valuestream.web.map_addresses import MapAddresses
from valuestream.web.map_asking import asked_of, find_map
from valuestream.web.map_page import picture_maker, stream_of
from valuestream.web.map_studies import back_to_page, progress_instead
from valuestream.web.slide import draw_slide


@login_required
@require_GET
@progress_instead(back_to_page)
def map_slide(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """The slide of what the address asks."""
    found, question = asked_of(request, find_map(request, workspace, map_id))
    if first_day(map=found) is None:
        return redirect(MapAddresses(found, question).page())
    picture = picture_maker(found, question, stream=stream_of(found, question)).picture()
    context = {
        **shell_context(user=reader_of(request), workspace=found.workspace),
        "map": found,
        "question": question,
        "picture": picture,
        "slide": draw_slide(picture),
        "page_url": MapAddresses(found, question).page(),
        "file_name": f"{found.workspace.key.lower()}-map-{question.day:%Y-%m-%d}",
    }
    return render(request, "valuestream/slide/page.html", context)
