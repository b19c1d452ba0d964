"""The options of a choice field: one list, given whole, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.errors import InvalidInput
from planner.models import CustomField, FieldOption, FieldValue
from planner.services.checks import Refused, text
from planner.services.saving import save_clean, set_fields

MOST_OPTIONS = 200
TONES = ("", "grey", "blue", "green", "amber", "red", "violet", "teal")
_read_label = text(longest=80, required=True)


@dataclass(frozen=True)
class OptionDraft:
    """An option as it shall be: with its id where it exists already, so that renaming keeps what has it."""

    label: str
    id: int | None = None
    tone: str = ""


def write_options(*, field: CustomField, drafts: Sequence[OptionDraft], now: datetime) -> bool:
    """Make the field's options these, in this order; the caller holds the field's row. Returns whether any changed.

    An option that is left out is deleted, or archived where something has it, so that no value is lost. An
    archived one whose label is given again comes back.
    """
    labels = _read_labels(drafts)
    present = {option.pk: option for option in FieldOption.objects.filter(field=field)}
    by_label = {option.label.casefold(): option for option in present.values()}
    changed, kept = False, set[int]()
    for position, (draft, label) in enumerate(zip(drafts, labels, strict=True), 1):
        found = _find(draft, label, index=position - 1, present=present, by_label=by_label)
        option = found or FieldOption(field=field)
        wanted = {"label": label, "tone": draft.tone, "position": position, "archived_at": None}
        if set_fields(option, wanted) or found is None:
            save_clean(option, duplicate_field="options")
            changed = True
        kept.add(option.pk)
    return _drop([option for pk, option in present.items() if pk not in kept], now=now) or changed


def _read_labels(drafts: Sequence[OptionDraft]) -> list[str]:
    if len(drafts) > MOST_OPTIONS:
        raise InvalidInput(f"Give at most {MOST_OPTIONS} options; these are {len(drafts):,}.", field="options")
    labels: list[str] = []
    for index, draft in enumerate(drafts):
        place = f"options[{index}]"
        try:
            label = str(_read_label(draft.label))
        except Refused as refused:
            raise InvalidInput(str(refused), field=f"{place}.label") from None
        if label.casefold() in {known.casefold() for known in labels}:
            raise InvalidInput(f"“{label}” is there twice: leave one out.", field=f"{place}.label")
        if draft.tone not in TONES:
            raise InvalidInput(f"Use one of: {', '.join(filter(None, TONES))}.", field=f"{place}.tone")
        labels.append(label)
    return labels


def _find(
    draft: OptionDraft, label: str, *, index: int, present: dict[int, FieldOption], by_label: dict[str, FieldOption]
) -> FieldOption | None:
    if draft.id is None:
        return by_label.get(label.casefold())
    option = present.get(draft.id)
    if option is None:
        raise InvalidInput(
            "This field has no such option: leave the id out for a new one.",
            field=f"options[{index}].id",
        )
    return option


def _drop(options: Sequence[FieldOption], *, now: datetime) -> bool:
    live = [option for option in options if option.archived_at is None]
    used = set(FieldValue.objects.filter(option__in=live).values_list("option", flat=True).distinct())
    unused = [option.pk for option in live if option.pk not in used]
    FieldOption.objects.filter(pk__in=unused).delete()
    FieldOption.objects.filter(pk__in=used).update(archived_at=now)
    return bool(live)
