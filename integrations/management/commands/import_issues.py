"""`manage.py import_issues --format FORMAT FILE...`: import files here and now, without a worker."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from time import sleep
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User, Workspace
from accounts.policies import Role
from common.clock import utc_now
from common.errors import DomainError
from common.jobs.models import Job, JobState
from common.jobs.runner import run as run_job
from integrations.formats import FORMATS
from integrations.formats.items import Subtasks
from integrations.models import ImportRun
from integrations.selectors.imports import list_refusals
from integrations.services.importing import watcher
from integrations.services.runs import NUMBERS
from integrations.services.uploads import start_import

REFUSALS_SHOWN = 200
LEFT_OUT_SHOWN = 20
WAIT_SECONDS = 0.5


class Command(BaseCommand):
    """Runs the same job as an upload does, in this process; exits with 1 when a file could not be read."""

    help = "Import issues or an event log from files. Doing it twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(FORMATS), dest="format_name")
        parser.add_argument(
            "--subtasks",
            choices=[kind.value for kind in Subtasks],
            default=Subtasks.STORIES.value,
            help="What sub-tasks become: stories with their whole history (as a rule), or tasks of their story.",
        )
        parser.add_argument("--workspace", metavar="KEY", help="Not needed where there is one workspace only.")
        parser.add_argument("--user", metavar="NAME", help="Whose import it is; else an owner of the workspace.")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = _find_workspace(options["workspace"])
        user = _find_user(options["user"], workspace)
        failed = 0
        for path in options["files"]:
            try:
                failed += not self._import(path, options, workspace, user)
            except (DomainError, OSError) as error:
                failed += 1
                self.stderr.write(f"{path.name}: {getattr(error, 'message', error)} {_details(error)}".rstrip())
        if failed:
            raise CommandError(f"{failed} of {len(options['files'])} files could not be read.")

    def _import(self, path: Path, options: Mapping[str, Any], workspace: Workspace, user: User | None) -> bool:
        """Import one file; False when the job did not end well."""
        with path.open("rb") as file:
            run, job = start_import(
                workspace=workspace,
                file=File(file, name=path.name),
                format_name=options["format_name"],
                subtasks=options["subtasks"],
                user=user,
                now=utc_now(),
            )
        self.stdout.write(f"{path.name}: importing {run.size_bytes:,} bytes into {workspace.key}")
        watcher.set(lambda message: self.stdout.write(f"  {message}"))
        run_job(job_id=job.pk)
        self._await(job)
        run.refresh_from_db()
        self._report(path, run, job)
        return job.state == JobState.DONE

    def _await(self, job: Job) -> None:
        """A running worker may have taken the job first: then wait for it."""
        job.refresh_from_db()
        while not job.is_finished:
            sleep(WAIT_SECONDS)
            job.refresh_from_db()

    def _report(self, path: Path, run: ImportRun, job: Job) -> None:
        for refusal in list_refusals(run=run)[:REFUSALS_SHOWN]:
            what = f" [{refusal.field}]" if refusal.field else ""
            self.stdout.write(f"  refused: {refusal.place}{what}: {refusal.reason}")
        refused = int(run.counts.get("refused", 0))
        if refused > REFUSALS_SHOWN:
            self.stdout.write(f"  ... and {refused - REFUSALS_SHOWN:,} more; the import's page has them all.")
        if run.left_out:
            names = ", ".join(f"{name} ({number:,})" for name, number in run.left_out[:LEFT_OUT_SHOWN])
            self.stdout.write(f"  left out, for there is no place for them: {names}")
        if kept := int(run.counts.get("kept_subtasks", 0)):
            self.stdout.write(f"  {kept:,} sub-tasks stay what an earlier import made of them.")
        numbers = ", ".join(f"{run.counts[name]:,} {name}" for name in NUMBERS if name in run.counts)
        self.stdout.write(f"{path.name}: {job.state.lower()}: {numbers or job.error}")
        if job.error:
            self.stderr.write(f"{path.name}: {job.error}")


def _find_workspace(key: str | None) -> Workspace:
    if key:
        found = Workspace.objects.filter(key=key.upper()).first()
        if found is None:
            raise CommandError(f"There is no workspace {key}.")
        return found
    several = list(Workspace.objects.order_by("id")[:2])
    if len(several) != 1:
        raise CommandError(
            "There are several workspaces: choose one with --workspace KEY."
            if several
            else "There is no workspace yet: make one in the browser first."
        )
    return several[0]


def _find_user(name: str | None, workspace: Workspace) -> User | None:
    if name:
        found = User.objects.filter(username=name).first()
        if found is None:
            raise CommandError(f"There is no user {name}.")
        return found
    owners = User.objects.filter(memberships__workspace=workspace, memberships__role=Role.OWNER.value)
    return owners.order_by("id").first()


def _details(error: Exception) -> str:
    return " ".join(text for texts in getattr(error, "errors", {}).values() for text in texts)
