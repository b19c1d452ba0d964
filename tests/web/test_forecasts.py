"""The forecast's page and its parts."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client

from common.clock import utc_now
from common.jobs.testing import run_queued_jobs
from tests.factories import make_story, make_workspace, owner_of
from tests.valuestream.forecast_scene import Scene, make_scene
from valuestream.domain.forecasting.words import ForecastSource
from valuestream.models import Forecast
from valuestream.services import forecasts
from valuestream.services.forecasts import keep_weekly
from valuestream.web.forecast_view import Badge, ForecastView

pytestmark = pytest.mark.django_db
PAGE = "/w/FRY/forecasts/"


@pytest.fixture
def scene() -> Scene:
    return make_scene(now=utc_now(), key="FRY")


@pytest.fixture
def browser(client: Client, scene: Scene) -> Client:
    client.force_login(owner_of(scene.workspace))
    return client


def read(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_page_asks_for_its_answer_with_the_question_of_its_address(browser: Client, scene: Scene) -> None:
    page = read(browser, f"{PAGE}?about=capability:{scene.capability.key}&order=first")
    assert f'hx-get="{PAGE}answer/?about=capability%3A{scene.capability.key}&amp;order=first"' in page
    assert f'<option value="capability:{scene.capability.key}" selected>' in page


def test_the_answer_says_it_in_plain_words_with_its_badge_and_its_table(browser: Client, scene: Scene) -> None:
    answer = read(browser, f"{PAGE}answer/?about=team:{scene.team.pk}")
    assert "85 of 100 futures finish by" in answer
    assert "Stories left" in answer
    assert "Forecast by day" in answer
    assert "29 working days of history are too few to try a forecast on" in answer
    assert "$700 a week" in answer


def test_too_little_history_is_not_known_yet_and_never_a_date(client: Client) -> None:
    thin = make_scene(now=utc_now(), days=5, key="THIN")
    client.force_login(owner_of(thin.workspace))
    answer = read(client, f"/w/THIN/forecasts/answer/?about=capability:{thin.capability.key}")
    assert "Not known yet" in answer
    assert "of 10 working days of history" in answer
    assert "futures finish by" not in answer


def test_what_was_said_before_stands_beside_what_is_said_now(browser: Client, scene: Scene) -> None:
    week_ago = scene.now - timedelta(weeks=1)
    keep_weekly(workspace=scene.workspace, now=week_ago, is_past=True)
    keep_weekly(workspace=scene.workspace, now=scene.now)
    answer = read(browser, f"{PAGE}answer/")
    assert answer.count("weekly") == 2
    assert '<tr class="now">' in answer
    as_first = read(browser, f"{PAGE}answer/?order=first")
    assert "Now, as if it came first" in as_first


def test_a_forecast_is_kept_from_the_page(browser: Client, scene: Scene) -> None:
    kept = browser.post(f"{PAGE}keep/?about=team:{scene.team.pk}")
    assert (kept.status_code, kept.headers["HX-Redirect"]) == (204, f"{PAGE}?about=team%3A{scene.team.pk}")
    assert Forecast.objects.get(source=ForecastSource.PERSON.value).subject == "Quayside"


def test_the_charts_days_come_as_csv(browser: Client, scene: Scene) -> None:
    answer = browser.get(f"{PAGE}export.csv?about=team:{scene.team.pk}")
    rows = list(csv.reader(answer.content.decode().splitlines()))
    assert rows[0][:2] == ["subject", "Quayside"]
    assert rows[1][0] == "date"
    assert float(rows[-1][1]) > 0.9
    assert [int(cell) for cell in rows[-1][2:5]] == [0, 0, 0]


def test_the_evidence_tells_pace_and_order(browser: Client, scene: Scene) -> None:
    sheet = read(browser, f"{PAGE}evidence/?about=team:{scene.team.pk}")
    assert "15 points a week, from 29 working days" in sheet
    assert "In backlog order" in sheet


def test_a_question_that_makes_no_sense_is_shown_at_its_field(browser: Client) -> None:
    page = read(browser, f"{PAGE}?filter=nonsense&since=x", status=400)
    assert 'id="forecast-filter-problem"' in page
    assert 'id="forecast-since-problem"' in page
    assert "data-forecast" not in page
    assert read(browser, f"{PAGE}?about=team:999999", status=404)


def test_an_empty_workspace_says_what_would_be_here(client: Client) -> None:
    workspace = make_workspace("NONE")
    client.force_login(owner_of(workspace))
    assert "When will it be done?" in read(client, "/w/NONE/forecasts/")


def test_a_long_forecast_shows_how_far_it_is_and_then_the_answer(
    browser: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "STORIES_AT_ONCE", 3)
    waiting = read(browser, f"{PAGE}answer/")
    assert "Drawing the futures" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert browser.get(f"{PAGE}evidence/").status_code == 409
    assert browser.get(f"{PAGE}export.csv").status_code == 302
    run_queued_jobs()
    assert "85 of 100 futures finish by" in read(browser, f"{PAGE}answer/")


def test_a_capability_shows_its_forecast_in_a_panel(browser: Client, scene: Scene) -> None:
    page = read(browser, f"/w/FRY/capabilities/{scene.capability.key}/")
    address = f"/w/FRY/capabilities/{scene.capability.key}/forecast/"
    assert f'hx-get="{address}"' in page
    panel = read(browser, address)
    assert "85 of 100 futures finish by" in panel
    assert f'href="{PAGE}?about=capability%3A{scene.capability.key}"' in panel


def test_the_answer_costs_no_more_queries_for_more_stories(
    browser: Client, scene: Scene, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(5):
        make_story(scene.workspace, now=scene.now - timedelta(minutes=5), team=scene.team)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        read(browser, f"{PAGE}answer/")


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        (("2026-03-02", "2026-03-09", "2026-03-12"), "85 of 100 futures finish by 12 March 2026"),
        (("2026-03-02", "2026-03-09", None), "Half of the futures finish by 9 March 2026"),
        (("2026-03-02", None, None), "Half of the futures or more finish only after 1 June 2031"),
        (None, "Not known yet: 3 stories of Quayside, which has 4 of 10 working days of history."),
    ],
)
def test_the_sentence_never_says_more_than_is_known(
    scene: Scene, finish: tuple[str | None, ...] | None, words: str
) -> None:
    told = None if finish is None else dict(zip(("p15", "p50", "p85"), finish, strict=True))
    unknown = "Not known yet: 3 stories of Quayside, which has 4 of 10 working days of history."
    answer = {"finish": told, "looked_until": "2031-06-01", "unknown": unknown}
    view = ForecastView(answer, scene.workspace)
    said = render_to_string("valuestream/forecast/sentence.html", {"view": view, "answer": answer})
    assert words in said
    assert ("85 of 100 futures" in said) == (finish is not None and finish[2] is not None)


def test_one_try_that_held_is_no_hundred_percent() -> None:
    badge = Badge("Quayside", 0.85, 1.0, 1, "")
    said = render_to_string("valuestream/forecast/badge.html", {"badge": badge})
    assert "Tried too few times to tell" in said
    assert "100" not in said
