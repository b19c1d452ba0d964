"""Fetching the map that an address names, and the question it asks, for pages beside the map's own."""

from django.http import HttpRequest

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from valuestream.models import Map
from valuestream.selectors.drawings import map_asked
from valuestream.selectors.evidence import Place
from valuestream.selectors.maps import get_map_for
from valuestream.web.map_question import MapQuestion, read_map_question

LONGEST_ID = 18


def find_map(request: HttpRequest, workspace: str, map_id: int, action: Action = Action.VIEW) -> Map:
    """Return the map, if the reader may do this with it. Raises NotFound, NotAuthorised."""
    if len(str(map_id)) > LONGEST_ID:
        raise NotFound("There is no such map.")
    found = get_map_for(user=reader_of(request), map_id=map_id, action=action)
    if found.workspace.key != workspace.upper():
        raise NotFound("There is no such map.")
    return found


def asked_of(request: HttpRequest, found: Map) -> tuple[Map, MapQuestion]:
    """Return the map as the address asks for it, and what it asks.

    Raises InvalidInput that names every field it can't use.
    """
    user_id = reader_of(request).pk
    question = read_map_question(values=request.GET.dict(), workspace=found.workspace, now=utc_now(), user_id=user_id)
    return map_asked(map=found, asked=question.asked), question


def place_of(request: HttpRequest) -> Place:
    """The `stage` or `block` of the address; the stream without them."""
    return Place(_read_id(request, "stage"), _read_id(request, "block"))


def _read_id(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_ID):
        raise InvalidInput("Use the id of a stage or block.", field=name)
    return int(text)
