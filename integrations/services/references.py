"""From the tracker's references to our ids: states, people, sprints, applications and capabilities.

One batch at a time: what a batch refers to is looked up with a query or two for each kind, and made
where it is missing. Only workflow states, which are few, are kept from batch to batch.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Workspace
from integrations.formats.items import (
    ApplicationRef,
    CapabilityRef,
    ImportedCapability,
    ImportedStory,
    Item,
    PersonRef,
    SprintRef,
)
from integrations.services.links import LinkTable
from integrations.services.parents import Parents
from integrations.services.people import usable_email
from integrations.services.runs import Tally
from integrations.services.sprints import create_sprint_from, follow_sprint
from integrations.services.states import StateResolver
from planner.models import Application, Capability, Sprint
from planner.services.actor import Actor
from planner.services.applications import create_application
from planner.services.capabilities import create_capability, update_capability
from planner.services.workspaces import find_or_create_person

_NOT_IN_A_KEY = re.compile(r"[^A-Z0-9_]")


class References:
    """What a batch refers to. The tally grows with what had to be made."""

    def __init__(self, *, workspace: Workspace, links: LinkTable, actor: Actor, now: datetime, tally: Tally) -> None:
        self.workspace = workspace
        self.links = links
        self.actor = actor
        self.now = now
        self._tally = tally
        self.states = StateResolver(workspace=workspace, links=links, actor=actor, now=now, tally=tally)
        self.parents = Parents(workspace=workspace, links=links)
        self._people: dict[str, int] = {}
        self._sprints: dict[str, int] = {}
        self._applications: dict[str, int | None] = {}
        self._capabilities: dict[CapabilityRef, int] = {}

    def prepare(self, items: Iterable[Item]) -> None:
        """Look up, or make, all that these items refer to."""
        items = list(items)
        stories = [item for item in items if isinstance(item, ImportedStory)]
        epics = [item for item in items if isinstance(item, ImportedCapability)]
        self.states.prepare(items)
        self._prepare_people(_people(items))
        self._prepare_sprints(_sprints(stories))
        self._prepare_applications(
            {story.application for story in stories if story.application} | {epic.application for epic in epics}
        )
        self._prepare_capabilities(stories, epics)
        self.parents.prepare(stories, capability_id=self.capability_id)

    def person_id(self, ref: PersonRef | None) -> int | None:
        """Return the person's id."""
        return self._people.get(ref.external_id) if ref else None

    def sprint_id(self, ref: SprintRef | None) -> int | None:
        """Return the sprint's id; None for one known by number only."""
        return self._sprints.get(ref.external_id) if ref else None

    def application_id(self, ref: ApplicationRef | None) -> int | None:
        """Return the application's id; None when its key can't be one here."""
        return self._applications.get(ref.external_id) if ref else None

    def capability_id(self, ref: CapabilityRef | None) -> int | None:
        """Return the capability's id."""
        return self._capabilities.get(ref) if ref else None

    def capability_id_of(self, story: ImportedStory) -> int | None:
        """Return the id of a story's capability, its own or its parent's."""
        found = self.capability_id(story.capability)
        return self.parents.capability_id(story.parent) if found is None and story.parent else found

    def _prepare_people(self, refs: dict[str, PersonRef]) -> None:
        self._people = self.links.find("person", refs)
        made = {
            external_id: find_or_create_person(
                workspace=self.workspace, name=ref.name, email=usable_email(ref.email)
            ).pk
            for external_id, ref in refs.items()
            if external_id not in self._people
        }
        self.links.add("person", made)
        self._people |= made

    def _prepare_sprints(self, refs: dict[str, SprintRef]) -> None:
        self._sprints = self.links.find("sprint", refs)
        known = {sprint.pk: sprint for sprint in Sprint.objects.filter(pk__in=self._sprints.values())}
        made = {}
        for external_id, ref in refs.items():
            if external_id in self._sprints:
                follow_sprint(sprint=known[self._sprints[external_id]], ref=ref, actor=self.actor, now=self.now)
            elif ref.name:
                made[external_id] = create_sprint_from(
                    workspace=self.workspace, ref=ref, actor=self.actor, now=self.now
                ).pk
        self._tally.numbers["sprints"] += len(made)
        self.links.add("sprint", made)
        self._sprints |= made

    def _prepare_applications(self, refs: set[ApplicationRef]) -> None:
        by_id = {ref.external_id: ref for ref in sorted(refs, key=lambda ref: (ref.key, ref.name))}
        found = self.links.find("application", by_id)
        made = {}
        for external_id, ref in by_id.items():
            if external_id not in found and (pk := self._find_or_make_application(ref)) is not None:
                made[external_id] = pk
        self.links.add("application", made)
        self._applications = {**found, **made}

    def _find_or_make_application(self, ref: ApplicationRef) -> int | None:
        key = _NOT_IN_A_KEY.sub("", ref.key.upper())[:20]
        if len(key) < 2 or not key[0].isalpha():
            return None
        known = Application.objects.filter(workspace=self.workspace, key=key).first()
        if known is not None:
            return known.pk
        self._tally.numbers["applications"] += 1
        return create_application(
            workspace=self.workspace, name=ref.name or key, key=key, actor=self.actor, now=self.now
        ).pk

    def _prepare_capabilities(self, stories: list[ImportedStory], epics: list[ImportedCapability]) -> None:
        made_for: dict[CapabilityRef, ApplicationRef | None] = {epic.ref: epic.application for epic in epics}
        for story in stories:
            if story.capability is not None:
                made_for.setdefault(story.capability, story.application)
        refs = [*made_for, *(ref for ref in _past_capabilities(stories) if ref not in made_for)]
        by_id = self.links.find("capability", (ref.external_id for ref in refs if ref.external_id))
        by_key = self.links.find("capability-key", (ref.key for ref in refs if ref.key))
        self._capabilities = {}
        # An epic's own issue and its story's link may come in one batch: each made capability counts at once.
        for ref in refs:
            pk = by_id.get(ref.external_id) or by_key.get(ref.key)
            if pk is None and ref in made_for:
                pk = self._make_capability(ref, made_for[ref])
            if pk is None:
                continue
            self._capabilities[ref] = pk
            by_id |= {ref.external_id: pk} if ref.external_id else {}
            by_key |= {ref.key: pk} if ref.key else {}
        self.links.add("capability", {ref.external_id: pk for ref, pk in self._capabilities.items() if ref.external_id})
        self.links.add("capability-key", {ref.key: pk for ref, pk in self._capabilities.items() if ref.key})
        self._follow_epics(epics)

    def _make_capability(self, ref: CapabilityRef, application: ApplicationRef | None) -> int | None:
        application_id = self._application_of_key(ref.key) or self.application_id(application)
        if application_id is None:
            return None
        taken = not ref.key or Capability.objects.filter(workspace=self.workspace, key=ref.key).exists()
        self._tally.numbers["capabilities"] += 1
        return create_capability(
            workspace=self.workspace,
            application=Application.objects.get(pk=application_id),
            title=ref.title or ref.key,
            key=None if taken else ref.key,
            actor=self.actor,
            now=self.now,
        ).pk

    def _application_of_key(self, key: str) -> int | None:
        """An epic may live in another project than its story: its key says in which."""
        prefix = key.rpartition("-")[0]
        if not prefix:
            return None
        known: QuerySet[Application] = Application.objects.filter(workspace=self.workspace, key=prefix)
        return known.values_list("pk", flat=True).first() or self._find_or_make_application(
            ApplicationRef(f"key:{prefix}", prefix, prefix)
        )

    def _follow_epics(self, epics: list[ImportedCapability]) -> None:
        """Give capabilities what their own issue says, which a story's link did not."""
        ids = {self._capabilities.get(epic.ref) for epic in epics}
        known = {capability.pk: capability for capability in Capability.objects.filter(pk__in=ids - {None})}
        for epic in epics:
            capability = known.get(self._capabilities.get(epic.ref, 0))
            if capability is None:
                continue
            told = {"title": epic.title, "description": epic.description, "due_date": epic.due_date}
            changes = {name: value for name, value in told.items() if value and getattr(capability, name) != value}
            if changes:
                update_capability(capability=capability, changes=changes, actor=self.actor, now=self.now)


def _people(items: list[Item]) -> dict[str, PersonRef]:
    """Everybody someone assigned something to, by account."""
    refs: dict[str, PersonRef] = {}
    for item in items:
        assignee = getattr(item, "assignee", None)
        found = [assignee] if isinstance(assignee, PersonRef) else []
        if isinstance(item, ImportedStory):
            changed = (ref for change in item.changes for ref in (change.from_ref, change.to_ref))
            found += [ref for ref in changed if isinstance(ref, PersonRef)]
        for ref in found:
            refs.setdefault(ref.external_id, ref)
    return refs


def _sprints(stories: list[ImportedStory]) -> dict[str, SprintRef]:
    """Every sprint by number; what a story's own field tells goes before what the changelog does."""
    refs: dict[str, SprintRef] = {}
    for story in stories:
        if story.sprint is not None and (story.sprint.state or story.sprint.external_id not in refs):
            refs[story.sprint.external_id] = story.sprint
    for story in stories:
        changed = (ref for change in story.changes for ref in (change.from_ref, change.to_ref))
        for ref in changed:
            if isinstance(ref, SprintRef):
                refs.setdefault(ref.external_id, SprintRef(ref.external_id, ""))
    return refs


def _past_capabilities(stories: list[ImportedStory]) -> list[CapabilityRef]:
    """Capabilities the changelog names: known ones are recognised, but none is made for the past's sake."""
    changed = (ref for story in stories for change in story.changes for ref in (change.from_ref, change.to_ref))
    return [ref for ref in dict.fromkeys(changed) if isinstance(ref, CapabilityRef)]
