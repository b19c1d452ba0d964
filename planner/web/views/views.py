"""Saved views of the backlog: save the present question under a name, change it, delete it."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User, Workspace
from accounts.policies import Action
from accounts.selectors import get_workspace_for
from accounts.web.answers import go
from accounts.web.shell import reader_of, shell_context
from common.clock import utc_now
from common.errors import NotFound
from planner.models import SavedView
from planner.selectors.backlog_filters import asked_in
from planner.selectors.saved_views import check_sharing, get_saved_view_for
from planner.services.saved_views import delete_view, save_view, update_view
from planner.web.backlog_question import read_question
from planner.web.forms import read_flag


@login_required
@require_http_methods(["GET", "POST"])
def view_save(request: HttpRequest, workspace: str) -> HttpResponse:
    """Show the dialog (GET, the backlog's own query string), or keep the question under a name (POST)."""
    reader = reader_of(request)
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    if request.method == "GET":
        question = _canonical(request.GET, workspace=place, reader=reader)
        shell = shell_context(user=reader, workspace=place)
        return render(request, "planner/backlog/view_save.html", {**shell, "address": question})
    is_shared = read_flag(request.POST.get("is_shared", ""))
    check_sharing(user=reader, workspace_id=place.pk, is_shared=is_shared)
    view = save_view(
        workspace=place,
        owner=reader,
        name=request.POST.get("name", ""),
        question=_canonical(QueryDict(request.POST.get("question", "")), workspace=place, reader=reader),
        is_shared=is_shared,
        now=utc_now(),
    )
    return _go(request, place, view.question)


@login_required
@require_http_methods(["GET", "POST"])
def view_edit(request: HttpRequest, workspace: str, view: int) -> HttpResponse:
    """Show the dialog (GET), or rename, share, or give the view the question sent along (POST)."""
    reader = reader_of(request)
    saved = _view_of(reader, workspace=workspace, view_id=view, is_changed=True)
    if request.method == "GET":
        question = _canonical(request.GET, workspace=saved.workspace, reader=reader)
        shell = shell_context(user=reader, workspace=saved.workspace)
        context = {**shell, "view": saved, "address": question}
        return render(request, "planner/backlog/view_edit.html", context)
    changes = _read_changes(request.POST.dict(), saved=saved, reader=reader)
    check_sharing(user=reader, workspace_id=saved.workspace_id, is_shared=changes["is_shared"], view=saved)
    changed = update_view(view=saved, changes=changes)
    return _go(request, saved.workspace, changed.question)


@login_required
@require_POST
def view_delete(request: HttpRequest, workspace: str, view: int) -> HttpResponse:
    """Delete a view."""
    saved = _view_of(reader_of(request), workspace=workspace, view_id=view, is_changed=True)
    delete_view(view=saved)
    return _go(request, saved.workspace, "")


def _view_of(reader: User, *, workspace: str, view_id: int, is_changed: bool) -> SavedView:
    place = get_workspace_for(user=reader, workspace=workspace, action=Action.VIEW)
    saved = get_saved_view_for(user=reader, view_id=view_id, is_changed=is_changed)
    if saved.workspace_id != place.pk:
        raise NotFound("There is no such view.")
    return saved


def _read_changes(values: Mapping[str, str], *, saved: SavedView, reader: User) -> dict[str, object]:
    changes: dict[str, object] = {
        "name": values.get("name", ""),
        "is_shared": read_flag(values.get("is_shared", "")),
    }
    if read_flag(values.get("take", "")):
        question = QueryDict(values.get("question", ""))
        changes["question"] = _canonical(question, workspace=saved.workspace, reader=reader)
    return changes


def _canonical(values: QueryDict, *, workspace: Workspace, reader: User) -> str:
    """The question as every address of it is written, so that its tab can be told."""
    asked = asked_in(workspace=workspace, now=utc_now(), user_id=reader.pk)
    return read_question(values, asked).address()


def _go(request: HttpRequest, workspace: Workspace, question: str) -> HttpResponse:
    """Send the browser to the backlog as asked."""
    address = reverse("backlog", args=[workspace.key])
    return go(request, f"{address}?{question}" if question else address)
