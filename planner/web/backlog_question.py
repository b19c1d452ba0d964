"""The backlog page's address, read: lens, filter, and where in the list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings

from planner.domain.vocabulary import Lens
from planner.web.outline import Joint

FILTER_LENGTH = 200


@dataclass(frozen=True)
class Question:
    """What someone asks of the backlog page. `part`: the whole page, its list, or the next lines of it."""

    lens: Lens = Lens.MANUAL
    text: str = ""
    is_folded: bool = False
    part: str = "page"
    cursor: str | None = None
    limit: int = 100
    joint: Joint = field(default_factory=Joint)

    @property
    def is_manual(self) -> bool:
        """Whether rows can be moved: the order is people's."""
        return self.lens is Lens.MANUAL

    def address(self, **changes: str) -> str:
        """Return the query string of this question with changes; what is at its default is left out."""
        values = {"lens": self.lens.value, "q": self.text, "fold": "1" if self.is_folded else "", **changes}
        if values["lens"] == Lens.MANUAL.value:
            del values["lens"]
        return urlencode({name: value for name, value in values.items() if value})

    def next_address(self, *, cursor: str, joint: Joint) -> str:
        """Return the query string of the next lines."""
        return self.address(
            part="lines",
            cursor=cursor,
            after=str(joint.capability_id or ""),
            places=str(joint.places),
            unvalued="1" if joint.is_unvalued else "",
        )


def read_question(values: Mapping[str, str]) -> Question:
    """Read a query string; what can't be understood falls back to the plain page."""
    lens = values.get("lens", "")
    part = values.get("part", "")
    return Question(
        lens=Lens(lens) if lens in {Lens.CD3, Lens.VALUE} else Lens.MANUAL,
        text=values.get("q", "").strip()[:FILTER_LENGTH],
        is_folded=values.get("fold") == "1",
        part=part if part in {"list", "lines"} else "page",
        cursor=values.get("cursor") or None,
        limit=min(_number(values.get("limit")) or settings.PAGE_SIZE, settings.PAGE_SIZE_LIMIT),
        joint=Joint(
            capability_id=_number(values.get("after")),
            places=_number(values.get("places")) or 0,
            is_unvalued=values.get("unvalued") == "1",
        ),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
