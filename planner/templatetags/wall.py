"""The columns of a lane of the wall. `{% load wall %}`."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from planner.web.wall_lanes import StoryLane
from planner.web.wall_markup import draw_cells

register = template.Library()


@register.simple_tag(takes_context=True)
def wall_cells(context: Context, lane: StoryLane, story_url: str) -> SafeString:
    """Draw a lane's columns with their cards, people from `avatars`, for what the reader `can` do."""
    can_edit = context["can"]["edit_story"]
    return draw_cells(lane, pictures=context["avatars"], can_edit=can_edit, story_url=story_url)
