"""Following a story from its page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from planner.selectors.fetch import get_story_for
from planner.services.watching import follow_story, unfollow_story
from planner.web.forms import read_flag
from planner.web.views.stories import redraw_part


@login_required
@require_POST
def story_watch(request: HttpRequest, workspace: str, key: str) -> HttpResponse:
    """Follow the story (`follow` on), or stop it."""
    reader = reader_of(request)
    story = get_story_for(user=reader, workspace=workspace, key=key, action=Action.VIEW)
    if read_flag(request.POST.get("follow", "")):
        follow_story(story=story, user=reader, now=utc_now())
    else:
        unfollow_story(story=story, user=reader)
    return redraw_part(request, story=story, part="watchers")
