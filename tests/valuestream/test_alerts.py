"""Alerts: what may be watched, when it fires, whom it tells, and what becomes of the messages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import Membership, User, Workspace
from accounts.policies import Role
from common import webhooks
from common.clock import utc_now
from common.errors import Conflict, InvalidInput
from common.jobs.models import Job, JobState
from common.jobs.testing import run_queued_jobs
from common.webhooks import WebhookError
from planner.models import Notice, Story
from planner.services.stories import transition_story, update_story
from tests.factories import NOW, actor_of, give_value, make_member, make_story, make_workspace, owner_of, state_named
from valuestream import tasks
from valuestream.domain.vocabulary import DeliveryState
from valuestream.models import Alert, AlertDelivery, AlertFiring, Map, Stage
from valuestream.selectors.maps import get_default_map
from valuestream.services import alert_deliveries
from valuestream.services.alert_checks import check_alerts
from valuestream.services.alert_deliveries import send_delivery, send_test, webhook_content
from valuestream.services.alerts import create_alert, delete_alert, mute_alert, secret_of, update_alert, watch_alert
from valuestream.services.custom_metrics import create_custom_metric, delete_custom_metric

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOOK = "https://hooks.example.com/millrace"


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("FLOW")


@pytest.fixture
def the_map(workspace: Workspace) -> Map:
    return get_default_map(workspace=workspace)


@pytest.fixture
def owner(workspace: Workspace) -> User:
    return owner_of(workspace)


def day(number: float) -> datetime:
    return NOW + number * DAY


def stage_named(found: Map, name: str) -> Stage:
    return Stage.objects.get(map=found, name=name)


def watch(found: Map, **values: Any) -> Alert:
    asked = {"metric": "queue_length", "threshold": 1, **values}
    return create_alert(
        map=found, values=asked, actor=owner_of(found.workspace), now=NOW, origin="https://millrace.example"
    )


def go(story: Story, name: str, at: datetime) -> None:
    transition_story(story=story, state=state_named(story.workspace, name), actor=actor_of(story.workspace), now=at)


def waiting_stories(workspace: Workspace, number: int) -> list[Story]:
    """Stories that wait in Idea since the first day, each worth more than the one before."""
    stories = [make_story(workspace, f"Story {index}") for index in range(1, number + 1)]
    for index, story in enumerate(stories, 1):
        give_value(story, 100 * index)
    return stories


def look(found: Map, number: float) -> list[AlertFiring]:
    return check_alerts(map=found, now=day(number))


def test_it_fires_once_when_crossed_and_again_only_after_it_recovered(workspace: Workspace, the_map: Map) -> None:
    alert = watch(the_map)
    first, second = waiting_stories(workspace, 2)
    assert [len(look(the_map, number)) for number in (1, 2)] == [1, 0]
    go(first, "In progress", day(3))
    assert look(the_map, 4) == []
    assert AlertFiring.objects.get().recovered_at == day(4)
    assert Alert.objects.get().figure == 1.0
    go(first, "Idea", day(5))
    assert len(look(the_map, 6)) == 1
    assert alert.firings.count() == 2
    assert second.pk


def test_a_firing_keeps_the_items_that_weigh_most(workspace: Workspace, the_map: Map) -> None:
    stories = waiting_stories(workspace, 3)
    watch(the_map, metric="value_waiting", threshold=10)
    [firing] = look(the_map, 1)
    assert [item["key"] for item in firing.items] == [story.key for story in reversed(stories)]
    assert firing.items[0]["kind"] == "money"
    assert firing.item_count == 3


@pytest.mark.parametrize(
    ("metric", "figure"),
    [
        ("wip", 2),
        ("queue_length", 2),
        ("queue_age_max", 4),
        ("wip_age_p85", 4),
        ("delay_cost_rate", 300),
        ("idle_cost", 300 * 4 / 7),
    ],
)
def test_figures_are_in_the_unit_of_their_threshold(
    workspace: Workspace, the_map: Map, metric: str, figure: float
) -> None:
    waiting_stories(workspace, 2)
    watch(the_map, metric=metric, stage=stage_named(the_map, "Idea").pk, threshold=1)
    [firing] = look(the_map, 4)
    assert firing.figure == pytest.approx(figure, abs=0.01)


def test_a_figure_that_is_not_known_neither_fires_nor_recovers(the_map: Map) -> None:
    watch(the_map, metric="lead_time_p85", comparison="BELOW", threshold=100)
    assert look(the_map, 1) == []
    assert Alert.objects.get().figure is None


def test_too_little_is_watched_as_well_as_too_much(workspace: Workspace, the_map: Map) -> None:
    watch(the_map, metric="wip", comparison="BELOW", threshold=3)
    waiting_stories(workspace, 2)
    assert len(look(the_map, 1)) == 1


def test_a_metric_of_ones_own_is_watched(workspace: Workspace, the_map: Map) -> None:
    values = {"aggregate": "SUM", "field": "points"}
    metric = create_custom_metric(map=the_map, values=values, actor_id=None, now=NOW)
    alert = watch(the_map, metric="custom", custom_metric=metric.pk, threshold=7)
    story = make_story(workspace, points=5)
    assert look(the_map, 1) == []
    update_story(story=story, changes={"points": 8}, version=None, actor=actor_of(workspace), now=day(2))
    [firing] = look(the_map, 3)
    assert (firing.figure, firing.items[0]["amount"]) == (8.0, "8")
    assert alert.name == "Sum of Points above 7"
    delete_custom_metric(metric=metric, actor_id=None, now=day(4))
    assert not Alert.objects.exists()


def test_watchers_find_it_in_their_inbox_and_those_who_left_do_not(
    workspace: Workspace, the_map: Map, owner: User
) -> None:
    colleague, former = make_member(workspace, Role.VIEWER), make_member(workspace)
    alert = watch(the_map, watchers=[owner.pk, colleague.pk, former.pk])
    Membership.objects.filter(user=former).delete()
    waiting_stories(workspace, 2)
    [firing] = look(the_map, 1)
    notices = Notice.objects.filter(kind="ALERT")
    assert set(notices.values_list("user", flat=True)) == {owner.pk, colleague.pk}
    assert notices[0].address == f"/w/FLOW/maps/{the_map.pk}/alerts/#firing-{firing.pk}"
    assert notices[0].text == f"{alert.name}: Queue in all stages is 2, above 1"


def test_whoever_adds_it_watches_and_anybody_may_stop(the_map: Map, owner: User) -> None:
    alert = watch(the_map)
    assert list(alert.watchers.all()) == [owner]
    watch_alert(alert=alert, user=owner, is_watching=False, now=NOW)
    assert not alert.watchers.exists()


def test_a_muted_alert_keeps_its_firings_and_tells_nobody(workspace: Workspace, the_map: Map, owner: User) -> None:
    alert = mute_alert(alert=watch(the_map, by_email=True), is_muted=True, actor=owner, now=NOW)
    waiting_stories(workspace, 2)
    [firing] = look(the_map, 1)
    assert firing.is_muted
    assert not Notice.objects.filter(kind="ALERT").exists()
    assert not AlertDelivery.objects.exists()
    assert list(alert.watchers.all()) == [owner]


def test_another_threshold_starts_anew(workspace: Workspace, the_map: Map, owner: User) -> None:
    alert = watch(the_map)
    waiting_stories(workspace, 3)
    look(the_map, 1)
    alert.refresh_from_db()
    update_alert(alert=alert, values={"threshold": "2"}, actor=owner, now=day(2))
    assert AlertFiring.objects.get().recovered_at == day(2)
    assert len(look(the_map, 3)) == 1


def test_another_name_does_not(workspace: Workspace, the_map: Map, owner: User) -> None:
    alert = watch(the_map)
    waiting_stories(workspace, 3)
    look(the_map, 1)
    alert.refresh_from_db()
    update_alert(alert=alert, values={"name": "Stuck"}, actor=owner, now=day(2))
    assert look(the_map, 3) == []


def test_a_look_that_comes_late_changes_nothing(workspace: Workspace, the_map: Map) -> None:
    watch(the_map)
    waiting_stories(workspace, 2)
    look(the_map, 3)
    assert look(the_map, 2) == []
    assert Alert.objects.get().checked_at == day(3)


def test_an_e_mail_says_what_happened_with_the_items_and_where_to_look(workspace: Workspace, the_map: Map) -> None:
    watch(the_map, by_email=True, name="Queue is long")
    waiting_stories(workspace, 2)
    look(the_map, 1)
    run_queued_jobs()
    [message] = mail.outbox
    assert message.subject == "Queue is long - Workspace FLOW"
    assert "Queue in all stages is 2, above 1." in message.body
    assert "Story 2  https://millrace.example/w/FLOW/stories/" in message.body
    assert f"https://millrace.example/w/FLOW/maps/{the_map.pk}/alerts/" in message.body
    assert AlertDelivery.objects.get().state == DeliveryState.SENT.value


def test_a_line_break_in_a_name_makes_no_header(workspace: Workspace, the_map: Map) -> None:
    watch(the_map, by_email=True, name="Queue\r\nBcc: everybody@example.com")
    waiting_stories(workspace, 2)
    look(the_map, 1)
    run_queued_jobs()
    assert mail.outbox[0].subject.startswith("Queue Bcc: everybody@example.com")


class Hook:
    """Stands for a receiver: fails as often as it is told to."""

    def __init__(self, *failures: WebhookError) -> None:
        self.failures = list(failures)
        self.got: list[dict[str, Any]] = []

    def __call__(self, **sent: Any) -> int:
        if self.failures:
            raise self.failures.pop(0)
        self.got.append(sent)
        return 204


def test_a_webhook_gets_the_firing_signed_by_the_alert(
    workspace: Workspace, the_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Hook()
    monkeypatch.setattr(alert_deliveries, "send_webhook", hook)
    alert = watch(the_map, webhook_url=HOOK)
    waiting_stories(workspace, 2)
    [firing] = look(the_map, 1)
    run_queued_jobs()
    [sent] = hook.got
    assert (sent["url"], sent["secret"]) == (HOOK, secret_of(alert=alert))
    content = sent["content"]
    assert (content["type"], content["figure"], content["alert"]["threshold"]) == ("alert.fired", 2.0, "1")
    assert content["items"][0]["url"].startswith("https://millrace.example/w/FLOW/stories/")
    assert content["fired_at"] == firing.fired_at.isoformat()


def test_a_webhook_that_fails_is_tried_again_later(
    workspace: Workspace, the_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Hook(WebhookError("hooks.example.com answered 503."), WebhookError("hooks.example.com answered 503."))
    monkeypatch.setattr(alert_deliveries, "send_webhook", hook)
    watch(the_map, webhook_url=HOOK)
    waiting_stories(workspace, 2)
    look(the_map, 1)
    delivery = AlertDelivery.objects.get()
    now = utc_now()
    assert send_delivery(delivery_id=delivery.pk, now=now) is DeliveryState.QUEUED
    waits = Job.objects.filter(kind="valuestream.alert-delivery", state=JobState.QUEUED).count()
    assert waits == 1
    run_queued_jobs()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, len(hook.got)) == (DeliveryState.SENT.value, 3, 1)


@pytest.mark.parametrize(("is_final", "attempts"), [(True, 1), (False, 5)])
def test_a_webhook_is_given_up_after_a_refusal_or_too_many_tries(
    workspace: Workspace, the_map: Map, monkeypatch: pytest.MonkeyPatch, is_final: bool, attempts: int
) -> None:
    failures = [WebhookError("hooks.example.com is away.", is_final=is_final) for _ in range(9)]
    monkeypatch.setattr(alert_deliveries, "send_webhook", Hook(*failures))
    watch(the_map, webhook_url=HOOK)
    waiting_stories(workspace, 2)
    look(the_map, 1)
    run_queued_jobs()
    delivery = AlertDelivery.objects.get()
    told = (delivery.state, delivery.attempts, delivery.error)
    assert told == (DeliveryState.FAILED.value, attempts, "hooks.example.com is away.")


def test_a_mail_server_that_is_away_is_tried_again(
    workspace: Workspace, the_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> int:
        raise ConnectionRefusedError

    watch(the_map, by_email=True)
    waiting_stories(workspace, 2)
    look(the_map, 1)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    delivery = AlertDelivery.objects.get()
    assert send_delivery(delivery_id=delivery.pk, now=utc_now()) is DeliveryState.QUEUED
    delivery.refresh_from_db()
    assert delivery.error == "The mail server refused it: ConnectionRefusedError."


def test_a_message_that_arrived_is_not_sent_again(
    workspace: Workspace, the_map: Map, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Hook()
    monkeypatch.setattr(alert_deliveries, "send_webhook", hook)
    watch(the_map, webhook_url=HOOK)
    waiting_stories(workspace, 2)
    look(the_map, 1)
    run_queued_jobs()
    assert send_delivery(delivery_id=AlertDelivery.objects.get().pk, now=utc_now()) is None
    assert len(hook.got) == 1


def test_a_test_goes_to_whoever_asks_and_is_no_firing(
    the_map: Map, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = Hook()
    monkeypatch.setattr(alert_deliveries, "send_webhook", hook)
    alert = watch(the_map, webhook_url=HOOK, by_email=True)
    assert send_test(alert=alert, user=owner, now=NOW) == 3
    run_queued_jobs()
    assert hook.got[0]["content"]["type"] == "alert.test"
    assert mail.outbox[0].to == [owner.email]
    assert mail.outbox[0].subject.startswith("Test: ")
    assert Notice.objects.get(kind="ALERT").text.startswith("Test of ")
    assert not AlertFiring.objects.exists()


def test_a_private_webhook_that_was_stored_is_not_asked(the_map: Map) -> None:
    alert = watch(the_map, webhook_url=HOOK)
    delivery = AlertDelivery.objects.create(
        alert=alert, channel="WEBHOOK", target="http://127.0.0.1:1/", created_at=NOW
    )
    assert webhook_content(delivery)["id"] == delivery.pk
    assert send_delivery(delivery_id=delivery.pk, now=NOW) is DeliveryState.FAILED
    delivery.refresh_from_db()
    assert "private network" in delivery.error
    assert webhooks.SIGNATURE_HEADER


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"metric": "happiness"}, "metric", "Use one of: idle_cost"),
        ({"metric": "custom", "custom_metric": 999999}, "custom_metric", "by its id"),
        ({"metric": "custom"}, "custom_metric", "by its id"),
        ({"threshold": "much"}, "threshold", "Use a number"),
        ({"threshold": None}, "threshold", "Use a number"),
        ({"threshold": True}, "threshold", "Use a number"),
        ({"threshold": "NaN"}, "threshold", "Use a number"),
        ({"threshold": "1e20"}, "threshold", "below"),
        ({"stage": 999999}, "stage", "a stage of this map"),
        ({"comparison": "NEAR"}, "comparison", "ABOVE or BELOW"),
        ({"watchers": [999999]}, "watchers", "members of this workspace"),
        ({"watchers": 5}, "watchers", "members of this workspace"),
        ({"by_email": "perhaps"}, "by_email", "true or false"),
        ({"webhook_url": "http://localhost:6379/"}, "webhook_url", "private network"),
        ({"webhook_url": "gopher://example.com/"}, "webhook_url", "Use an address"),
        ({"webhook_url": 5}, "webhook_url", "Use an address"),
        ({"name": "x" * 121}, "name", "1 to 120"),
        ({"volume": 11}, "volume", "Remove this field"),
    ],
)
def test_what_can_not_be_is_refused_and_named(the_map: Map, values: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        watch(the_map, **values)
    assert words in refused.value.errors[field][0]
    assert not Alert.objects.exists()


def test_every_refused_field_is_named_at_once(the_map: Map) -> None:
    with pytest.raises(InvalidInput) as refused:
        watch(the_map, metric="x", threshold="y", stage="z")
    assert set(refused.value.errors) == {"metric", "threshold", "stage"}


def test_a_stage_of_another_map_is_refused(the_map: Map) -> None:
    other = get_default_map(workspace=make_workspace())
    with pytest.raises(InvalidInput):
        watch(the_map, stage=stage_named(other, "Idea").pk)


def test_an_old_version_is_refused_and_a_deleted_one_is_gone(the_map: Map, owner: User) -> None:
    alert = watch(the_map)
    update_alert(alert=alert, values={"name": "New"}, actor=owner, now=NOW, version=1)
    with pytest.raises(Conflict):
        update_alert(alert=alert, values={"name": "Newer"}, actor=owner, now=NOW, version=1)
    delete_alert(alert=alert, actor=owner, now=NOW)
    assert not Alert.objects.exists()


def test_a_change_of_a_story_has_the_alerts_looked_at(workspace: Workspace, the_map: Map) -> None:
    watch(the_map, threshold=0)
    run_queued_jobs()
    make_story(workspace, now=utc_now())
    tasks.check_all_alerts()
    run_queued_jobs()
    assert AlertFiring.objects.count() == 1


def test_the_clockwork_asks_only_for_maps_with_alerts(the_map: Map) -> None:
    assert tasks.check_all_alerts() == 0
    watch(the_map)
    assert tasks.check_all_alerts() == 1


def test_a_fresh_snapshot_has_the_alerts_looked_at(
    workspace: Workspace, the_map: Map, django_capture_on_commit_callbacks: Any
) -> None:
    watch(the_map, threshold=0)
    Job.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        make_story(workspace, now=utc_now())
    kinds = {job.kind for job in run_queued_jobs()}
    assert {"valuestream.snapshot", "valuestream.alerts"} <= kinds
    assert AlertFiring.objects.count() == 1
