"""What the value stream keeps in the planner's own transaction: maps that follow the workflow, visits, daily flow."""

from accounts.events import WorkspaceChanged
from accounts.models import Workspace
from common.events import projection
from planner.events import (
    HistoriesIngested,
    StoriesChanged,
    StoriesCreated,
    StoriesRemoved,
    StoryChanged,
    WorkflowChanged,
    WorkspaceSetUp,
)
from valuestream.selectors.history import has_daily
from valuestream.selectors.work_items import earliest_event
from valuestream.services.daily_flow import recount_daily_flow
from valuestream.services.maps import add_states, create_default_map, follow_workflow
from valuestream.services.snapshots import repair_days
from valuestream.services.visits import (
    SPAN_FIELDS,
    OutOfOrder,
    follow_span,
    follow_state,
    open_visits,
    rebuild_stories,
    remove_stories,
)


@projection(WorkspaceSetUp)
def make_default_map(event: WorkspaceSetUp) -> None:
    """Give a new workspace its map."""
    create_default_map(workspace_id=event.workspace_id, now=event.now)


@projection(WorkspaceChanged)
def count_days_anew(event: WorkspaceChanged) -> None:
    """Another time zone has other days: what entered and left is counted by them."""
    if "time_zone" in event.fields:
        zone = Workspace.objects.get(pk=event.workspace_id).time_zone
        recount_daily_flow(workspace_id=event.workspace_id, zone=zone)


@projection(WorkflowChanged)
def keep_map_on_workflow(event: WorkflowChanged) -> None:
    """Give new states their blocks; names and order follow the workflow."""
    add_states(workspace_id=event.workspace_id, state_ids=event.added, now=event.now)
    follow_workflow(workspace_id=event.workspace_id)


@projection(StoriesCreated)
def begin_visits(event: StoriesCreated) -> None:
    """Open the first visits."""
    open_visits(workspace_id=event.workspace_id, stories=event.stories)


@projection(StoryChanged)
def follow_story(event: StoryChanged) -> None:
    """Move the story's visit and spans on."""
    try:
        for change in event.changes:
            if change.field == "state":
                follow_state(workspace_id=event.workspace_id, change=change)
            elif change.field in SPAN_FIELDS:
                follow_span(workspace_id=event.workspace_id, change=change)
    except OutOfOrder:
        rebuild_stories(workspace_id=event.workspace_id, story_ids=[event.story_id])
        since = min(change.occurred_at for change in event.changes)
        repair_days(workspace_id=event.workspace_id, since=since, now=event.now)


@projection(StoriesChanged)
def follow_stories(event: StoriesChanged) -> None:
    """Rewrite the visits and spans of many stories at once: as many statements as for one."""
    followed = {"state", *SPAN_FIELDS}
    story_ids = sorted({change.story_id for change in event.changes if change.field in followed})
    rebuild_stories(workspace_id=event.workspace_id, story_ids=story_ids)


@projection(HistoriesIngested)
def rewrite_visits(event: HistoriesIngested) -> None:
    """Place what may lie anywhere in the past."""
    rebuild_stories(workspace_id=event.workspace_id, story_ids=event.story_ids, new_ids=event.new_ids)
    if has_daily(workspace_id=event.workspace_id):
        since = earliest_event(story_ids=event.story_ids, recorded_at=event.now)
        repair_days(workspace_id=event.workspace_id, since=since or event.now, now=event.now)


@projection(StoriesRemoved)
def take_out_visits(event: StoriesRemoved) -> None:
    """Take deleted stories out of the counts."""
    remove_stories(workspace_id=event.workspace_id, story_ids=event.story_ids)
