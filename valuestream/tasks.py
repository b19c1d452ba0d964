"""The value stream's background jobs, and the clockwork that plans them."""

from datetime import date
from typing import Any

from celery import shared_task

from common.clock import utc_now
from common.jobs.runner import JobContext, job_handler
from valuestream.domain.vocabulary import CHECK_JOB, REBUILD_ALL_JOB, REBUILD_JOB
from valuestream.selectors.alerts import maps_with_alerts
from valuestream.selectors.kept_forecasts import get_forecast, get_workspace
from valuestream.selectors.maps import get_map, list_all_maps
from valuestream.selectors.rebuilding import is_last_range
from valuestream.selectors.studies import get_study
from valuestream.selectors.work_items import count_stories, list_story_ids
from valuestream.services.alert_checks import check_alerts
from valuestream.services.alert_deliveries import send_delivery
from valuestream.services.forecasts import FORECAST_JOB, WEEKLY_JOB, keep_weekly, request_weekly, run_forecast
from valuestream.services.rebuild import check_workspace, rebuild_range, share_out_rebuild
from valuestream.services.requests import (
    ALERT_JOB,
    DAILY_JOB,
    DELIVERY_JOB,
    SNAPSHOT_JOB,
    request_alerts,
    request_snapshot,
)
from valuestream.services.snapshots import plan_daily, refresh_live, request_forgotten, store_daily
from valuestream.services.studies import HELP_JOB, STUDY_JOB, StudyWork, help_study, run_study

DIFFERENCES_SHOWN = 20


@job_handler(SNAPSHOT_JOB)
def refresh_map(context: JobContext) -> dict[str, Any]:
    """Compute a map's live metrics; a map that was deleted meanwhile needs none."""
    found = get_map(map_id=context.args["map"])
    if found is None:
        return {"snapshots": 0}
    stored = len(refresh_live(map=found, now=utc_now()))
    if maps_with_alerts(map_id=found.pk):
        request_alerts(map_id=found.pk, workspace_id=found.workspace_id, now=utc_now())
    return {"snapshots": stored}


@job_handler(DAILY_JOB)
def store_days(context: JobContext) -> dict[str, Any]:
    """Store a map's metrics at the ends of some days, one day at a time."""
    found = get_map(map_id=context.args["map"])
    if found is None:
        return {"days": 0}
    days = [date.fromisoformat(day) for day in context.args["days"]]
    for done, day in enumerate(days, 1):
        store_daily(map=found, date=day, now=utc_now())
        context.save_progress(done=done, total=len(days), message=f"{day} stored")
    return {"days": len(days)}


@job_handler(ALERT_JOB)
def look_at_alerts(context: JobContext) -> dict[str, Any]:
    """Look at the alerts of a map; a map that was deleted meanwhile has none."""
    found = get_map(map_id=context.args["map"])
    return {"fired": 0 if found is None else len(check_alerts(map=found, now=utc_now()))}


@job_handler(DELIVERY_JOB)
def send_alert(context: JobContext) -> dict[str, Any]:
    """Try to send an alert's e-mail or webhook; a failed try makes a later job of its own."""
    state = send_delivery(delivery_id=context.args["delivery"], now=utc_now())
    return {"state": None if state is None else state.value}


@job_handler(REBUILD_ALL_JOB)
def share_rebuild_out(context: JobContext) -> dict[str, Any]:
    """Share the rebuild of a workspace out, a range of stories a job."""
    workspace = get_workspace(workspace_id=context.workspace_id or 0)
    if workspace is None:
        return {"ranges": 0}
    ranges = share_out_rebuild(workspace=workspace, job_id=context.job_id, now=utc_now())
    if not ranges:
        request_snapshot(workspace_id=workspace.pk, now=utc_now())
    return {"ranges": ranges}


@job_handler(REBUILD_JOB)
def rebuild_story_range(context: JobContext) -> dict[str, Any]:
    """Rebuild the visits of the stories between two ids; after the last range maps are measured anew."""
    workspace_id, rebuild_id = context.workspace_id or 0, context.args["rebuild"]
    first, last = context.args["first"], context.args["last"]
    story_ids = list_story_ids(workspace_id=workspace_id, after_id=first - 1, last_id=last)
    visits, spans = rebuild_range(workspace_id=workspace_id, story_ids=story_ids)
    if is_last_range(job_id=context.job_id, rebuild_id=rebuild_id, workspace_id=workspace_id):
        request_snapshot(workspace_id=workspace_id, now=utc_now())
    return {"stories": len(story_ids), "visits": visits, "spans": spans}


@job_handler(CHECK_JOB)
def compare_with_log(context: JobContext) -> dict[str, Any]:
    """Compare what is derived in a workspace with its log; nothing is written."""
    workspace = get_workspace(workspace_id=context.workspace_id or 0)
    if workspace is None:
        return {"stories": 0, "differences": 0, "shown": []}
    total = count_stories(workspace_id=workspace.pk)

    def report(compared: int) -> None:
        context.save_progress(done=compared, total=total, message="Comparing with the log")

    differences = check_workspace(workspace=workspace, report=report)
    shown = [str(one) for one in differences[:DIFFERENCES_SHOWN]]
    return {"stories": total, "differences": len(differences), "shown": shown}


@job_handler(STUDY_JOB)
def answer_study(context: JobContext) -> dict[str, Any]:
    """Answer a large question about a map, with the workers that help; one that was dropped needs no answer."""
    return _at_study(context, run_study)


@job_handler(HELP_JOB)
def help_with_study(context: JobContext) -> dict[str, Any]:
    """Measure parts of a large question."""
    return _at_study(context, help_study)


def _at_study(context: JobContext, work: StudyWork) -> dict[str, Any]:
    study = get_study(study_id=context.args["study"])
    if study is None or study.answer is not None:
        return {"parts": 0}

    def report(done: int, total: int, message: str) -> None:
        context.save_progress(done=done, total=total, message=message)

    return {"parts": work(study=study, job_id=context.job_id, report=report, tell_time=utc_now)}


@shared_task(name="valuestream.tasks.check_all_alerts")
def check_all_alerts() -> int:
    """Have every map's alerts looked at: what waits grows older although nothing happens."""
    watched = set(maps_with_alerts())
    maps = [one for one in list_all_maps() if one.pk in watched]
    for one in maps:
        request_alerts(map_id=one.pk, workspace_id=one.workspace_id, now=utc_now())
    return len(maps)


@shared_task(name="valuestream.tasks.plan_daily_snapshots")
def plan_daily_snapshots() -> int:
    """Plan the snapshots of days that are over where they live, with those that were missed, live ones too."""
    maps, now = list_all_maps(), utc_now()
    request_forgotten(maps=maps, now=now)
    return plan_daily(maps=maps, now=now)


@job_handler(FORECAST_JOB)
def draw_forecast(context: JobContext) -> dict[str, Any]:
    """Draw a long forecast; one that was dropped or is told already needs no drawing."""
    forecast = get_forecast(forecast_id=context.args["forecast"])
    if forecast is None or forecast.answer is not None:
        return {"futures": 0}

    def report(done: int, total: int) -> None:
        context.save_progress(done=done, total=total, message=f"{done:,} of {total:,} futures")

    told = run_forecast(forecast=forecast, now=utc_now(), report=report)
    return {"futures": told.answer["runs"] if told.answer else 0}


@job_handler(WEEKLY_JOB)
def keep_weekly_forecasts(context: JobContext) -> dict[str, Any]:
    """Keep what is to be said this week of everything in a workspace."""
    workspace = get_workspace(workspace_id=context.workspace_id or 0)
    return {"kept": 0 if workspace is None else keep_weekly(workspace=workspace, now=utc_now())}


@shared_task(name="valuestream.tasks.plan_weekly_forecasts")
def plan_weekly_forecasts() -> int:
    """Have this week's forecasts kept where they are not yet: on Monday, or once a worker is back."""
    return request_weekly(now=utc_now())
