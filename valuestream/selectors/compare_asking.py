"""Reading what two sides of a comparison ask, from the words of one address."""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import Workspace
from common.errors import InvalidInput
from valuestream.selectors.asking import Question, read_question

OTHER = "with_"


def read_sides(
    *, values: Mapping[str, str], workspace: Workspace, now: datetime, user_id: int | None
) -> tuple[Question, Question]:
    """Return both questions: `as_of` and `filter` of the left, `with_as_of` and `with_filter` of the right.

    Window and clock are both's. Raises InvalidInput that names every field it can't use.
    """
    errors: dict[str, list[str]] = {}
    sides = [_read_side(prefix, values, workspace, now, user_id, errors) for prefix in ("", OTHER)]
    if errors:
        raise InvalidInput("These sides can't be compared.", field_errors=errors)
    left, right = (side or Question() for side in sides)
    return left, right


def _read_side(
    prefix: str,
    values: Mapping[str, str],
    workspace: Workspace,
    now: datetime,
    user_id: int | None,
    errors: dict[str, list[str]],
) -> Question | None:
    try:
        return read_question(
            workspace=workspace,
            as_of=values.get(f"{prefix}as_of", ""),
            window_days=values.get("window_days", ""),
            clock=values.get("clock", ""),
            now=now,
            filter_text=values.get(f"{prefix}filter", ""),
            user_id=user_id,
        )
    except InvalidInput as refused:
        for name, sentences in refused.errors.items():
            errors[f"{prefix}{name}" if name in ("as_of", "filter") else name] = list(sentences)
        return None
