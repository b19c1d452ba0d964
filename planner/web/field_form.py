"""Reading the form of a custom field."""

from collections.abc import Sequence

from django.http import QueryDict

from planner.services.field_options import OptionDraft
from planner.web.forms import read_id


def read_options(posted: QueryDict) -> list[OptionDraft]:
    """The options as the form lists them, one after another; a line without a label is left out."""
    ids, labels, tones = (posted.getlist(name) for name in ("option_id", "option_label", "option_tone"))
    return [
        OptionDraft(label=label, id=read_id(_at(ids, place)), tone=_at(tones, place))
        for place, label in enumerate(labels)
        if label.strip()
    ]


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


def errors_of_form(errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """Errors by the names of the form: those of single options go to the list of them."""
    found: dict[str, list[str]] = {}
    for name, texts in errors.items():
        found.setdefault("options" if name.startswith("options") else name, []).extend(texts)
    return found
