"""Template tags of comments and files. `{% load talk %}`."""

from django import template
from django.utils.safestring import SafeString

from planner.domain.file_types import SHOWN_AS_PICTURES
from planner.models import Attachment, Comment
from planner.web.comment_text import draw_comment

register = template.Library()
_KILOBYTE = 1024


@register.filter
def comment_markup(comment: Comment) -> SafeString:
    """A comment's text as safe markup; those whom it mentions are marked."""
    return draw_comment(comment.text, names=[person.name for person in comment.mentions.all()])


@register.filter
def is_picture(attachment: Attachment) -> bool:
    """Whether a file is shown on the page: it holds nothing but pixels."""
    return attachment.content_type in SHOWN_AS_PICTURES


@register.filter
def file_size(size: int) -> str:
    """A size in bytes as people read it: "48 kB", "1.2 MB"."""
    if size < _KILOBYTE:
        return f"{size} B"
    if size < _KILOBYTE * _KILOBYTE:
        return f"{size / _KILOBYTE:.0f} kB"
    return f"{size / _KILOBYTE / _KILOBYTE:.1f} MB"
