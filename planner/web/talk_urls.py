"""The addresses of comments, files, followers and the inbox."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.attachments import attachment, attachment_add, attachment_delete, attachment_restore
from planner.web.views.comments import comment_add, comment_delete, comment_edit, people_names
from planner.web.views.notices import inbox, notice_bell, notices_read
from planner.web.views.watching import story_watch

HOME = "w/<str:workspace>/"
STORY = f"{HOME}stories/<str:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{STORY}comments/", comment_add, name="comment-add"),
    path(f"{HOME}comments/<int:comment>/", comment_edit, name="comment-edit"),
    path(f"{HOME}comments/<int:comment>/delete/", comment_delete, name="comment-delete"),
    path(f"{HOME}names/", people_names, name="people-names"),
    path(f"{STORY}files/", attachment_add, name="attachment-add"),
    path(f"{STORY}files/restore/", attachment_restore, name="attachment-restore"),
    path(f"{HOME}files/<int:attachment>/", attachment, name="attachment"),
    path(f"{HOME}files/<int:attachment>/delete/", attachment_delete, name="attachment-delete"),
    path(f"{STORY}watch/", story_watch, name="story-watch"),
    path(f"{HOME}inbox/", inbox, name="inbox"),
    path(f"{HOME}inbox/bell/", notice_bell, name="notice-bell"),
    path(f"{HOME}inbox/read/", notices_read, name="notices-read"),
]
