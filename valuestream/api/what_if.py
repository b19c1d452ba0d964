"""What-if over HTTP: a question with a body, which changes nothing."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of
from accounts.policies import Action
from common.api.describing import describe
from common.clock import utc_now
from common.errors import InvalidInput
from valuestream.api.what_if_examples import WHAT_IF, WHAT_IF_ASKED
from valuestream.domain.what_if.judging import Verdict
from valuestream.selectors.asking import read_question
from valuestream.selectors.drawings import map_asked
from valuestream.selectors.maps import get_map_for
from valuestream.selectors.what_if import answer_what_if, fit_map
from valuestream.selectors.what_if_answer import what_if_answer
from valuestream.selectors.what_if_levers import (
    HIGHEST_COST,
    LARGEST_BATCH,
    LONGEST_LEARNING_WEEKS,
    LONGEST_WEEKS,
    MOST_PEOPLE,
    MOST_WIP,
    LeverReader,
)

VERDICTS = [(one.value, one.value) for one in Verdict]


class LeversSerializer(serializers.Serializer[Any]):
    """What is changed; what is left out stays as it is. The selector reads it; this describes it."""

    people = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE),
        required=False,
        help_text="People by id of the stage; only stages in which people work.",
    )
    wip_limits = serializers.DictField(
        child=serializers.IntegerField(min_value=1, max_value=MOST_WIP),
        required=False,
        help_text="Most items in a stage at a time, by its id.",
    )
    batch = serializers.IntegerField(
        required=False, min_value=0, max_value=LARGEST_BATCH, help_text="Stories that come at once, now."
    )
    weeks = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST_WEEKS, help_text="13 without it.")
    learning_weeks = serializers.IntegerField(
        required=False, min_value=0, max_value=LONGEST_LEARNING_WEEKS, help_text="Until new people count; 3 without it."
    )
    cost_per_person_week = serializers.DecimalField(
        required=False, max_digits=12, decimal_places=2, min_value=0, max_value=HIGHEST_COST,
        help_text="Without it: what the team's delivered work cost a week, by person.",
    )  # fmt: skip
    window_days = serializers.IntegerField(required=False, help_text="How many days of the past count; 90 without it.")
    as_of = serializers.CharField(required=False, help_text="Start from a past instant or day instead of now.")
    filter = serializers.CharField(required=False, help_text="Of which stories, in the language of panels.")


class MoneyRangeSerializer(serializers.Serializer[Any]):
    """The middle of the runs, and where nine of ten lie, as decimal text."""

    low = serializers.CharField()
    middle = serializers.CharField()
    high = serializers.CharField()


class NumberRangeSerializer(serializers.Serializer[Any]):
    """The same of a duration in seconds, or of stories a week."""

    low = serializers.FloatField()
    middle = serializers.FloatField()
    high = serializers.FloatField()


class MoneyChangeSerializer(serializers.Serializer[Any]):
    """Money as it is and as it would be; the difference is taken run by run, with the same chance on both sides."""

    as_is = MoneyRangeSerializer(allow_null=True)
    what_if = MoneyRangeSerializer(allow_null=True)
    difference = MoneyRangeSerializer(allow_null=True)


class NumberChangeSerializer(serializers.Serializer[Any]):
    """The same of a duration or rate; null where too few runs know it."""

    as_is = NumberRangeSerializer(allow_null=True)
    what_if = NumberRangeSerializer(allow_null=True)
    difference = NumberRangeSerializer(allow_null=True)


class NamedStageSerializer(serializers.Serializer[Any]):
    """A stage."""

    stage_id = serializers.IntegerField()
    stage = serializers.CharField()


class WhatIfStageSerializer(serializers.Serializer[Any]):
    """A stage in which people work, before and after."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    people = serializers.IntegerField()
    people_after = serializers.IntegerField()
    people_assumed = serializers.BooleanField(help_text="Nobody typed how many: those assigned were counted.")
    wip_limit = serializers.IntegerField(allow_null=True)
    departures = serializers.IntegerField(help_text="Visits left in the window: what its times rest on.")
    items_at_once = serializers.FloatField(
        help_text="Stories each person has in work at a time; below 1: a share of their time."
    )
    back_share = serializers.FloatField(help_text="Of what leaves it, the share that goes back, 0 to 1.")
    utilisation = serializers.FloatField(allow_null=True)
    utilisation_after = serializers.FloatField(allow_null=True)
    idle_cost = serializers.CharField(help_text="What waiting for it costs over these weeks, mean of the runs.")
    idle_cost_after = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField(), help_text="Stages of waiting that are its line.")


class FurtherSerializer(NamedStageSerializer):
    """One person more."""

    people = serializers.IntegerField(help_text="How many work there then.")
    gain = MoneyRangeSerializer(allow_null=True, help_text="Dollars more delivered than without this one person.")
    verdict = serializers.ChoiceField(choices=VERDICTS)


class WhatIfSerializer(serializers.Serializer[Any]):
    """The answer. Dollars are attributed value of the stories delivered within these weeks."""

    as_of = serializers.DateTimeField()
    window_days = serializers.IntegerField()
    weeks = serializers.IntegerField(help_text="Fewer than asked where very much happens in them.")
    runs = serializers.IntegerField()
    changed = serializers.BooleanField()
    verdict = serializers.ChoiceField(choices=VERDICTS, help_text="Said where nine runs of ten agree.")
    because = serializers.CharField(help_text="Why it can't be told; empty otherwise.")
    pays_share = serializers.FloatField(
        allow_null=True, help_text="Runs in which it brings more than it costs, 0 to 1."
    )
    cost = serializers.CharField(allow_null=True, help_text="Of the people more, over these weeks.")
    cost_per_person_week = serializers.CharField(allow_null=True)
    payback_weeks = serializers.IntegerField(allow_null=True)
    delivered_value = MoneyChangeSerializer()
    throughput_per_week = NumberChangeSerializer()
    lead_time_p50 = NumberChangeSerializer(help_text="Seconds, of the stories delivered within these weeks.")
    lead_time_p85 = NumberChangeSerializer()
    value_held = MoneyChangeSerializer(help_text="In the stream at the end.")
    idle_cost = MoneyChangeSerializer()
    bottleneck = NamedStageSerializer(allow_null=True)
    next_bottleneck = NamedStageSerializer(allow_null=True)
    stages = WhatIfStageSerializer(many=True)
    further = FurtherSerializer(many=True)


class MapWhatIf(APIView):
    """What a change of a map's people, limits or arrivals would bring."""

    @describe(
        "maps_what_if",
        "Ask what if",
        body=LeversSerializer,
        answer=WhatIfSerializer,
        body_example=WHAT_IF_ASKED,
        example=WHAT_IF,
    )
    def post(self, request: Request, map_id: int) -> Response:
        """Return what other people, limits on work in progress or a batch of arrivals would bring, with ranges.

        The stream is played forward from what is in it now, many times, as its own past says. Nothing is changed.
        """
        found = get_map_for(user=user_of(request), map_id=map_id, action=Action.VIEW)
        if not isinstance(request.data, dict):
            raise InvalidInput("Send an object with what is to be changed.", field="body")
        asked, now = request.data, utc_now()
        question = read_question(
            workspace=found.workspace,
            **{name: _text(asked, name) for name in ("as_of", "window_days")},
            clock="",
            now=now,
            filter_text=_text(asked, "filter"),
            user_id=user_of(request).pk,
        )
        found = map_asked(map=found, asked=question)
        fitted = fit_map(
            map=found, now=now, as_of=question.as_of, window_days=question.window_days, where=question.where
        )
        levers = LeverReader(fitted.stage_ids).read(asked)
        return Response(what_if_answer(answer_what_if(fitted=fitted, levers=levers)))


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    return "" if value is None else str(value)
