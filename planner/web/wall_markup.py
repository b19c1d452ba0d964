"""The cards of the wall of tasks as markup: written here and not by a template, for there are hundreds on a page."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString

from common.formats import format_points
from planner.domain.vocabulary import TaskState
from planner.web.wall_lanes import Cell, StoryLane, TaskCard

_MORE = '<svg class="ic" aria-hidden="true"><use href="#i-more"/></svg>'
_CHECK = '<svg class="ic" aria-hidden="true"><use href="#i-check"/></svg>'
_STOP = '<svg class="ic" aria-hidden="true"><use href="#i-stop"/></svg>'
_MENU = (
    '<button type="button" class="iconbtn card-menu" data-card-menu tabindex="-1" aria-haspopup="true" '
    f'aria-label="Move or change">{_MORE}</button>'
)
Pictures = Mapping[int | None, SafeString]


def draw_cards(cards: Iterable[TaskCard], *, pictures: Pictures, can_edit: bool) -> SafeString:
    """The list items of a cell. `pictures` are people by id; what may be changed has its menu and fields."""
    return SafeString("".join(_draw(card, pictures, can_edit) for card in cards))


def _draw(card: TaskCard, pictures: Pictures, can_edit: bool) -> str:
    task = card.task
    inner = _finished(card, pictures) if task.state == TaskState.DONE.value else _open(card, pictures, can_edit)
    return f"<li {_attributes(card)}>{_touch(card)}{inner}{_MENU if can_edit else ''}</li>"


def _attributes(card: TaskCard) -> str:
    task = card.task
    words = [
        "task",
        "fin" if task.state == TaskState.DONE.value else "",
        "is-blocked" if task.blocked else "",
        f"age-{card.patina}" if card.patina else "",
        "pale" if card.is_pale else "",
        "is-live" if card.touch else "",
    ]
    blocked = " data-blocked" if task.blocked else ""
    return (
        f'class="{" ".join(filter(None, words))}" id="task-{task.pk}" data-card="{task.pk}" '
        f'data-version="{task.version}" data-state="{task.state}" data-person="{task.assignee_id or ""}" '
        f'data-hours="{"" if task.hours_left is None else task.hours_left}"{blocked} tabindex="-1"'
    )


def _touch(card: TaskCard) -> str:
    if card.touch is None:
        return ""
    return f'<p class="live" data-live-mark>{escape(card.touch.who)} changed this, just now</p>'


def _finished(card: TaskCard, pictures: Pictures) -> str:
    task = card.task
    who = pictures.get(task.assignee_id) if task.assignee_id else ""
    return f'{_CHECK}<span class="task-t">{escape(task.title)}</span>{who}'


def _open(card: TaskCard, pictures: Pictures, can_edit: bool) -> str:
    task = card.task
    aged = f' <span class="aged">{card.age} d here</span>' if card.age > 1 else ""
    return (
        f'<p class="task-t">{escape(task.title)}{aged}</p>'
        f'<p class="task-r">{pictures.get(task.assignee_id)}{_hours(task.hours_left, can_edit)}</p>'
        f"{_why(card) if task.blocked else ''}"
    )


def _hours(hours: Decimal | None, can_edit: bool) -> str:
    shown = "" if hours is None else format_points(hours)
    if not can_edit:
        return f'<span class="hrs"><b class="num">{shown or "?"}</b> <span>h</span></span>'
    return (
        '<label class="hrs"><input name="hours_left" inputmode="decimal" size="2" maxlength="7" tabindex="-1" '
        f'value="{shown}" placeholder="?" autocomplete="off" aria-label="Hours left"><span>h</span></label>'
    )


def _why(card: TaskCard) -> str:
    days = f" {card.blocked_days} day{'s' if card.blocked_days != 1 else ''}" if card.blocked_days else ""
    return f'<p class="why">{_STOP}<span><b>Blocked{days}.</b> {escape(card.task.blocked_reason)}</span></p>'


def draw_cells(lane: StoryLane, *, pictures: Pictures, can_edit: bool, story_url: str) -> SafeString:
    """The columns of a lane, each a list that takes cards; the first has the line to add a task."""
    key = escape(lane.story.key)
    return SafeString("".join(_cell(cell, lane, key, pictures, can_edit, escape(story_url)) for cell in lane.cells))


def _cell(cell: Cell, lane: StoryLane, key: str, pictures: Pictures, can_edit: bool, url: str) -> str:
    state = cell.state
    more = f'<p class="small quiet">and <a href="{url}">{cell.more} more</a></p>' if cell.more else ""
    adds = can_edit and lane.is_drawn and state is TaskState.TODO
    return (
        f'<div class="cell c-{state.value.lower()}"><h4 class="cell-h">{state.label} '
        f'<span class="num">{cell.number}</span></h4><ul data-drop="cell" data-state="{state.value}" '
        f'data-lane-of="{lane.story.pk}" aria-label="{state.label}, {key}">'
        f"{draw_cards(cell.cards, pictures=pictures, can_edit=can_edit)}</ul>{more}"
        f"{_add_form(lane, key) if adds else ''}</div>"
    )


def _add_form(lane: StoryLane, key: str) -> str:
    pk = lane.story.pk
    hint = "Add a task" if lane.total else "Break it down: “Write the mail 4h @dana”"
    return (
        f'<form class="add-task" id="add-form-{pk}" data-add-task data-story="{pk}"><label class="sr" for="add-{pk}">'
        f'New task of {key}</label><input class="add-input" id="add-{pk}" name="text" placeholder="{hint}" '
        'maxlength="330" autocomplete="off" enterkeyhint="enter"><span class="add-said" data-said aria-live="polite">'
        '</span><p class="error" data-error hidden></p></form>'
    )
