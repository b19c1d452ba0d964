"""Values of the workspace's own fields out of a file: found by the field's key or name, refused one by one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from accounts.models import Workspace
from common.errors import DomainError
from integrations.formats.items import ImportedStory, Parsed, Refusal
from integrations.services.runs import Tally
from planner.domain.vocabulary import FieldKind, ItemKind
from planner.selectors.custom_fields import list_fields
from planner.services.actor import Actor
from planner.services.batches import MOST_STORIES
from planner.services.field_values import set_story_fields_of_own

Told = tuple[tuple[str, str], ...]
"""Values by the key of the field, as the file writes them."""


class OwnFields:
    """Sets what stories of a batch say of the workspace's own fields; the same file twice changes nothing."""

    def __init__(self, *, workspace: Workspace, actor: Actor, now: datetime, tally: Tally) -> None:
        self.workspace, self.actor, self.now, self.tally = workspace, actor, now, tally
        fields = list_fields(workspace_id=workspace.pk, item=ItemKind.STORY.value)
        writable = [field for field in fields if field.kind != FieldKind.FORMULA.value]
        self.keys = {field.name.casefold(): field.key for field in writable} | {
            field.key.casefold(): field.key for field in writable
        }

    def set(self, batch: Sequence[Parsed], story_ids: Mapping[str, int]) -> None:
        """Set the values of a batch: stories that say the same at once. What nobody knows is counted as left out."""
        alike: dict[Told, list[Parsed]] = {}
        left_out: Counter[str] = Counter()
        for parsed in batch:
            if isinstance(parsed.item, ImportedStory) and parsed.item.own_fields:
                told = {self.keys[name]: text for name, text in parsed.item.own_fields.items() if name in self.keys}
                left_out.update(name for name in parsed.item.own_fields if name not in self.keys)
                if told and parsed.item.external_id in story_ids:
                    alike.setdefault(tuple(sorted(told.items())), []).append(parsed)
        self.tally.leave_out(left_out)
        for said, things in alike.items():
            for start in range(0, len(things), MOST_STORIES):
                self._set(things[start : start + MOST_STORIES], story_ids, dict(said))

    def _set(self, things: Sequence[Parsed], story_ids: Mapping[str, int], values: dict[str, str]) -> None:
        """Set values of stories that say the same; one that can't be is refused for each of them, the rest goes in."""
        ids = [story_ids[parsed.item.external_id] for parsed in things if isinstance(parsed.item, ImportedStory)]
        while values:
            try:
                set_story_fields_of_own(
                    workspace=self.workspace, story_ids=ids, values=values, actor=self.actor, now=self.now
                )
            except DomainError as refused:
                bad = {key: texts for key, texts in refused.errors.items() if key in values}
                if not bad:
                    raise
                for parsed in things:
                    self.tally.refuse(
                        Refusal(parsed.place, " ".join(texts), parsed.name, key) for key, texts in bad.items()
                    )
                values = {key: text for key, text in values.items() if key not in bad}
            else:
                return
