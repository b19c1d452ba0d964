"""Alerts as the API tells them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.policies import Action, allows
from accounts.selectors import role_of
from valuestream.models import Alert, AlertDelivery, AlertFiring
from valuestream.models.choices import COMPARISONS, DELIVERY_CHANNELS, DELIVERY_STATES
from valuestream.selectors.alert_metrics import ALERT_METRICS, CUSTOM
from valuestream.selectors.alerts import unit_of
from valuestream.services.alerts import secret_of

METRICS = [(name, metric.label) for name, metric in ALERT_METRICS.items()] + [(CUSTOM, "A custom metric")]


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """An alert: the figure it watches, its threshold, whom it tells, and how it stands."""

    metric = serializers.ChoiceField(choices=METRICS)
    comparison = serializers.ChoiceField(choices=COMPARISONS)
    unit = serializers.SerializerMethodField(help_text="What the threshold and the figure are in.")
    webhook_secret = serializers.SerializerMethodField(
        help_text="Signs the webhooks; null without one, and for members who may not edit maps."
    )

    class Meta:
        model = Alert
        fields = [
            "id", "map", "name", "metric", "custom_metric", "stage", "comparison", "threshold", "unit", "watchers",
            "by_email", "webhook_url", "webhook_secret", "is_muted", "is_over", "figure", "checked_at", "version",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_unit(self, alert: Alert) -> str:
        """The unit's word."""
        return unit_of(alert=alert).value

    def get_webhook_secret(self, alert: Alert) -> str | None:
        """Only for those who may change the alert."""
        user = self.context.get("user")
        role = role_of(user=user, workspace_id=alert.map.workspace_id) if isinstance(user, User) else None
        is_editor = role is not None and allows(role=role, action=Action.EDIT_MAP)
        return secret_of(alert=alert) if alert.webhook_url and is_editor else None

    def to_representation(self, alert: Alert) -> dict[str, Any]:
        """Keep the address of the webhook, which may hold a key, from those who may not change it."""
        told = super().to_representation(alert)
        if told["webhook_url"] and told["webhook_secret"] is None:
            told["webhook_url"] = "hidden"
        return told


class AlertChange(serializers.Serializer[Any]):
    """What may be set of an alert. The service reads it; this describes it."""

    name = serializers.CharField(required=False, max_length=120, help_text="Without one it is called what it watches.")
    metric = serializers.ChoiceField(choices=METRICS, required=False)
    custom_metric = serializers.IntegerField(
        required=False, allow_null=True, help_text="Its id, with the metric custom."
    )
    stage = serializers.IntegerField(required=False, allow_null=True, help_text="Its id; null: all stages.")
    comparison = serializers.ChoiceField(choices=COMPARISONS, required=False)
    threshold = serializers.DecimalField(max_digits=18, decimal_places=4, required=False, help_text="In its unit.")
    watchers = serializers.ListField(child=serializers.IntegerField(), required=False, help_text="Ids of members.")
    by_email = serializers.BooleanField(required=False)
    webhook_url = serializers.CharField(required=False, max_length=500, allow_blank=True)
    is_muted = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False, help_text="The version you read.")


class AlertDraft(AlertChange):
    """A new alert; whoever adds it is told unless `watchers` says otherwise."""

    metric = serializers.ChoiceField(choices=METRICS)
    threshold = serializers.DecimalField(max_digits=18, decimal_places=4, help_text="In its unit.")
    version = None  # type: ignore[assignment]


class DeliverySerializer(serializers.ModelSerializer[AlertDelivery]):
    """A message outside the app, and what became of it."""

    channel = serializers.ChoiceField(choices=DELIVERY_CHANNELS)
    state = serializers.ChoiceField(choices=DELIVERY_STATES)

    class Meta:
        model = AlertDelivery
        fields = ["id", "channel", "state", "attempts", "error", "ended_at"]
        read_only_fields = fields


class CausingItemSerializer(serializers.Serializer[Any]):
    """An item that weighed in a firing."""

    story_id = serializers.IntegerField()
    key = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=["money", "seconds", "number", "words"],
        help_text="What the amount is.",
    )
    amount = serializers.CharField(help_text="Empty where it is not known.")


class FiringSerializer(serializers.ModelSerializer[AlertFiring]):
    """A time a figure crossed its threshold."""

    comparison = serializers.ChoiceField(choices=COMPARISONS)
    items = CausingItemSerializer(many=True, help_text="Those that weighed most, up to 10.")
    deliveries = DeliverySerializer(many=True)

    class Meta:
        model = AlertFiring
        fields = [
            "id", "alert", "fired_at", "figure", "threshold", "comparison", "items", "item_count", "is_muted",
            "recovered_at", "deliveries",
        ]  # fmt: skip
        read_only_fields = fields


class TestSentSerializer(serializers.Serializer[Any]):
    """How many messages a test sends, the line in your inbox counted."""

    sent = serializers.IntegerField()
