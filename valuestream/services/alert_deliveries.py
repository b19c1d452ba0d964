"""Telling people outside the app: each e-mail and each webhook is a row and a job, tried again until it arrives."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from common.errors import InvalidInput
from common.jobs.services import enqueue
from common.live.services import record_change
from common.webhooks import WebhookError, send_webhook
from planner.domain.vocabulary import NoticeKind
from planner.models import Notice
from planner.services.notices import deliver
from valuestream.domain.vocabulary import DeliveryChannel, DeliveryState
from valuestream.models import Alert, AlertDelivery, AlertFiring
from valuestream.selectors.alert_words import amount_words, firing_words, place_words, rule_words
from valuestream.selectors.alerts import unit_of
from valuestream.services.alerts import secret_of
from valuestream.services.requests import DELIVERY_JOB

WAITS_SECONDS = (30, 120, 600, 3600)
"""How long is waited after each try that failed."""
ERROR_LENGTH = 300
SUBJECT_LENGTH = 150


def queue_deliveries(*, alert: Alert, firing: AlertFiring, watchers: Sequence[int], now: datetime) -> None:
    """Have the e-mails and the webhook of a firing sent."""
    people = User.objects.filter(pk__in=watchers).exclude(email="") if alert.by_email else User.objects.none()
    targets = [(DeliveryChannel.EMAIL, email) for email in people.order_by("pk").values_list("email", flat=True)]
    if alert.webhook_url:
        targets.append((DeliveryChannel.WEBHOOK, alert.webhook_url))
    _queue(alert, firing, targets, now)


@transaction.atomic
def send_test(*, alert: Alert, user: User, now: datetime) -> int:
    """Send what a firing would look like to this user, and to the webhook; return how many messages are on their way.

    The line in the inbox is there at once.
    """
    targets = [(DeliveryChannel.WEBHOOK, alert.webhook_url)] if alert.webhook_url else []
    if alert.by_email:
        if not user.email:
            raise InvalidInput("You have no e-mail address: add one to your account first.", field="by_email")
        targets.append((DeliveryChannel.EMAIL, user.email))
    workspace = alert.map.workspace
    address = reverse("map-alerts", args=[workspace.key, alert.map_id])
    notice = Notice(
        user=user,
        workspace=workspace,
        address=address,
        kind=NoticeKind.ALERT.value,
        text=f"Test of {alert.name}: {rule_words(alert, unit_of(alert=alert))}"[:ERROR_LENGTH],
        created_at=now,
    )
    deliver(workspace_id=workspace.pk, notices=[notice], now=now)
    _queue(alert, None, targets, now)
    return len(targets) + 1


def _queue(
    alert: Alert, firing: AlertFiring | None, targets: Sequence[tuple[DeliveryChannel, str]], now: datetime
) -> None:
    for channel, target in targets:
        delivery = AlertDelivery.objects.create(
            alert=alert, firing=firing, channel=channel.value, target=target, created_at=now
        )
        _enqueue(delivery, alert.map.workspace_id, now)


def _enqueue(delivery: AlertDelivery, workspace_id: int, now: datetime, delay_seconds: float = 0) -> None:
    enqueue(
        kind=DELIVERY_JOB,
        args={"delivery": delivery.pk},
        workspace_id=workspace_id,
        dedupe_key=f"{DELIVERY_JOB}:{delivery.pk}",
        delay_seconds=delay_seconds,
        now=now,
    )


def send_delivery(*, delivery_id: int, now: datetime) -> DeliveryState | None:
    """Try to send a message that is on its way; None when it is gone or over.

    What fails is tried again later, in a job of its own, up to `settings.WEBHOOK_ATTEMPTS` times. A worker that dies
    right after sending sends it twice: the receiver knows it by its `id`.
    """
    deliveries = AlertDelivery.objects.select_related(
        "alert__map__workspace", "alert__stage", "alert__custom_metric", "firing"
    )
    delivery = deliveries.filter(pk=delivery_id, state=DeliveryState.QUEUED.value).first()
    if delivery is None:
        return None
    delivery.attempts += 1
    try:
        _send(delivery, now)
    except WebhookError as failed:
        return _note_failure(delivery, failed.message, is_final=failed.is_final, now=now)
    except (OSError, SMTPException) as failed:
        words = f"The mail server refused it: {type(failed).__name__}."
        return _note_failure(delivery, words, is_final=isinstance(failed, SMTPRecipientsRefused), now=now)
    return _end(delivery, DeliveryState.SENT, "", now)


def _note_failure(delivery: AlertDelivery, error: str, *, is_final: bool, now: datetime) -> DeliveryState:
    if is_final or delivery.attempts >= settings.WEBHOOK_ATTEMPTS:
        return _end(delivery, DeliveryState.FAILED, error, now)
    delivery.error = error[:ERROR_LENGTH]
    wait = WAITS_SECONDS[min(delivery.attempts, len(WAITS_SECONDS)) - 1]
    with transaction.atomic():
        delivery.save(update_fields=["attempts", "error"])
        _enqueue(delivery, delivery.alert.map.workspace_id, now, delay_seconds=wait)
    return DeliveryState.QUEUED


def _end(delivery: AlertDelivery, state: DeliveryState, error: str, now: datetime) -> DeliveryState:
    delivery.state, delivery.error, delivery.ended_at = state.value, error[:ERROR_LENGTH], now
    delivery.save(update_fields=["state", "error", "ended_at", "attempts"])
    map_ = delivery.alert.map
    record_change(
        workspace_id=map_.workspace_id, topic="alert", object_id=map_.pk, actor_id=None, verb="delivered", now=now
    )
    return state


def _send(delivery: AlertDelivery, now: datetime) -> None:
    if delivery.channel == DeliveryChannel.EMAIL.value:
        subject, body = mail_text(delivery)
        send_mail(subject, body, None, [delivery.target])
    else:
        secret = secret_of(alert=delivery.alert)
        send_webhook(url=delivery.target, content=webhook_content(delivery), secret=secret, at=int(now.timestamp()))


def mail_text(delivery: AlertDelivery) -> tuple[str, str]:
    """Subject and text of an e-mail."""
    alert, firing = delivery.alert, delivery.firing
    unit, currency = unit_of(alert=alert), alert.map.workspace.currency
    words = f"This is a test: {rule_words(alert, unit)}" if firing is None else firing_words(firing, unit)
    subject = " ".join(f"{'Test: ' if firing is None else ''}{alert.name} - {alert.map.workspace.name}".split())
    lines = [f"{words}.", ""]
    if firing is not None and firing.items:
        lines.append(f"Of {firing.item_count} items these weigh most:")
        lines += [
            f"  {item['key']}  {amount_words(item, currency)}  {item['title']}  {_story_url(alert, item)}".rstrip()
            for item in firing.items
        ]
        lines.append("")
    lines += [f"Alerts of this map: {_page_url(alert)}", "You are told because you watch this alert."]
    return subject[:SUBJECT_LENGTH], "\n".join(lines)


def webhook_content(delivery: AlertDelivery) -> Mapping[str, Any]:
    """The JSON of a webhook; `id` is the same at every try. docs/how-to/be-told-when-value-is-stuck.md"""
    alert, firing = delivery.alert, delivery.firing
    unit = unit_of(alert=alert)
    return {
        "id": delivery.pk,
        "type": "alert.test" if firing is None else "alert.fired",
        "workspace": alert.map.workspace.key,
        "map": alert.map_id,
        "alert": {
            "id": alert.pk,
            "name": alert.name,
            "metric": alert.metric,
            "stage": place_words(alert) if alert.stage else None,
            "comparison": alert.comparison,
            "threshold": format(alert.threshold.normalize(), "f"),
            "unit": unit.value,
        },
        "text": rule_words(alert, unit) if firing is None else firing_words(firing, unit),
        "figure": None if firing is None else firing.figure,
        "fired_at": None if firing is None else firing.fired_at.isoformat(),
        "item_count": 0 if firing is None else firing.item_count,
        "items": [] if firing is None else [{**item, "url": _story_url(alert, item)} for item in firing.items],
        "url": _page_url(alert),
    }


def _page_url(alert: Alert) -> str:
    return f"{alert.origin}{reverse('map-alerts', args=[alert.map.workspace.key, alert.map_id])}"


def _story_url(alert: Alert, item: Mapping[str, Any]) -> str:
    return f"{alert.origin}{reverse('story', args=[alert.map.workspace.key, item['key']])}" if alert.origin else ""
