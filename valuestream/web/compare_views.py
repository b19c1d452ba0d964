"""The page that compares two dates or two choices of stories on one map."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import InvalidInput
from valuestream.selectors.compare_asking import read_sides
from valuestream.selectors.comparing import compare_map
from valuestream.web.compare_page import comparison_context, controls_of
from valuestream.web.map_asking import find_map


@login_required
@require_GET
def map_compare(request: HttpRequest, workspace: str, map_id: int) -> HttpResponse:
    """Both sides as the address asks for them; a side that can't be asked is said at its field."""
    found = find_map(request, workspace, map_id)
    reader, now, values = reader_of(request), utc_now(), request.GET.dict()
    context = {**shell_context(user=reader, workspace=found.workspace), "map": found, **controls_of(found, values, now)}
    try:
        left, right = read_sides(values=values, workspace=found.workspace, now=now, user_id=reader.pk)
        told = compare_map(map=found, left=left, right=right, now=now)
    except InvalidInput as refused:
        problems = {name: " ".join(sentences) for name, sentences in refused.errors.items()}
        return render(request, "valuestream/compare/page.html", {**context, "problems": problems}, status=400)
    return render(request, "valuestream/compare/page.html", {**context, **comparison_context(found, told, now)})
