"""What the API tells and takes about forecasts."""

from typing import Any

from rest_framework import serializers

from common.jobs.models import JobState
from valuestream.models import Forecast
from valuestream.models.choices import FORECAST_SUBJECTS, MEASURES, WORK_ORDERS


class NewForecast(serializers.Serializer[Any]):
    """What to forecast. Every field may be left out: then it is everything open, in backlog order, as of now."""

    about = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=120,
        help_text="all, filter, or capability:, application:, sprint:, team: with an id (of the first two: or a key).",
    )
    filter = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=2_000,
        help_text="Of these stories of it only, in the language of panels: `risk is High and team is Quayside`.",
    )
    order = serializers.ChoiceField(
        choices=WORK_ORDERS,
        required=False,
        help_text="backlog: what stands above it in its teams' queues comes first; first: as if it came first.",
    )
    measure = serializers.ChoiceField(
        choices=MEASURES, required=False, help_text="Without it points, where at least half of the finished have some."
    )
    as_of = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="What would have been said then: an instant, or a day (then its end in the workspace's time zone).",
    )
    since = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=10,
        help_text="Draw only from what was finished from this day on, after a change of the team.",
    )


class FinishDaysSerializer(serializers.Serializer[Any]):
    """The days by which 15, 50 and 85 of 100 futures are done; null: later than was looked."""

    p15 = serializers.DateField(allow_null=True)
    p50 = serializers.DateField(allow_null=True)
    p85 = serializers.DateField(allow_null=True)


class TargetSerializer(serializers.Serializer[Any]):
    """The day it is meant to be done, and the share of futures in which it is."""

    date = serializers.DateField()
    share = serializers.FloatField()


class UncountedStoriesSerializer(serializers.Serializer[Any]):
    """Stories that aren't counted, or by an assumption; keys of at most 30 of them."""

    stories = serializers.IntegerField()
    why = serializers.CharField()
    keys = serializers.ListField(child=serializers.CharField())


class EarningSerializer(serializers.Serializer[Any]):
    """What earns once it is done: capabilities, and stories in none with a value of their own."""

    counted = serializers.IntegerField()
    per_week = serializers.CharField(help_text="Dollars a week once all of them are done.")
    elsewhere = serializers.IntegerField(help_text="Valued, but they wait for stories that aren't asked about as well.")
    unvalued = serializers.IntegerField(help_text="Nobody estimated them: in no dollar figure.")


class BacktestSerializer(serializers.Serializer[Any]):
    """How often such forecasts held on the team's own past."""

    said = serializers.ListField(child=serializers.FloatField(), help_text="Shares, 0 to 1.")
    held = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="Null: too little past.")
    tried = serializers.IntegerField(help_text="Past days forecast from; they overlap.")
    reason = serializers.CharField(allow_blank=True)


class PaceChangeSerializer(serializers.Serializer[Any]):
    """A change of pace in the history (Pettitt's test at 5 %)."""

    since = serializers.DateField()
    before_per_week = serializers.FloatField()
    after_per_week = serializers.FloatField()


class TeamPaceSerializer(serializers.Serializer[Any]):
    """The past of a team that futures are drawn from."""

    team = serializers.IntegerField(allow_null=True, help_text="Null: stories in no team.")
    name = serializers.CharField()
    stories = serializers.IntegerField(help_text="Of those asked about.")
    per_week = serializers.FloatField(help_text="Mean of five working days.")
    unit = serializers.CharField()
    history_days = serializers.IntegerField(help_text="Working days.")
    needed_days = serializers.IntegerField()
    backtest = BacktestSerializer()
    change = PaceChangeSerializer(allow_null=True)


class ForecastDaySerializer(serializers.Serializer[Any]):
    """What holds at the end of a day. Triples are of the futures at 15, 50 and 85 %."""

    date = serializers.DateField()
    done = serializers.FloatField(help_text="Share of futures in which all of it is done.")
    left = serializers.ListField(child=serializers.IntegerField(), help_text="Stories that are left.")
    live_per_week = serializers.ListField(child=serializers.CharField(), help_text="Dollars a week of what is done.")
    earned = serializers.ListField(child=serializers.CharField(), help_text="Dollars earned until then.")


class ForecastAnswerSerializer(serializers.Serializer[Any]):
    """A forecast. Money is decimal text, shares are 0 to 1, days are those of the workspace's calendar."""

    about = serializers.ChoiceField(choices=FORECAST_SUBJECTS)
    subject_id = serializers.IntegerField(allow_null=True)
    subject = serializers.CharField()
    filter = serializers.CharField(allow_blank=True)
    order = serializers.ChoiceField(choices=WORK_ORDERS)
    measure = serializers.ChoiceField(choices=MEASURES)
    as_of = serializers.DateTimeField()
    first_day = serializers.DateField(help_text="The first working day ahead.")
    stories = serializers.IntegerField(help_text="Open ones asked about.")
    counted = serializers.IntegerField(help_text="Those of them that the dates are of.")
    before = serializers.IntegerField(help_text="Others that are done before the last of them.")
    amount = serializers.FloatField(help_text="In the measure.")
    unknown = serializers.CharField(allow_blank=True, help_text="Why there is no date; empty where there is one.")
    left_out = UncountedStoriesSerializer(many=True)
    earning = EarningSerializer()
    teams = TeamPaceSerializer(many=True)
    runs = serializers.IntegerField(help_text="Futures drawn.")
    finish = FinishDaysSerializer(allow_null=True)
    looked_until = serializers.DateField(allow_null=True)
    target = TargetSerializer(allow_null=True)
    days = ForecastDaySerializer(many=True)


class KeptForecastSerializer(serializers.ModelSerializer[Forecast]):
    """A forecast that was kept, in short."""

    filter = serializers.CharField(source="filter_text")
    is_weekly = serializers.SerializerMethodField(help_text="Kept by the weekly job, which keeps the dates alone.")

    class Meta:
        model = Forecast
        fields = [
            "id", "workspace", "about", "subject_id", "subject", "filter", "order", "measure", "since", "as_of",
            "is_past", "is_weekly", "created_at", "computed_at", "stories", "p15_date", "p50_date", "p85_date",
            "unknown",
        ]  # fmt: skip
        read_only_fields = fields

    def get_is_weekly(self, forecast: Forecast) -> bool:
        """Whether the weekly job kept it."""
        return forecast.source == "WEEKLY"


class ForecastDetailSerializer(KeptForecastSerializer):
    """A forecast that was kept, with its whole answer once there is one."""

    answer = ForecastAnswerSerializer(allow_null=True)
    job = serializers.IntegerField(source="job_id", allow_null=True, help_text="The job that draws it, if it is long.")
    state = serializers.SerializerMethodField(help_text="Of the job; DONE without one.")

    class Meta(KeptForecastSerializer.Meta):
        fields = [*KeptForecastSerializer.Meta.fields, "job", "state", "answer"]
        read_only_fields = fields

    def get_state(self, forecast: Forecast) -> str:
        """How far it is."""
        if forecast.computed_at is not None or forecast.job is None:
            return JobState.DONE.value
        return str(forecast.job.state)


class ForecastProgressSerializer(serializers.Serializer[Any]):
    """A long forecast that workers are at: ask the same address again for the answer."""

    forecast = serializers.IntegerField()
    state = serializers.ChoiceField(choices=JobState.choices)
    job = serializers.IntegerField(allow_null=True, help_text="The job, at /api/v1/jobs/{id}/.")
    futures_done = serializers.IntegerField()
    futures = serializers.IntegerField(allow_null=True)
