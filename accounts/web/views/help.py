"""Help: the documentation inside the application, searched and linked from where questions arise."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from accounts.web.shell import surroundings
from common.help.documents import get_document, get_image, list_groups
from common.help.markdown import Addresses, list_sections, opening_of
from common.help.markdown import render as render_markdown
from common.help.searching import Found, search_help

CONTENTS_LEVELS = frozenset({2, 3})
LEAST_HEADINGS = 2


@login_required
@require_GET
def help_home(request: HttpRequest) -> HttpResponse:
    """The contents, or what `?q=` finds in all documents."""
    shell = _shell(request)
    if shell["question"].strip():
        found = [(_place(one, shell["question_mark"]), one) for one in search_help(question=shell["question"])]
        return render(request, "help/found.html", shell | {"found": found})
    openings = [(group.title, [(one, opening_of(one)) for one in group.documents]) for group in shell["groups"]]
    return render(request, "help/home.html", shell | {"openings": openings})


@login_required
@require_GET
def help_page(request: HttpRequest, document: str) -> HttpResponse:
    """One document."""
    shell = _shell(request)
    return render(request, "help/page.html", shell | _page(document, shell["question_mark"]))


@login_required
@require_GET
def help_keys(request: HttpRequest) -> HttpResponse:
    """The keyboard map as a page."""
    return render(request, "help/keys.html", _shell(request) | {"current": "keys"})


@login_required
@require_GET
def help_image(request: HttpRequest, image: str) -> FileResponse:
    """A picture that documents show."""
    return FileResponse(get_image(name=image).open("rb"))


def _shell(request: HttpRequest) -> dict[str, Any]:
    """What every page of Help has: the list of documents, and the workspace kept in its links."""
    context = surroundings(request)
    workspace = context.get("workspace")
    return context | {
        "groups": list_groups(),
        "question": request.GET.get("q", ""),
        "question_mark": f"?workspace={workspace.key}" if workspace is not None else "",
    }


def _page(name: str, question_mark: str) -> dict[str, Any]:
    document = get_document(name=name)
    headings = [section for section in list_sections(document) if section.level in CONTENTS_LEVELS]
    html = render_markdown(document, _addresses(question_mark))
    return {
        "document": document,
        "current": document.name,
        "headings": headings if len(headings) >= LEAST_HEADINGS else [],
        "html": mark_safe(html),  # noqa: S308 - our own files; the renderer escapes all but <kbd>
    }


def _place(found: Found, question_mark: str) -> str:
    anchor = f"#{found.section.anchor}" if found.section.anchor else ""
    return address_of(found.document.name) + question_mark + anchor


def _addresses(question_mark: str) -> Addresses:
    return Addresses(
        document=lambda name: address_of(name) + question_mark,
        image=lambda name: reverse("help-image", args=[name]),
    )


def address_of(name: str) -> str:
    """The address of a document by its name."""
    return reverse("help-page", args=[name]) if name else reverse("help")
