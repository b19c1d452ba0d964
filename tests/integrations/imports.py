"""Running imports in tests: the upload, the job, and what is then in the database."""

from pathlib import Path
from typing import Any

from django.core.files import File

from accounts.models import Workspace
from common.jobs.models import Job
from common.jobs.runner import run
from integrations.models import ImportRun
from integrations.services.uploads import start_import
from planner.models import Capability, Dependency, State, Story, StoryEvent, Task
from tests.factories import NOW, owner_of


def upload(
    workspace: Workspace, path: Path, format_name: str = "jira", subtasks: str = "stories"
) -> tuple[ImportRun, Job]:
    with path.open("rb") as file:
        return start_import(
            workspace=workspace,
            file=File(file, name=path.name),
            format_name=format_name,
            subtasks=subtasks,
            user=owner_of(workspace),
            now=NOW,
        )


def do_import(workspace: Workspace, path: Path, format_name: str = "jira", subtasks: str = "stories") -> ImportRun:
    """Import a file to the end; `run.job` is as it ended."""
    imported, job = upload(workspace, path, format_name, subtasks)
    run(job_id=job.pk)
    return ImportRun.objects.select_related("job").get(pk=imported.pk)


def counts(imported: ImportRun) -> dict[str, Any]:
    """The counts that are not zero."""
    return {name: number for name, number in imported.counts.items() if isinstance(number, int) and number}


def refusals(imported: ImportRun) -> list[tuple[str, str]]:
    return [(refusal.place, refusal.field) for refusal in imported.refusals.all()]


def content_of(workspace: Workspace) -> dict[str, Any]:
    """Everything an import writes, in words: two databases with the same content compare equal."""
    stories = Story.objects.filter(workspace=workspace).order_by("rank")
    events = StoryEvent.objects.filter(workspace=workspace, story__isnull=False).order_by("story__rank", "sequence")
    return {
        "stories": list(stories.values_list("key", "title", "kind", "points", "state__name", "capability__key")),
        "events": list(
            events.exclude(field="dependency").values_list(
                "story__key", "field", "from_value", "to_value", "source_ref", "actor_name"
            )
        ),
        "states": list(State.objects.filter(workspace=workspace).values_list("name", "category", "position")),
        "capabilities": sorted(Capability.objects.filter(workspace=workspace).values_list("key", "title")),
        "dependencies": sorted(
            Dependency.objects.filter(workspace=workspace).values_list("predecessor__key", "successor__key")
        ),
        "tasks": sorted(Task.objects.filter(story__workspace=workspace).values_list("story__key", "title", "state")),
    }
