"""Reading studies: which questions need one, whether it was asked before, and what its parts are measured from."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet

from common.jobs.models import JobState
from valuestream.domain.part_packing import unpack_part
from valuestream.domain.vocabulary import Clock
from valuestream.models import Map, Study
from valuestream.selectors.answers import Answer
from valuestream.selectors.asking import DEFAULT_WINDOW_DAYS, Question
from valuestream.selectors.drawings import map_as_of
from valuestream.selectors.maps import get_map, lay_out
from valuestream.selectors.measuring import Measuring, has_more_visits, open_measuring
from valuestream.selectors.metrics import answer_head, conclude_answers
from valuestream.selectors.work_items import newest_event_id, read_story_filter

STUDIED_VISITS = 500_000
"""A question about more visits is not answered while somebody waits: one worker takes a second for so many."""


@dataclass(frozen=True)
class Studied:
    """How far a question is: `answer` once there is one, else the study that will have it, or had trouble."""

    study: Study
    answer: Answer | None

    @property
    def has_failed(self) -> bool:
        """Whether its job ended without an answer."""
        job = self.study.job
        return self.answer is None and job is not None and job.state in (JobState.FAILED, JobState.CANCELLED)


def needs_study(*, map: Map, asked: Question, now: datetime) -> bool:  # noqa: A002 - the product's word
    """Whether a question is too large to be answered while somebody waits; a live snapshot answers the usual one."""
    if asked.as_of is None and asked.where is None and asked.window_days == DEFAULT_WINDOW_DAYS:
        return False
    since = (asked.as_of or now) - timedelta(days=asked.window_days)
    return has_more_visits(map=map, since=since, than=STUDIED_VISITS)


def find_studies(*, map: Map, asked: Question, user_id: int | None) -> tuple[Study | None, Study | None]:  # noqa: A002 - the product's word
    """Return the newest study of a question that has an answer, and the newest that has none."""
    found = same_question(map=map, asked=asked, user_id=user_id).select_related("job").order_by("-pk")
    return found.exclude(answer__isnull=True).first(), found.filter(answer__isnull=True).first()


def same_question(*, map: Map, asked: Question, user_id: int | None) -> QuerySet[Study]:  # noqa: A002 - the product's word
    """The studies of a question. Whose filter it is matters, for it may speak of "me"."""
    when = Q(is_past=False) if asked.as_of is None else Q(is_past=True, as_of=asked.as_of)
    return Study.objects.filter(
        when,
        map=map,
        window_days=asked.window_days,
        clock=asked.clock.value,
        filter_text=asked.filter_text,
        asked_by=user_id if asked.filter_text else None,
        definition=definition_of(map=map),
    )


def get_study(*, study_id: int) -> Study | None:
    """Return a study with its map for a job; None when it was dropped since."""
    found = Study.objects.filter(pk=study_id).first()
    if found is None or (map_ := get_map(map_id=found.map_id)) is None:
        return None
    found.map = map_
    if found.is_past and found.definition != definition_of(map=map_):
        found.map = map_as_of(map=map_, as_of=found.as_of)
    return found


def definition_of(*, map: Map) -> str:  # noqa: A002 - the product's word
    """What stands for a fetched map as it is drawn now: the same while every figure of it means the same."""
    layout = lay_out(map=map)
    drawn = [
        map.wait_rule,
        map.filter_text,
        [[stage.pk, stage.name, stage.staffed] for stage in layout.stages],
        [
            [
                placed.block.pk,
                placed.block.name,
                placed.block.kind,
                placed.stage,
                sorted(one.pk for one in placed.states),
            ]
            for placed in layout.blocks
        ],
    ]
    return sha256(json.dumps(drawn).encode()).hexdigest()


def read_answer(*, study: Study) -> Studied:
    """Return a study with its answer, which says whether the log has gone on since."""
    if study.answer is None:
        return Studied(study, None)
    is_stale = study.log_position != newest_event_id(workspace_id=study.map.workspace_id)
    return Studied(study, {**study.answer, "stale": is_stale})


def open_study(*, study: Study, now: datetime) -> Measuring:
    """Load what all parts of a study's answer share."""
    map_ = study.map
    where = None
    if study.filter_text:
        where = read_story_filter(workspace=map_.workspace, text=study.filter_text, now=now, user_id=study.asked_by_id)
    return open_measuring(
        map=map_, as_of=study.as_of, is_past=study.is_past, window_days=study.window_days, where=where
    )


def conclude_study(*, study: Study, measuring: Measuring, now: datetime) -> dict[str, Any]:
    """Return the answer that the stored parts of a study add up to; they are read one after another."""
    clock = Clock(study.clock)
    contents = study.parts.order_by("first_story_id").values_list("content", flat=True)
    parts = [{clock: unpack_part(content)} for content in contents.iterator(chunk_size=1) if content is not None]
    head = answer_head(
        map=study.map, as_of=study.as_of, window_days=study.window_days, log_position=study.log_position, now=now
    )
    return conclude_answers(measuring, head=head, clocks=[clock], parts=parts)[clock]
