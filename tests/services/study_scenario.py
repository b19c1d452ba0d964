"""Run as a program of its own, on a database of its own: ask a large question about a map, or tell what came of it.

python -m tests.services.study_scenario prepare     prints the job's id
python -m tests.services.study_scenario report      prints the answer, that of one process at once, and what is left
"""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from common.clock import utc_now  # noqa: E402
from tests.bench.flow_log import make_flow  # noqa: E402
from valuestream.domain.vocabulary import Clock  # noqa: E402
from valuestream.models import Study, StudyPart  # noqa: E402
from valuestream.selectors.asking import Question  # noqa: E402
from valuestream.selectors.maps import get_default_map  # noqa: E402
from valuestream.selectors.metrics import compute_metrics  # noqa: E402
from valuestream.services.studies import ask_study  # noqa: E402

TRANSITIONS = 40_000
DAYS = 3_650


def prepare() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    bench, _ = make_flow("STUDY", transitions=TRANSITIONS)
    question = Question(window_days=DAYS)
    study = ask_study(map=get_default_map(workspace=bench.workspace), asked=question, user_id=None, now=utc_now()).study
    print(study.job_id)


def report() -> None:
    study = Study.objects.get()
    at_once = compute_metrics(
        map=study.map,
        as_of=study.as_of,
        is_past=study.is_past,
        window_days=DAYS,
        clocks=[Clock.ALWAYS],
        now=utc_now(),
    )
    print(json.dumps([study.answer, at_once[Clock.ALWAYS], StudyPart.objects.count()]))


if __name__ == "__main__":
    prepare() if sys.argv[1] == "prepare" else report()
