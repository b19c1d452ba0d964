"""Run as a program of its own, against a home or a server of its own: prepare an import, or report what it wrote.

python -m tests.services.import_scenario prepare FILE     prints the job's id
python -m tests.services.import_scenario report           prints everything imported, as one JSON document
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.core.files import File  # noqa: E402
from django.core.management import call_command  # noqa: E402

from accounts.models import User, Workspace  # noqa: E402
from common.clock import utc_now  # noqa: E402
from integrations.models import ImportRun  # noqa: E402
from integrations.services.uploads import start_import  # noqa: E402
from planner.models import Story, StoryEvent  # noqa: E402
from planner.services.workspaces import create_workspace  # noqa: E402
from valuestream.models import DailyFlow, Visit  # noqa: E402
from valuestream.services.rebuild import check_workspace  # noqa: E402


def prepare(path: Path) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    user = User.objects.create_user(username="importer")
    workspace = create_workspace(name="Killed", key="KILL", owner=user, now=utc_now())
    with path.open("rb") as file:
        _, job = start_import(
            workspace=workspace, file=File(file, name=path.name), format_name="jira", user=user, now=utc_now()
        )
    print(job.pk)


def report() -> None:
    workspace = Workspace.objects.get(key="KILL")
    run = ImportRun.objects.select_related("job").get()
    events = StoryEvent.objects.filter(workspace=workspace).order_by("story__key", "sequence")
    document = {
        "counts": run.counts,
        "result": run.job.result if run.job else None,
        "stories": list(
            Story.objects.filter(workspace=workspace).order_by("rank").values_list("key", "state__name", "title")
        ),
        "events": list(events.values_list("story__key", "sequence", "field", "from_value", "to_value", "source_ref")),
        "visits": Visit.objects.filter(workspace=workspace).count(),
        "arrivals": sum(DailyFlow.objects.filter(workspace=workspace).values_list("arrivals", flat=True)),
        "differences": [str(difference) for difference in check_workspace(workspace=workspace)],
    }
    print(json.dumps(document))


if __name__ == "__main__":
    prepare(Path(sys.argv[2])) if sys.argv[1] == "prepare" else report()
