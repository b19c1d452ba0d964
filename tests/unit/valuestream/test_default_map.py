"""What states are on the map made from the workflow."""

import pytest

from valuestream.domain.default_map import block_kind


@pytest.mark.parametrize(
    ("name", "category", "kind"),
    [
        ("Idea", "TODO", "WAIT"),
        ("Ready", "TODO", "WAIT"),
        ("In progress", "IN_PROGRESS", "WORK"),
        ("Develop", "IN_PROGRESS", "WORK"),
        ("Review", "IN_PROGRESS", "WAIT"),
        ("In review", "IN_PROGRESS", "WORK"),
        ("Awaiting release", "IN_PROGRESS", "WAIT"),
        ("Ready for test", "IN_PROGRESS", "WAIT"),
        ("On hold", "IN_PROGRESS", "WAIT"),
        ("Selected for development", "IN_PROGRESS", "WAIT"),
        ("Already built", "IN_PROGRESS", "WORK"),
        ("Ready to celebrate", "DONE", "WORK"),
        ("Cancelled", "CANCELLED", "WORK"),
    ],
)
def test_a_state_waits_before_work_and_where_its_name_says_so(name: str, category: str, kind: str) -> None:
    assert block_kind(name=name, category=category) == kind
