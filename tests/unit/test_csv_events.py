"""Reading event logs: order, delimiters, instants, and rows that are refused one by one."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from integrations.events_csv.reader import EventsCsvReader
from integrations.formats.items import ImportedStory, ImportedWorkflow, Parsed
from integrations.formats.reading import UnreadableFile
from integrations.formats.states import guess_category
from integrations.formats.values import parse_instant
from planner.domain.vocabulary import StateCategory

HEADER = "item,occurred_at,to_state\n"


def read(tmp_path: Path, content: str | bytes) -> list[Parsed]:
    path = tmp_path / "log.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [parsed for parsed in EventsCsvReader(str(path)) if isinstance(parsed, Parsed)]


def stories(parsed: list[Parsed]) -> list[ImportedStory]:
    return [one.item for one in parsed if isinstance(one.item, ImportedStory)]


def places(parsed: list[Parsed]) -> list[str]:
    return [refusal.place for one in parsed for refusal in one.refusals]


class TestStories:
    def test_interleaved_rows_come_back_item_by_item(self, tmp_path: Path) -> None:
        log = "A,2026-01-01,Ready\nB,2026-01-01,Ready\nA,2026-01-02,Doing\nB,2026-01-03,Doing\n"
        found = stories(read(tmp_path, HEADER + log))
        assert [(one.external_id, [change.to_value for change in one.changes]) for one in found] == [
            ("A", ["Ready", "Doing"]),
            ("B", ["Ready", "Doing"]),
        ]

    def test_the_order_of_rows_does_not_change_a_history(self, tmp_path: Path) -> None:
        rows = [f"{item},2026-01-{day:02},{'Ready' if day < 5 else 'Done'}\n" for day in range(1, 9) for item in "ABC"]
        before = {one.external_id: one.changes for one in stories(read(tmp_path, HEADER + "".join(rows)))}
        Random(2).shuffle(rows)
        assert {one.external_id: one.changes for one in stories(read(tmp_path, HEADER + "".join(rows)))} == before

    def test_states_come_in_order_of_first_appearance(self, tmp_path: Path) -> None:
        rows = "A,2026-02-01,Draft,Doing\nB,2026-01-01,Inbox,doing\nB,2026-01-02,,Done\n"
        log = "item,occurred_at,from_state,to_state\n" + rows
        workflow = next(one.item for one in read(tmp_path, log) if isinstance(one.item, ImportedWorkflow))
        assert [(state.name, state.category) for state in workflow.states] == [
            ("Draft", StateCategory.TODO),
            ("Doing", StateCategory.IN_PROGRESS),
            ("Inbox", StateCategory.TODO),
            ("Done", StateCategory.DONE),
        ]

    def test_the_first_state_is_from_state_where_it_is_told(self, tmp_path: Path) -> None:
        [found] = stories(read(tmp_path, "item,occurred_at,from_state,to_state\nA,2026-01-01,Ready,Doing\n"))
        assert (found.first_state.name, found.state.name) == ("Ready", "Doing")

    def test_else_an_item_is_born_in_its_first_to_state(self, tmp_path: Path) -> None:
        [found] = stories(read(tmp_path, HEADER + "A,2026-01-01,Ready\nA,2026-01-02,Doing\n"))
        assert (found.first_state.name, found.changes[1].from_value) == ("Ready", "Ready")

    def test_the_newest_figures_count(self, tmp_path: Path) -> None:
        log = "item,occurred_at,to_state,points,value,title\nA,2026-01-03,Done,5,,\nA,2026-01-01,Ready,3,100,First\n"
        [found] = stories(read(tmp_path, log))
        assert (found.points, found.value, found.title) == (Decimal(5), Decimal(100), "First")

    def test_equal_rows_are_different_events_with_lasting_names(self, tmp_path: Path) -> None:
        log = HEADER + "A,2026-01-01,Ready\nA,2026-01-01,Ready\n"
        [found] = stories(read(tmp_path, log))
        refs = [change.source_ref for change in found.changes]
        assert len(set(refs)) == 2
        [again] = stories(read(tmp_path, log + "A,2026-01-02,Done\n"))
        assert [change.source_ref for change in again.changes][:2] == refs

    def test_a_formula_is_only_text(self, tmp_path: Path) -> None:
        [found] = stories(read(tmp_path, 'item,occurred_at,to_state,title\nA,2026-01-01,Ready,"=HYPERLINK(""x"")"\n'))
        assert found.title == '=HYPERLINK("x")'

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_delimiters(self, tmp_path: Path, delimiter: str) -> None:
        log = "Item,Occurred_At,TO_STATE\nA,2026-01-01,Ready\n".replace(",", delimiter)
        assert [one.external_id for one in stories(read(tmp_path, log))] == ["A"]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
    def test_encodings_with_a_byte_order_mark(self, tmp_path: Path, encoding: str) -> None:
        found = stories(read(tmp_path, (HEADER + "Ä,2026-01-01,Fertig\n").encode(encoding)))
        assert [one.external_id for one in found] == ["Ä"]


class TestRefusals:
    @pytest.mark.parametrize(
        "row",
        [
            *("A,yesterday,Ready", "A,,Ready", ",2026-01-01,Ready", "A,2026-01-01,", "A,2026-01-01", "A,1,2,3,4"),
            *("A,0001-01-01,Ready", "A,9999-12-31,Ready", f"{'A' * 200},2026-01-01,Ready", f"A,2026-01-01,{'R' * 90}"),
            *('A,2026-01-01,"Ready', f"A,2026-01-01,{'x' * 70_000}"),
        ],
    )
    def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_in(self, tmp_path: Path, row: str) -> None:
        parsed = read(tmp_path, HEADER + f"B,2026-01-01,Ready\n{row}\nC,2026-01-01,Ready\n")
        assert [one.external_id for one in stories(parsed)] == ["B", "C"]
        assert "line 3" in places(parsed)

    @pytest.mark.parametrize("points", ["-1", "NaN", "Infinity", "1e9", "three", "1_0"])
    def test_impossible_points_refuse_the_row(self, tmp_path: Path, points: str) -> None:
        parsed = read(tmp_path, f"item,occurred_at,to_state,points\nA,2026-01-01,Ready,{points}\n")
        assert next(refusal.field for one in parsed for refusal in one.refusals) == "points"

    def test_a_nul_far_in_refuses_its_row(self, tmp_path: Path) -> None:
        parsed = read(tmp_path, HEADER + "A,2026-01-01,Ready\n" * 1_000 + "B,2026-01-01,Re\x00ady\n")
        assert places(parsed) == ["line 1002"]

    def test_blank_rows_are_passed_over(self, tmp_path: Path) -> None:
        assert places(read(tmp_path, HEADER + "\n \n,,\nA,2026-01-01,Ready\n\n")) == []

    def test_bytes_that_are_not_utf8_refuse_their_row_only(self, tmp_path: Path) -> None:
        parsed = read(tmp_path, HEADER.encode() + b"A\xe4,2026-01-01,Ready\nB,2026-01-01,Ready\n")
        assert ([one.external_id for one in stories(parsed)], places(parsed)) == (["B"], ["line 2"])

    def test_more_states_than_a_workflow_has_are_refused(self, tmp_path: Path) -> None:
        parsed = read(tmp_path, HEADER + "".join(f"A,2026-01-01,State {number}\n" for number in range(400)))
        assert len(places(parsed)) == 250

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("a,b\n1,2\n", "no column item"),
            ("item,to_state\nA,Ready\n", "no column occurred_at"),
            ("item,item,occurred_at,to_state\n", "twice"),
            (b"PK\x03\x04", "ZIP"),
            (b"\x00\x00\x00", "binary"),
            ("", "header"),
        ],
    )
    def test_a_file_of_another_kind_says_what_it_is(self, tmp_path: Path, content: str | bytes, words: str) -> None:
        with pytest.raises(UnreadableFile, match=words):
            read(tmp_path, content)

    def test_cut_anywhere_it_never_crashes(self, tmp_path: Path) -> None:
        text = (HEADER + 'A,2026-01-01T10:00:00Z,"Rea dy"\nB,2026-01-02,Ä\n').encode()
        for length in range(1, len(text)):
            try:
                read(tmp_path, text[:length])
            except UnreadableFile:
                continue


class TestInstants:
    @pytest.mark.parametrize(
        "text",
        [
            *("2026-03-01T09:30:00Z", "2026-03-01T10:30:00+01:00", "2026-03-01 09:30", "2026-03-01T09:30:00.000+0000"),
            *("1772357400", "1772357400000", "1772357400.0", " 20260301T093000Z "),
        ],
    )
    def test_ways_to_write_an_instant(self, text: str) -> None:
        assert parse_instant(text) == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text", ["", "01.03.2026", "3/1/2026", "x", "1e9", "99999999999999", None, 5, "\uff12026-03-01"]
    )
    def test_what_is_none(self, text: object) -> None:
        assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("name", "category"),
    [
        *(("Done", "DONE"), ("CLOSED", "DONE"), ("Released", "DONE"), ("已完成", "DONE"), ("Dev Done", "IN_PROGRESS")),
        *(("Ready to be released", "IN_PROGRESS"), ("Not done", "IN_PROGRESS"), ("Won't fix", "CANCELLED")),
        *(("Cancelled", "CANCELLED"), ("To Do", "TODO"), ("Backlog", "TODO"), ("Review", "IN_PROGRESS")),
    ],
)
def test_names_suggest_categories(name: str, category: str) -> None:
    assert guess_category(name) is StateCategory(category)
