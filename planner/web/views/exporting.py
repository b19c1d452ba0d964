"""The present list of the backlog as a file: all rows that pass the filters, in the order of the lens."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts.models import Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.domain.vocabulary import ItemKind
from planner.selectors.backlog import BacklogRow, list_backlog
from planner.selectors.backlog_filters import asked_in
from planner.selectors.custom_fields import list_fields
from planner.selectors.item_values import Shown, shown_values
from planner.web.backlog_question import Question, read_question
from planner.web.spreadsheets import Cell, Row, write_csv, write_xlsx

Writer = Callable[[Iterable[Row]], Iterator[bytes]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: Mapping[str, tuple[Writer, str]] = {"csv": (write_csv, "text/csv; charset=utf-8"), "xlsx": (write_xlsx, XLSX)}
COLUMNS: Mapping[str, Callable[[BacklogRow], Cell]] = {
    "Position": lambda row: row.position,
    "Key": lambda row: row.story.key,
    "Title": lambda row: row.story.title,
    "Kind": lambda row: row.story.get_kind_display(),
    "Application": lambda row: row.story.application.key if row.story.application else None,
    "Capability": lambda row: row.story.capability.key if row.story.capability else None,
    "Capability title": lambda row: row.story.capability.title if row.story.capability else None,
    "Required": lambda row: row.story.required,
    "Cost of delay a week": lambda row: row.cost_of_delay,
    "Business value": lambda row: row.business_value,
    "Share of the value": lambda row: row.attributed_value,
    "Points": lambda row: row.story.points,
    "CD3": lambda row: row.cd3,
    "Team": lambda row: row.story.team.name if row.story.team else None,
    "Sprint": lambda row: row.story.sprint.name if row.story.sprint else None,
    "Assignee": lambda row: row.story.assignee.name if row.story.assignee else None,
    "State": lambda row: row.story.state.name,
    "Blocked": lambda row: row.story.blocked,
    "Blocked reason": lambda row: row.story.blocked_reason,
    "Created": lambda row: row.story.created_at,
    "Updated": lambda row: row.story.updated_at,
}


@login_required
@require_GET
def backlog_export(request: HttpRequest, workspace: str, kind: str) -> StreamingHttpResponse:
    """Stream the list that the same question shows on the page, every column, to a file of this kind, csv or xlsx."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    if kind not in WRITERS:
        raise NotFound(f"Export as one of: {', '.join(WRITERS)}.")
    now = utc_now()
    question = read_question(request.GET, asked_in(workspace=place, now=now, user_id=reader.pk))
    if question.filters.problems:
        raise InvalidInput(field_errors={"f": question.filters.problems})
    write, content_type = WRITERS[kind]
    response = StreamingHttpResponse(write(_table(place, question, now)), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="backlog-{place.key}.{kind}"'
    return response


def _table(workspace: Workspace, question: Question, now: datetime) -> Iterator[Row]:
    own = list(list_fields(workspace_id=workspace.pk, item=ItemKind.STORY.value))
    yield [*COLUMNS, *(field.name for field in own)]
    for rows in _pages(workspace, question, now):
        stories = [row.story for row in rows] if own else []
        shown = shown_values(workspace=workspace, item=ItemKind.STORY, rows=stories, now=now, fields=own)
        for row in rows:
            yield [
                *(read(row) for read in COLUMNS.values()),
                *(_cell(shown[row.story.pk].get(field.key)) for field in own),
            ]


def _cell(shown: Shown | None) -> Cell:
    """A figure or a flag as such, a day as ISO text; choices and people by name."""
    if shown is None or not shown.text:
        return None
    if isinstance(shown.value, Decimal):
        return Decimal(f"{shown.value.normalize():f}")
    return shown.value if isinstance(shown.value, bool) else shown.text


def _pages(workspace: Workspace, question: Question, now: datetime) -> Iterator[Sequence[BacklogRow]]:
    cursor: str | None = None
    while True:
        page = list_backlog(
            workspace=workspace,
            lens=question.lens,
            cursor=cursor,
            limit=settings.PAGE_SIZE_LIMIT,
            now=now,
            text=question.text,
            where=question.filters.where if question.filters.chips else None,
            include_done=question.filters.includes_done,
        )
        yield page.rows
        cursor = page.next_cursor
        if cursor is None:
            return
