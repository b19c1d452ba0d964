"""`manage.py rebuild`: derive visits, spans and daily flow anew from the log, or prove that they are right."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from common.clock import utc_now
from valuestream.services.rebuild import check_workspace, rebuild_workspace
from valuestream.services.requests import request_rebuild

SHOWN = 50


class Command(BaseCommand):
    help = "Rebuild visits, spans and daily flow from the event log; --check only compares."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing: print the differences, or none.")
        parser.add_argument("--workspace", metavar="KEY", help="One workspace; all of them without it.")
        parser.add_argument("--jobs", action="store_true", help="Let the workers do it, a range of stories each.")

    def handle(self, *args: Any, **options: Any) -> None:
        workspaces = self._workspaces(options["workspace"])
        if options["check"]:
            self._check(workspaces)
            return
        for workspace in workspaces:
            if options["jobs"]:
                job = request_rebuild(workspace_id=workspace.pk, user_id=None, now=utc_now())
                self.stdout.write(f"{workspace.key}: job {job.pk} shares it out; Settings, Figures shows how far it is")
            else:
                done = rebuild_workspace(workspace=workspace)
                self.stdout.write(f"{workspace.key}: {done.stories} stories, {done.visits} visits, {done.spans} spans")

    def _workspaces(self, key: str | None) -> list[Workspace]:
        workspaces = list(Workspace.objects.filter(**({"key": key.upper()} if key else {})).order_by("key"))
        if key and not workspaces:
            raise CommandError(f"There is no workspace {key!r}.")
        return workspaces

    def _check(self, workspaces: list[Workspace]) -> None:
        total = 0
        for workspace in workspaces:
            differences = check_workspace(workspace=workspace)
            total += len(differences)
            for difference in differences[:SHOWN]:
                self.stdout.write(f"{workspace.key}: {difference}")
            if len(differences) > SHOWN:
                self.stdout.write(f"{workspace.key}: and {len(differences) - SHOWN} more")
        if total:
            raise CommandError(f"{total} differences; run `manage.py rebuild` to repair them.", returncode=1)
        self.stdout.write("Differences: none")
