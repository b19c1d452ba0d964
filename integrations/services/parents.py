"""In which capability a sub-task's parent is, when that can be told already."""

from collections.abc import Callable, Sequence

from accounts.models import Workspace
from integrations.formats.items import CapabilityRef, ImportedStory, ParentRef
from integrations.services.links import LinkTable
from planner.models import Story
from planner.services.chunks import in_chunks


class Parents:
    """The parents of a batch's sub-tasks: in the same batch, or here since before. Others come later, or never."""

    def __init__(self, *, workspace: Workspace, links: LinkTable) -> None:
        self._workspace = workspace
        self._links = links
        self._capability_ids: dict[str, int | None] = {}

    def prepare(
        self, stories: Sequence[ImportedStory], *, capability_id: Callable[[CapabilityRef | None], int | None]
    ) -> None:
        """Look up the parents these stories name, by id and by key."""
        refs = {story.parent for story in stories if story.parent is not None}
        if not refs:
            self._capability_ids = {}
            return
        self._capability_ids = self.find(refs)
        for story in stories:
            found = capability_id(story.capability)
            for name in (story.external_id, story.key):
                if name and (found is not None or name not in self._capability_ids):
                    self._capability_ids[name] = found

    def find(self, refs: set[ParentRef]) -> dict[str, int | None]:
        """Return the capabilities of the parents that are here, by id and by key; an epic is its own."""
        names = {name for ref in refs for name in (ref.external_id, ref.key) if name}
        links = self._links.find("story", names)
        here = Story.objects.filter(workspace=self._workspace)
        of_story: dict[int, int | None] = {}
        found: dict[str, int | None] = {}
        for pks in in_chunks(links.values()):
            of_story |= dict(here.filter(pk__in=pks).values_list("pk", "capability_id"))
        for keys in in_chunks(names):
            found |= dict(here.filter(key__in=keys).values_list("key", "capability_id"))
        found |= self._links.find("capability-key", names)
        found |= {name: of_story[pk] for name, pk in links.items()}
        return found | self._links.find("capability", names)

    def is_here(self, ref: ParentRef) -> bool:
        """Whether the parent is in the batch or was here before."""
        return ref.external_id in self._capability_ids or ref.key in self._capability_ids

    def capability_id(self, ref: ParentRef) -> int | None:
        """Return the parent's capability; None also when the parent is not here."""
        return capability_of(ref, self._capability_ids)


def capability_of(ref: ParentRef, capability_ids: dict[str, int | None]) -> int | None:
    """Return the parent's capability, by its id, else by its key."""
    return capability_ids.get(ref.external_id) or capability_ids.get(ref.key)
