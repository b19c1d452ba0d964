"""Setting up a workspace, and the people in it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from common.errors import InvalidInput
from common.events import publish
from planner.domain.vocabulary import StateCategory
from planner.events import WorkspaceSetUp
from planner.models import Backlog, Person, State
from planner.services.checks import read_inputs, text
from planner.services.saving import refusing_duplicates, save_clean

DEFAULT_WORKFLOW = (
    ("Idea", StateCategory.TODO),
    ("Ready", StateCategory.TODO),
    ("In progress", StateCategory.IN_PROGRESS),
    ("Review", StateCategory.IN_PROGRESS),
    ("Done", StateCategory.DONE),
    ("Cancelled", StateCategory.CANCELLED),
)
NAME_LENGTH = 120
EMAIL_LENGTH = 254


def create_workspace(
    *,
    name: str,
    key: str,
    owner: User,
    now: datetime,
    time_zone: str = "UTC",
    currency: str = "USD",
    workflow: Sequence[tuple[str, StateCategory]] = DEFAULT_WORKFLOW,
) -> Workspace:
    """Create a workspace with its owner, backlog and workflow (names and categories, in order)."""
    clean = read_inputs(
        {"name": name, "key": key, "time_zone": time_zone, "currency": currency},
        {
            "name": text(longest=120, required=True),
            "key": text(longest=10, required=True),
            "time_zone": text(longest=60, required=True),
            "currency": text(longest=3, required=True),
        },
    )
    _check_time_zone(clean["time_zone"])
    _check_currency(clean["currency"])
    workspace = Workspace(**clean, created_at=now)
    with transaction.atomic():
        save_clean(workspace, duplicate_field="key")
        Membership.objects.create(workspace=workspace, user=owner, role=Role.OWNER.value, created_at=now)
        ensure_person(workspace=workspace, user=owner)
        Backlog.objects.create(workspace=workspace)
        State.objects.bulk_create(
            State(workspace=workspace, name=title, category=category.value, position=position)
            for position, (title, category) in enumerate(workflow, 1)
        )
        publish(WorkspaceSetUp(workspace_id=workspace.pk, now=now))
    return workspace


def _check_time_zone(time_zone: str) -> None:
    if time_zone not in available_timezones():
        raise InvalidInput("Choose a time zone such as Europe/Berlin.", field="time_zone")


def _check_currency(currency: str) -> None:
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        raise InvalidInput("Use a currency's three capital letters, such as USD.", field="currency")


def ensure_person(*, workspace: Workspace, user: User) -> Person:
    """The person a member is; made when missing, or taken over from an import by e-mail address."""
    known = Person.objects.filter(workspace=workspace, user=user).first()
    if known is not None:
        return known
    imported = None
    if user.email:
        imported = Person.objects.filter(workspace=workspace, user=None, email__iexact=user.email).first()
    person = imported or Person(workspace=workspace, name=str(user)[:NAME_LENGTH], email=user.email)
    person.user = user
    with refusing_duplicates("user"):
        person.save()
    return person


def find_or_create_person(*, workspace: Workspace, name: str, email: str = "") -> Person:
    """The person with this e-mail address, else with this name; made when there is none."""
    clean = read_inputs(
        {"name": name, "email": email},
        {"name": text(longest=NAME_LENGTH, required=True), "email": text(longest=EMAIL_LENGTH)},
    )
    name, email = clean["name"], clean["email"]
    people = Person.objects.filter(workspace=workspace).order_by("id")
    found = people.filter(email__iexact=email).first() if email else None
    found = found or people.filter(name=name).first()
    if found is not None:
        return found
    person = Person(workspace=workspace, name=name, email=email)
    save_clean(person)
    return person
