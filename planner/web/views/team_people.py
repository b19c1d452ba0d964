"""The people of a team: members with hours and allocation, their skills, their leave."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.policies import Action
from accounts.web.shell import reader_of
from common.clock import utc_now
from common.errors import InvalidInput, NotFound
from planner.models import Leave, Person, Team, TeamMember
from planner.services.leaves import add_leave, delete_leave, update_leave
from planner.services.members import add_member, remove_member, update_member
from planner.services.people import add_skill, remove_skill, update_person
from planner.services.workspaces import find_or_create_person
from planner.web.forms import page_actor, read_member
from planner.web.team_forms import read_leave, read_member_fields
from planner.web.views.teams import answer_parts, fetch_team


@login_required
@require_POST
def team_member_add(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """Put somebody into the team: one of the workspace's people, or a new name."""
    reader = reader_of(request)
    found = fetch_team(reader, workspace, team, action=Action.EDIT_PLAN)
    values = request.POST.dict()
    person = read_member(Person.objects.filter(workspace=found.workspace), values.get("person", ""), field="person")
    if person is None:
        if not values.get("name", "").strip():
            raise InvalidInput("Choose somebody, or type a new name.", field="name")
        person = find_or_create_person(workspace=found.workspace, name=values["name"])
    fields = read_member_fields(values)
    add_member(team=found, person=person, actor=page_actor(reader), now=utc_now(), **fields)
    return answer_parts(request, found, f"{person.name} is in {found.name} now.")


@login_required
@require_POST
def team_member(request: HttpRequest, workspace: str, team: int, member: int) -> HttpResponse:
    """Change a member's hours, allocation or country of holidays; `step=remove` takes them out."""
    reader = reader_of(request)
    found = fetch_team(reader, workspace, team, action=Action.EDIT_PLAN)
    row = _member(found, member)
    actor, now, name = page_actor(reader), utc_now(), row.person.name
    if request.POST.get("step") == "remove":
        remove_member(member=row, actor=actor, now=now)
        undo = {"person": str(row.person_id), "allocation_percent": f"{100 * row.allocation:.0f}"}
        undo |= {"hours_per_day": str(row.hours_per_day)} if row.hours_per_day else {}
        undo_url = reverse("team-member-add", args=[found.workspace.key, found.pk])
        return answer_parts(request, found, f"{name} is out of {found.name}.", undo_url=undo_url, undo=undo)
    values = request.POST.dict()
    if fields := read_member_fields(values):
        update_member(member=row, changes=fields, actor=actor, now=now)
    if "holiday_country" in values:
        country = {"holiday_country": values["holiday_country"]}
        update_person(person=row.person, changes=country, actor=actor, now=now)
    return answer_parts(request, found, f"{name} is saved; the capacity is worked out anew.")


@login_required
@require_POST
def team_skill(request: HttpRequest, workspace: str, team: int, member: int) -> HttpResponse:
    """Add a skill to a member, or with `step=remove` take it away."""
    reader = reader_of(request)
    found = fetch_team(reader, workspace, team, action=Action.EDIT_PLAN)
    person, skill = _member(found, member).person, request.POST.get("skill", "")
    actor, now = page_actor(reader), utc_now()
    if request.POST.get("step") == "remove":
        remove_skill(person=person, skill=skill, actor=actor, now=now)
        return answer_parts(
            request, found, f"{person.name} is without {skill[:40]}.", undo_url=request.path, undo={"skill": skill}
        )
    add_skill(person=person, skill=skill, actor=actor, now=now)
    return answer_parts(request, found, f"{person.name} has the skill {skill.strip()[:40]}.")


@login_required
@require_POST
def team_leave_add(request: HttpRequest, workspace: str, team: int) -> HttpResponse:
    """Add days away of a member."""
    reader = reader_of(request)
    found = fetch_team(reader, workspace, team, action=Action.EDIT_PLAN)
    people = Person.objects.filter(workspace=found.workspace)
    person = read_member(people, request.POST.get("person", ""), field="person")
    if person is None:
        raise InvalidInput("Choose who is away.", field="person")
    fields = read_leave(request.POST.dict())
    leave = add_leave(person=person, actor=page_actor(reader), now=utc_now(), **fields)
    undo_url = reverse("team-leave", args=[found.workspace.key, found.pk, leave.pk])
    message = f"{person.name} is away {_days(leave)}; the capacity is worked out anew."
    return answer_parts(request, found, message, undo_url=undo_url, undo={"step": "delete"})


@login_required
@require_http_methods(["GET", "POST"])
def team_leave(request: HttpRequest, workspace: str, team: int, leave: int) -> HttpResponse:
    """Edit a leave (GET: the form), save it (POST), or delete it with `step=delete`."""
    reader = reader_of(request)
    found = fetch_team(reader, workspace, team, action=Action.EDIT_PLAN)
    row = Leave.objects.filter(pk=leave, person__workspace=found.workspace).select_related("person__workspace").first()
    if row is None:
        raise NotFound("There is no such leave here.")
    if request.method == "GET":
        context = {"workspace": found.workspace, "team": found, "leave": row, "shares": _shares(row)}
        return render(request, "planner/teams/leave.html", context)
    actor, now = page_actor(reader), utc_now()
    if request.POST.get("step") == "delete":
        delete_leave(leave=row, actor=actor, now=now)
        undo = {"person": str(row.person_id), "start_date": row.start_date.isoformat()}
        undo |= {"end_date": row.end_date.isoformat(), "share": f"{row.share.normalize():f}", "note": row.note}
        undo_url = reverse("team-leave-add", args=[found.workspace.key, found.pk])
        return answer_parts(request, found, f"{row.person.name} works {_days(row)}.", undo_url=undo_url, undo=undo)
    row = update_leave(leave=row, changes=read_leave(request.POST.dict()), actor=actor, now=now)
    return answer_parts(request, found, f"{row.person.name} is away {_days(row)}.")


def _member(team: Team, member: int) -> TeamMember:
    found = TeamMember.objects.filter(pk=member, team=team).select_related("person", "team").first()
    if found is None:
        raise NotFound("This member is not in the team any more.")
    return found


def _shares(leave: Leave) -> list[tuple[str, str]]:
    known = [("1", "Whole days"), ("0.5", "Half days"), ("0.25", "A quarter of each day")]
    present = f"{leave.share.normalize():f}"
    return known if present in dict(known) else [*known, (present, f"{100 * leave.share:.0f} % of each day")]


def _days(leave: Leave) -> str:
    first, last = f"{leave.start_date:%-d %B}", f"{leave.end_date:%-d %B %Y}"
    part = "" if leave.share == 1 else f", {100 * leave.share:.0f} % of each day"
    return (f"on {last}" if leave.start_date == leave.end_date else f"from {first} to {last}") + part
