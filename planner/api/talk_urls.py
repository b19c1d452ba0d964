"""The addresses of what is said about stories, in the REST API."""

from django.urls import URLPattern, URLResolver, path

from planner.api.views.attachments import AttachmentContent, AttachmentDetail, AttachmentList, AttachmentRestore
from planner.api.views.talk import CommentDetail, CommentList, NoticeList, NoticesMark, StoryWatch

urlpatterns: list[URLPattern | URLResolver] = [
    path("comments/", CommentList.as_view(), name="api-comments"),
    path("comments/<int:comment_id>/", CommentDetail.as_view(), name="api-comment"),
    path("stories/<int:story_id>/watch/", StoryWatch.as_view(), name="api-story-watch"),
    path("notices/", NoticeList.as_view(), name="api-notices"),
    path("notices/read/", NoticesMark.as_view(), name="api-notices-read"),
    path("attachments/", AttachmentList.as_view(), name="api-attachments"),
    path("attachments/restore/", AttachmentRestore.as_view(), name="api-attachment-restore"),
    path("attachments/<int:attachment_id>/", AttachmentDetail.as_view(), name="api-attachment"),
    path("attachments/<int:attachment_id>/content/", AttachmentContent.as_view(), name="api-attachment-content"),
]
