"""External links in bulk: which of our rows the tracker's ids mean, with links to vanished rows taken away."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet

from accounts.models import Workspace
from integrations.models import ExternalLink
from planner.models import Application, Capability, Person, Sprint, State, Story, Task
from planner.services.chunks import in_chunks

MODELS: dict[str, type[models.Model]] = {
    "application": Application,
    "capability": Capability,
    "capability-key": Capability,
    "person": Person,
    "sprint": Sprint,
    "state": State,
    "state-guess": State,
    "story": Story,
    "task": Task,
}

# An import links every story: instances of the model would cost more than the rows.
_UPSERT = (
    f"INSERT INTO {ExternalLink._meta.db_table} (workspace_id, system, object_type, external_id, object_id) {{}} "
    "ON CONFLICT (workspace_id, system, object_type, external_id) DO UPDATE SET object_id = excluded.object_id"
)


class LinkTable:
    """The links of one workspace to one system."""

    def __init__(self, *, workspace: Workspace, system: str) -> None:
        self._workspace = workspace
        self._system = system

    def find(self, object_type: str, external_ids: Iterable[str]) -> dict[str, int]:
        """Return our ids by external id; a link whose row was deleted here is dropped."""
        found: dict[str, int] = {}
        for chunk in in_chunks(set(external_ids)):
            links = self._links(object_type).filter(external_id__in=chunk)
            found |= dict(links.values_list("external_id", "object_id"))
        here = self._existing(MODELS[object_type], set(found.values()))
        gone = [external_id for external_id, pk in found.items() if pk not in here]
        for chunk in in_chunks(gone):
            self._links(object_type).filter(external_id__in=chunk).delete()
        return {external_id: pk for external_id, pk in found.items() if pk in here}

    def linked_ids(self, object_type: str) -> set[int]:
        """Return our ids that some external id means already."""
        return set(self._links(object_type).values_list("object_id", flat=True))

    def add(self, object_type: str, ids: Mapping[str, int]) -> None:
        """Remember what external ids mean; known ones are pointed anew."""
        if not ids:
            return
        named: list[Any] = [self._workspace.pk, self._system, object_type]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                rows = "SELECT %s, %s, %s, * FROM unnest(%s::text[], %s::bigint[])"
                cursor.execute(_UPSERT.format(rows), [*named, list(ids), list(ids.values())])
            else:
                rows = "VALUES (%s, %s, %s, %s, %s)"
                cursor.executemany(_UPSERT.format(rows), [[*named, *pair] for pair in ids.items()])

    def remove(self, object_type: str, external_id: str) -> None:
        """Forget what an external id means."""
        self._links(object_type).filter(external_id=external_id).delete()

    def _links(self, object_type: str) -> models.QuerySet[ExternalLink]:
        return ExternalLink.objects.filter(workspace=self._workspace, system=self._system, object_type=object_type)

    def _existing(self, model: type[models.Model], pks: set[int]) -> set[int]:
        rows: QuerySet[models.Model] = QuerySet(model)
        return {pk for chunk in in_chunks(pks) for pk in rows.filter(pk__in=chunk).values_list("pk", flat=True)}
