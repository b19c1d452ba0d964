"""What each kind of custom field takes, keeps, shows and is sorted by."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.fields.keys import read_key, suggest_key
from planner.domain.fields.kinds import (
    FieldContent,
    FieldSpec,
    Named,
    dump_value,
    labels_of,
    load_value,
    parse_value,
    show_value,
    sort_key,
)
from planner.domain.fields.problems import FieldProblem
from planner.domain.vocabulary import FieldKind

OPTIONS = (Named(7, "High"), Named(3, "Low"), Named(9, "Salt, pepper"), Named(4, "Gone", is_archived=True))
PEOPLE = (Named(21, "Priya"), Named(22, "Amara"))
TEXT = FieldSpec("note", "Note", FieldKind.TEXT)
NUMBER = FieldSpec("users", "Users", FieldKind.NUMBER, unit="users")
MONEY = FieldSpec("budget", "Budget", FieldKind.MONEY, currency="EUR")
DATE = FieldSpec("signed", "Signed", FieldKind.DATE)
CHOICE = FieldSpec("risk", "Risk", FieldKind.CHOICE, OPTIONS)
SEVERAL = FieldSpec("labels", "Labels", FieldKind.MULTI_CHOICE, OPTIONS)
PERSON = FieldSpec("sponsor", "Sponsor", FieldKind.PERSON, PEOPLE)
FORMULA = FieldSpec("gain", "Gain", FieldKind.FORMULA)


@pytest.mark.parametrize(
    ("spec", "given_", "content", "stored", "shown"),
    [
        (TEXT, "  two\nlines ", "two\nlines", "two\nlines", "two\nlines"),
        (NUMBER, "1_500.50", Decimal("1500.5"), "1500.5", "1,500.5 users"),
        (NUMBER, "12 users", Decimal(12), "12", "12 users"),
        (NUMBER, 0, Decimal(0), "0", "0 users"),
        (NUMBER, "0.12345678", Decimal("0.123457"), "0.123457", "0.123457 users"),
        (MONEY, "$12k", Decimal(12_000), "12000", "12,000.00 EUR"),
        (DATE, "2026-03-31", date(2026, 3, 31), "2026-03-31", "2026-03-31"),
        (CHOICE, "high", 7, 7, "High"),
        (CHOICE, 3, 3, 3, "Low"),
        (SEVERAL, "low; HIGH, low", (7, 3), [7, 3], "High, Low"),
        (SEVERAL, "Salt, pepper", (9,), [9], "Salt, pepper"),
        (SEVERAL, [3, "High"], (7, 3), [7, 3], "High, Low"),
        (PERSON, "priya", 21, 21, "Priya"),
    ],
)
def test_content_is_read_stored_and_shown(
    spec: FieldSpec, given_: object, content: FieldContent, stored: object, shown: str
) -> None:
    assert parse_value(spec, given_) == content
    assert dump_value(spec, content) == stored
    assert load_value(spec, stored) == content
    assert show_value(spec, content) == shown


@pytest.mark.parametrize("spec", [TEXT, NUMBER, MONEY, DATE, CHOICE, SEVERAL, PERSON, FORMULA])
@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_nothing_clears_a_field(spec: FieldSpec, nothing: object) -> None:
    assert parse_value(spec, nothing) is None
    assert dump_value(spec, None) is None
    assert show_value(spec, None) == ""


@pytest.mark.parametrize(
    ("spec", "given_", "told"),
    [
        (TEXT, "x" * 5001, "Note: use at most 5,000 characters; these are 5,001."),
        (TEXT, 3, "Note: send text."),
        (NUMBER, "many", "Users: “many” is no number; write one such as 8, 0.5 or 12k."),
        (NUMBER, "NaN", "Users: write a number up to 10^15."),
        (NUMBER, float("inf"), "Users: write a number up to 10^15."),
        (NUMBER, True, "Users: send a number, such as 12.5."),
        (MONEY, "1e16", "Budget: write a number up to 10^15."),
        (DATE, "31.3.2026", "Signed: “31.3.2026” is no day; write one such as 2026-03-31."),
        (DATE, "1826-03-31", "Signed: write a day between 1900 and 2200."),
        (CHOICE, "Medium", "Risk: “Medium” is none of its choices; there are: High, Low, Salt, pepper."),
        (CHOICE, "Gone", "Risk: “Gone” is none of its choices"),
        (SEVERAL, [7] * 51, "Labels: choose at most 50; these are 51."),
        (PERSON, "Nobody", "Sponsor: “Nobody” is none of its choices; there are: Priya, Amara."),
        (FORMULA, "3", "Gain: this field is worked out from others"),
    ],
)
def test_what_it_cannot_take_it_refuses_by_name(spec: FieldSpec, given_: object, told: str) -> None:
    with pytest.raises(FieldProblem) as refused:
        parse_value(spec, given_)
    assert refused.value.message.startswith(told)
    assert refused.value.field == spec.key


def test_an_archived_option_stays_where_it_is() -> None:
    assert load_value(CHOICE, 4) == 4
    assert show_value(CHOICE, 4) == "Gone"
    assert load_value(SEVERAL, [4, 7]) == (7, 4)


def test_labels_are_what_formulas_take() -> None:
    assert labels_of(SEVERAL, (9, 7)) == ("High", "Salt, pepper")
    assert labels_of(PERSON, 21) == ("Priya",)
    assert labels_of(CHOICE, None) == labels_of(TEXT, "text") == ()


def test_what_no_database_takes_is_left_out() -> None:
    assert parse_value(TEXT, "a\x00b\ud800c") == "abc"
    assert parse_value(TEXT, "\x00") is None
    assert parse_value(SEVERAL, "; ,") is None


def test_unknown_is_sorted_last() -> None:
    assert sorted([None, Decimal(2), Decimal(-1)], key=lambda each: sort_key(NUMBER, each)) == [
        Decimal(-1),
        Decimal(2),
        None,
    ]


def test_options_are_sorted_in_their_own_order_and_people_by_name() -> None:
    assert sorted([3, 9, 7], key=lambda each: sort_key(CHOICE, each)) == [7, 3, 9]
    assert sorted([21, 22], key=lambda each: sort_key(PERSON, each)) == [22, 21]
    assert sorted([(3,), (7, 3), (7,)], key=lambda each: sort_key(SEVERAL, each)) == [(7,), (7, 3), (3,)]


@settings(deadline=None)
@given(st.decimals(-(10**14), 10**14, places=6))
def test_a_number_is_stored_and_read_back_unchanged(figure: Decimal) -> None:
    content = parse_value(NUMBER, figure)
    assert content == figure
    assert load_value(NUMBER, dump_value(NUMBER, content)) == figure


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text("abc_123", max_size=6), max_size=5))
def test_a_suggested_key_is_always_a_free_key(name: str, taken: list[str]) -> None:
    key = suggest_key(name, taken)
    assert read_key(key, taken) == key


@pytest.mark.parametrize("key", ["", "Risk", "1st", "two words", "not", "today", "points", "x" * 41, "risk\n"])
def test_a_key_that_means_something_or_cannot_be_written_is_refused(key: str) -> None:
    with pytest.raises(FieldProblem):
        read_key(key, reserved=["points"])
