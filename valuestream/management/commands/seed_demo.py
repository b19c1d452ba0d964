"""`manage.py seed_demo`: a ferry company's workspace with eight finished sprints."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from common.clock import utc_now
from planner.models import Story
from planner.services.workspaces import ensure_person
from valuestream.demo.seeding import seed_demo

COLLEAGUES = (
    ("sigrid", "Sigrid Aasen", Role.PRODUCT_OWNER),
    ("oskar", "Oskar Lund", Role.SCRUM_MASTER),
    ("ruth", "Ruth Feldman", Role.MEMBER),
    ("henrik", "Henrik Vik", Role.VIEWER),
)
LARGEST_SCALE = 1000


class Command(BaseCommand):
    """Seed the demo workspace and, in the embedded mode on loopback, the account that opens it."""

    help = "Create the demo workspace FERRY; --scale 100 makes a load test's data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--scale", type=int, default=1, help="how many times the flowing stories; ideas come once")
        parser.add_argument("--owner", help="user name of the owner (default: the demo account, where it exists)")
        parser.add_argument("--key", default="FERRY", help="the workspace's key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, all or nothing."""
        if not 1 <= options["scale"] <= LARGEST_SCALE:
            raise CommandError(f"--scale takes a number from 1 to {LARGEST_SCALE}.")
        key = str(options["key"]).upper()
        if Workspace.objects.filter(key=key).exists():
            raise CommandError(f"There is a workspace {key} already: choose another --key.")
        with transaction.atomic():
            owner = _owner(options["owner"])
            estimator, *others = [_colleague(name, full) for name, full, _ in COLLEAGUES]
            workspace = seed_demo(owner=owner, estimator=estimator, now=utc_now(), scale=options["scale"], key=key)
            for user, (_, _, role) in zip([estimator, *others], COLLEAGUES, strict=True):
                Membership.objects.create(workspace=workspace, user=user, role=role, created_at=utc_now())
                ensure_person(workspace=workspace, user=user)
        count = Story.objects.filter(workspace=workspace).count()
        self.stdout.write(f"Demo workspace {workspace.key}: {count} stories, owner {owner.username}.")


def _owner(username: str | None) -> User:
    if username:
        owner = User.objects.filter(username=username).first()
        if owner is None:
            raise CommandError(f"There is no user {username!r}: create one first with manage.py createsuperuser.")
        return owner
    if not settings.DEMO_ACCOUNT:
        raise CommandError("The demo account exists only in the embedded mode on loopback: name an --owner.")
    return _demo_user()


def _demo_user() -> User:
    user, created = User.objects.get_or_create(username=settings.DEMO_USERNAME, defaults={"display_name": "Demo"})
    if created:
        user.set_password(settings.DEMO_PASSWORD)
        user.save(update_fields=["password"])
    return user


def _colleague(username: str, full_name: str) -> User:
    """Return someone who has a role in the demo but can't sign in."""
    user, created = User.objects.get_or_create(username=f"{username}.demo", defaults={"display_name": full_name})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
