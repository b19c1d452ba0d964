"""Numbers as people read them, and the small pictures beside them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template

from common import formats
from common.templatetags import ui


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "$0"),
        ("0.4", "$0.40"),
        ("9.99", "$9.99"),
        ("12.5", "$13"),
        ("374", "$374"),
        ("999.4", "$999"),
        ("999.6", "$1.00k"),
        ("13900", "$13.9k"),
        ("999499", "$999k"),
        ("999600", "$1.00M"),
        ("1240000", "$1.24M"),
        ("1000000000", "$1.00B"),
        ("-512.3", f"{formats.MINUS}$512"),
    ],
)
def test_money_is_compact_in_three_digits(amount: str, text: str) -> None:
    assert formats.format_money(Decimal(amount)) == text


def test_exact_money_has_cents_and_thousands() -> None:
    assert formats.format_money_exact(Decimal(1240000), "EUR") == "€1,240,000.00"


def test_a_currency_without_a_sign_shows_its_code() -> None:
    assert formats.format_money(Decimal(20), "CHF") == "CHF 20"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (1500, "25 min"), (3600, "1 h"), (50_000, "13.9 h"), (276_480, "3.2 d")],
)
def test_durations_take_their_largest_fitting_unit(seconds: float, text: str) -> None:
    assert formats.format_duration(seconds) == text


def test_the_duration_filter_takes_spans_of_time_too() -> None:
    assert ui.duration(timedelta(days=3, hours=4.8)) == "3.2 d"


@pytest.mark.parametrize(
    ("points", "text"), [("5.00", "5"), ("0.50", "0.5"), ("1200", "1,200"), ("0", "0"), ("10", "10")]
)
def test_points_have_no_idle_zeros(points: str, text: str) -> None:
    assert formats.format_points(Decimal(points)) == text


@pytest.mark.parametrize(("points", "words"), [("1.00", "1 point"), ("0.5", "0.5 points"), ("13", "13 points")])
def test_one_point_is_a_point(points: str, words: str) -> None:
    assert formats.points_in_words(Decimal(points)) == words


@pytest.mark.parametrize(
    ("figure", "text"),
    [("339.17", "339"), ("26.33", "26.3"), ("4.40", "4.4"), ("1200", "1,200"), ("100", "100"), ("0", "0")],
)
def test_plain_figures_have_about_three_digits(figure: str, text: str) -> None:
    assert formats.format_figure(Decimal(figure)) == text


def test_percent_takes_a_ratio() -> None:
    assert formats.format_percent(0.412) == "41 %"


@pytest.mark.parametrize(
    ("name", "letters"), [("Priya Raman", "PR"), ("demo", "D"), ("ana.maria lopez", "AL"), ("", "?"), ("--", "?")]
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert formats.initials(name) == letters


@pytest.mark.parametrize("unknown", [None, "", "NaN", "x", Decimal("Infinity")])
def test_unknown_numbers_are_a_dash(unknown: object) -> None:
    assert ui.money_text(unknown) == formats.DASH


def test_an_unknown_amount_says_why() -> None:
    assert "nobody estimated it" in render('{% money amount unknown="nobody estimated it" %}', amount=None)


def test_money_carries_the_exact_figure() -> None:
    html = render("{% money amount %}", amount=Decimal(1240000))
    assert 'title="$1,240,000.00"' in html
    assert ">$1.24M<" in html


def test_a_name_cannot_bring_markup_along() -> None:
    assert "<b>" not in render("{% avatar name %}", name='<b onclick="x">Mallory</b>')


def test_nobody_has_no_avatar() -> None:
    assert render("{% avatar name %}", name=None) == ""


def test_a_person_always_looks_the_same() -> None:
    assert render("{% avatar name %}", name="Priya") == render("{% avatar name %}", name="Priya")


def test_a_range_starts_at_zero_and_ends_at_the_axis() -> None:
    assert ui.band_places([Decimal(0), Decimal(50), Decimal(100)], Decimal(100)) == ["2.0", "50.0", "98.0"]


def test_a_range_beyond_its_axis_stretches_it() -> None:
    assert ui.band_places([Decimal(100), Decimal(200)], Decimal(10)) == ["50.0", "98.0"]


def test_an_unknown_range_draws_nothing() -> None:
    assert render("{% band low mean high %}", low=None, mean=None, high=None) == ""


def test_a_meter_never_leaves_its_frame() -> None:
    assert 'width="100.0"' in render("{% meter 7 5 %}")


def test_a_meter_of_nothing_is_empty() -> None:
    assert 'width="0.0"' in render("{% meter 0 0 %}")


def test_a_pie_says_its_counts() -> None:
    assert "2 of 7 required stories done" in render("{% pie 2 7 %}")


def test_there_are_no_dead_links() -> None:
    assert render('{% nav_link "no-such-page" "Nowhere" %}') == ""


def test_attributes_leave_out_what_is_not_set() -> None:
    assert ui.attributes({"data-x": 1, "hidden": True, "title": None, "open": False}) == ' data-x="1" hidden'


@pytest.mark.parametrize(
    "tag", ["{% dash %}", "{% pie 1 2 %}", "{% meter 1 2 %}", '{% icon "x" %}', '{% avatar "A" %}']
)
def test_no_tag_writes_inline_style(tag: str) -> None:
    assert "style=" not in render(tag)
