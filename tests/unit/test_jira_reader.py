"""Reading Jira files: every wrapping gives the same issues, and broken parts don't take the rest along."""

import json
from pathlib import Path
from typing import Any

import pytest

from integrations.formats.items import ImportedStory, Parsed
from integrations.formats.reading import UnreadableFile
from integrations.jira.json_stream import VALUE_LIMIT_CHARS
from integrations.jira.reader import JiraReader
from tests.integrations.jira_files import issue, typical_issues, write_json, write_lines


def read(path: Path) -> list[Parsed]:
    return [parsed for parsed in JiraReader(str(path)) if isinstance(parsed, Parsed)]


def names(parsed: list[Parsed]) -> list[str]:
    return [one.name for one in parsed if one.item is not None]


def reasons(parsed: list[Parsed]) -> list[str]:
    return [f"{refusal.place}: {refusal.reason}" for one in parsed for refusal in one.refusals]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "issues.json"


class TestWrappings:
    def test_a_search_response(self, file: Path) -> None:
        write_json(file, {"startAt": 0, "total": 3, "issues": typical_issues()})
        assert names(read(file)) == ["SHOP-1", "SHOP-2", "SHOP-3"]

    def test_a_list(self, file: Path) -> None:
        assert names(read(write_json(file, typical_issues()))) == ["SHOP-1", "SHOP-2", "SHOP-3"]

    def test_one_issue_a_line(self, file: Path) -> None:
        assert names(read(write_lines(file, typical_issues()))) == ["SHOP-1", "SHOP-2", "SHOP-3"]

    def test_a_single_issue(self, file: Path) -> None:
        assert names(read(write_json(file, typical_issues(1)[0]))) == ["SHOP-1"]

    def test_pages_of_search_responses_one_after_the_other(self, file: Path) -> None:
        pages = [{"startAt": index, "issues": [found]} for index, found in enumerate(typical_issues())]
        assert names(read(write_lines(file, pages))) == ["SHOP-1", "SHOP-2", "SHOP-3"]

    def test_pretty_printed_issues_one_after_the_other(self, file: Path) -> None:
        file.write_text("\n".join(json.dumps(found, indent=2) for found in typical_issues()))
        assert names(read(file)) == ["SHOP-1", "SHOP-2", "SHOP-3"]

    def test_a_raw_table_with_the_issue_in_the_column_data(self, file: Path) -> None:
        quoted = ['"' + json.dumps(found).replace('"', '""') + '"' for found in typical_issues()]
        file.write_text("id,data\r\n" + "".join(f"{index},{text}\r\n" for index, text in enumerate(quoted)))
        assert names(read(file)) == ["SHOP-1", "SHOP-2", "SHOP-3"]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
    def test_a_byte_order_mark_tells_the_encoding(self, file: Path, encoding: str) -> None:
        file.write_text(json.dumps([issue(1, summary="Größe")], ensure_ascii=False), encoding=encoding)
        [parsed] = read(file)
        assert isinstance(parsed.item, ImportedStory)
        assert parsed.item.title == "Größe"

    def test_an_empty_list_has_no_issues(self, file: Path) -> None:
        assert read(write_json(file, {"issues": []})) == []

    def test_names_of_custom_fields_are_found_behind_the_issues(self, file: Path) -> None:
        names = {"customfield_10555": "Story Points"}
        write_json(file, {"issues": [issue(1, customfield_10555=8)], "names": names})
        [parsed] = read(file)
        assert isinstance(parsed.item, ImportedStory)
        assert parsed.item.points == 8


class TestUnreadable:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"   \n ", "empty"),
            (b"PK\x03\x04rest", "ZIP archive"),
            (b"\x1f\x8brest", "gzip"),
            (b"%PDF-1.7", "PDF"),
            (b"\x00\x01\x02\x03 binary", "binary"),
            ('[{"id"'.encode("utf-16")[2:], "binary"),
            (b"Summary;Status\nA;Open\n", "not JSON"),
            (b"<rss><channel/></rss>", "not JSON"),
            (b'{"issues": [', "ends before its first issue"),
            (b"[", "ends before its first issue"),
            (b'[{"id": "1", "key"', "ends before its first issue"),
        ],
    )
    def test_a_file_of_another_kind_says_what_it_is(self, file: Path, content: bytes, words: str) -> None:
        file.write_bytes(content)
        with pytest.raises(UnreadableFile, match=words):
            read(file)


class TestBrokenParts:
    @pytest.mark.parametrize(
        "bad", ["NaN", '{"a": Infinity}', '{"a": 1,}', '{"a" 1}', "{'a': 1}", '{"a": "\n"}', "tru"]
    )
    def test_a_broken_issue_in_a_list_is_refused_and_the_rest_goes_in(self, file: Path, bad: str) -> None:
        first, second = (json.dumps(found) for found in typical_issues(2))
        file.write_text(f'{{"issues": [{first}, {bad}, {second}]}}')
        parsed = read(file)
        assert names(parsed) == ["SHOP-1", "SHOP-2"]
        assert reasons(parsed)[0].startswith("issue 2: ")

    @pytest.mark.parametrize(
        "bad", ['{"key": "X-1", "fields": {', '{"a": NaN}', '{"a": "unclosed}', "garbage", "[]]", '"']
    )
    def test_a_broken_line_is_refused_and_the_next_one_goes_in(self, file: Path, bad: str) -> None:
        first, second = (json.dumps(found) for found in typical_issues(2))
        file.write_text(f"{first}\n{bad}\n{second}\n")
        parsed = read(file)
        assert names(parsed) == ["SHOP-1", "SHOP-2"]

    def test_bytes_that_are_not_utf8_refuse_their_issue_only(self, file: Path) -> None:
        lines = [json.dumps(found, ensure_ascii=False).encode() for found in typical_issues(3)]
        lines[1] = lines[1].replace(b"Issue 2", "Größe".encode("latin-1"))
        file.write_bytes(b"\n".join(lines))
        parsed = read(file)
        assert names(parsed) == ["SHOP-1", "SHOP-3"]
        assert "UTF-8" in reasons(parsed)[0]

    def test_deep_nesting_is_refused(self, file: Path) -> None:
        deep = '{"a":' * 5_000 + "1" + "}" * 5_000
        file.write_text(f"[{deep}, {json.dumps(typical_issues(1)[0])}]")
        parsed = read(file)
        assert names(parsed) == ["SHOP-1"]
        assert "nested too deep" in reasons(parsed)[0]

    def test_brackets_without_end_are_given_up(self, file: Path) -> None:
        file.write_text(f"[{json.dumps(typical_issues(1)[0])}, " + "[" * 200_000)
        parsed = read(file)
        assert names(parsed) == ["SHOP-1"]
        assert "nested too deep" in reasons(parsed)[0]

    def test_a_number_of_many_digits_is_refused(self, file: Path) -> None:
        file.write_text(f'[{{"id": {"9" * 10_000}}}, {json.dumps(typical_issues(1)[0])}]')
        assert names(read(file)) == ["SHOP-1"]

    def test_an_issue_over_the_limit_is_refused(self, file: Path) -> None:
        write_json(file, [{"id": "1", "text": "x" * (VALUE_LIMIT_CHARS + 10)}, *typical_issues(1)])
        parsed = read(file)
        assert names(parsed) == ["SHOP-1"]
        assert "longer than" in reasons(parsed)[0]

    @pytest.mark.parametrize("entry", [1, "text", [], {}, {"id": "1"}, {"fields": {}}, {"id": "1", "fields": []}])
    def test_what_is_no_issue_is_refused(self, file: Path, entry: Any) -> None:
        parsed = read(write_json(file, [entry, *typical_issues(1)]))
        assert names(parsed) == ["SHOP-1"]
        assert len(reasons(parsed)) == 1

    def test_a_file_that_ends_early_keeps_what_came_before(self, file: Path) -> None:
        text = json.dumps({"issues": typical_issues(3)})
        file.write_text(text[: text.index("SHOP-3") + 20])
        parsed = read(file)
        assert names(parsed) == ["SHOP-1", "SHOP-2"]
        assert reasons(parsed)[0].startswith("after issue 2: The file ends early after issue 2")

    @pytest.mark.parametrize("wrap", [lambda issues: {"issues": issues}, lambda issues: issues])
    def test_cut_anywhere_it_reports_and_never_crashes(self, file: Path, wrap: Any) -> None:
        text = json.dumps(wrap([_small(1), _small(2)])).encode()
        for length in range(1, len(text)):
            file.write_bytes(text[:length])
            try:
                parsed = read(file)
            except UnreadableFile:
                continue
            assert names(parsed) == ["SHOP-1", "SHOP-2"][: len(names(parsed))]
            assert "ends early" in reasons(parsed)[-1]

    def test_lines_cut_anywhere_report_and_never_crash(self, file: Path) -> None:
        text = "\n".join(json.dumps(_small(number)) for number in (1, 2)).encode()
        for length in range(1, len(text)):
            file.write_bytes(text[:length])
            try:
                assert names(read(file)) in (["SHOP-1"], [])
            except UnreadableFile:
                continue


def _small(number: int) -> dict[str, Any]:
    created = "2026-01-01T00:00:00Z"
    return {"id": str(number), "key": f"SHOP-{number}", "fields": {"created": created, "status": {"name": "Offen ä"}}}


def test_progress_ends_with_the_whole_file(file: Path) -> None:
    reader = JiraReader(str(write_json(file, typical_issues())))
    list(reader)
    done, total = reader.progress
    assert done == total == file.stat().st_size
