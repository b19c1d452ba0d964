"""The addresses of the sprint wall."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.wall import wall, wall_fresh
from planner.web.views.wall_stories import wall_story, wall_story_block, wall_story_since
from planner.web.views.wall_tasks import (
    wall_task,
    wall_task_add,
    wall_task_block,
    wall_task_delete,
    wall_task_since,
)

WALL = "w/<str:workspace>/wall/"
TASK = f"{WALL}tasks/<int:task>/"
STORY = f"{WALL}stories/<int:story_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(WALL, wall, name="wall"),
    path(f"{WALL}fresh/", wall_fresh, name="wall-fresh"),
    path(f"{WALL}tasks/", wall_task_add, name="wall-task-add"),
    path(TASK, wall_task, name="wall-task"),
    path(f"{TASK}block/", wall_task_block, name="wall-task-block"),
    path(f"{TASK}delete/", wall_task_delete, name="wall-task-delete"),
    path(f"{TASK}since/", wall_task_since, name="wall-task-since"),
    path(STORY, wall_story, name="wall-story"),
    path(f"{STORY}block/", wall_story_block, name="wall-story-block"),
    path(f"{STORY}since/", wall_story_since, name="wall-story-since"),
]
