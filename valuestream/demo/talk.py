"""What people say in the demo: one story with a conversation, files and followers, and an inbox that is not empty."""

import struct
import zlib
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from accounts.models import Workspace
from planner.domain.vocabulary import EventSource, StateCategory
from planner.models import Person, Story
from planner.services.actor import Actor
from planner.services.attachments import add_attachment
from planner.services.comments import add_comment
from planner.services.criteria import set_criterion
from planner.services.stories import update_story

NARRATIVE = (
    "As a passenger, I want this done from my phone on the quay, so that I board without a call to the desk.\n\n"
    "The desk keeps its own way for those who come without a booking."
)
CRITERIA = (
    "It works with one hand, on a phone, in bright sun.\n"
    "What is missing is said in plain words, each with a link to its box.\n"
    "200 past bookings give what they gave by hand, but for dates."
)
PROBLEM = "Two lines of one booking merge into one box on the phone, see the picture. Booking `88-1042` shows it."
ANSWER = "Split them:\n\n- one box a line\n- the sum below\n\n@{who}, is that still today's work?"
QUESTION = (
    "It is: half a day. @{asked}, may I ask the call centre for the last 200 bookings? "
    "They keep them at https://bookings.example.com/archive"
)
SAMPLE = b"booking;line;euros\n88-1042;1;410.00\n88-1042;2;235.00\n88-1077;1;78.00\n"


def talk_it_over(*, workspace: Workspace, product_owner: Actor, owner: Actor, now: datetime) -> None:
    """Let three people speak about one story that is being worked on, and attach what they speak of."""
    story = _story(workspace)
    if story is None:
        return
    doer = Actor(user=None, name=_doer(story), source=EventSource.UI)
    texts = {"description": NARRATIVE, "acceptance": CRITERIA}
    update_story(story=story, changes=texts, actor=product_owner, now=now - timedelta(hours=30))
    _attach(story, "past-bookings.csv", SAMPLE, actor=doer, now=now - timedelta(hours=27))
    _attach(story, "form-with-two-lines.png", _form_picture(), actor=doer, now=now - timedelta(hours=26, minutes=40))
    who, asked = doer.name, owner.name
    for hours, actor, text in (
        (26.5, doer, PROBLEM),
        (24.2, product_owner, ANSWER.format(who=who)),
        (3.1, doer, QUESTION.format(asked=asked)),
    ):
        add_comment(story=story, text=text, actor=actor, now=now - timedelta(hours=hours))
    set_criterion(story=story, line=0, words="", met=True, actor=doer, now=now - timedelta(hours=2))


def _story(workspace: Workspace) -> Story | None:
    """The story of most worth that somebody works on, in a capability, with tasks."""
    working = Story.objects.filter(
        workspace=workspace, category=StateCategory.IN_PROGRESS.value, capability__business_value__isnull=False
    )
    told = working.filter(assignee__isnull=False, tasks__isnull=False, required=True).select_related("assignee")
    return told.order_by("-capability__business_value", "rank", "pk").first()


def _doer(story: Story) -> str:
    assignee: Person | None = story.assignee
    return assignee.name if assignee else "Somebody"


def _attach(story: Story, name: str, content: bytes, *, actor: Actor, now: datetime) -> None:
    add_attachment(story=story, file=ContentFile(content, name=name), name=name, actor=actor, now=now)


def _form_picture(width: int = 320, height: int = 220) -> bytes:
    """A picture of a form whose third box holds two lines, as a PNG of two greys and a red."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows += bytes(_shade(x, y) for x in range(width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    palette = bytes((250, 250, 247, 90, 98, 108, 214, 212, 204, 179, 38, 30))
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _shade(x: int, y: int) -> int:
    """Paper, ink, line or red, at a point of the form: five boxes, each 32 high with a label and words."""
    box, inside = divmod(y - 20, 38)
    if not (20 <= x < 300 and 0 <= box < 5 and inside < 32):
        return 0
    if inside in {0, 31} or x in {20, 299}:
        return 3 if box == 2 else 2
    if box == 2 and 104 <= x < 270:
        return 3 if inside in range(7, 13) or inside in range(19, 25) else 0
    return 1 if (30 <= x < 90 or 104 <= x < 150 + 37 * (box % 3)) and inside in range(13, 18) else 0
