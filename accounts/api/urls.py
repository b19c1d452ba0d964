"""The addresses of workspaces' settings, members, invitations and jobs in the REST API."""

from django.urls import URLPattern, URLResolver, path

from accounts.api.views.jobs import JobCancel, JobDetail, JobList
from accounts.api.views.people import InvitationDetail, InvitationList, MemberDetail, MemberList
from accounts.api.views.workspaces import WorkspaceDetail

urlpatterns: list[URLPattern | URLResolver] = [
    path("workspaces/<str:workspace>/", WorkspaceDetail.as_view(), name="api-workspace"),
    path("members/", MemberList.as_view(), name="api-members"),
    path("members/<int:membership_id>/", MemberDetail.as_view(), name="api-member"),
    path("invitations/", InvitationList.as_view(), name="api-invitations"),
    path("invitations/<int:invitation_id>/", InvitationDetail.as_view(), name="api-invitation"),
    path("jobs/", JobList.as_view(), name="api-jobs"),
    path("jobs/<int:job_id>/", JobDetail.as_view(), name="api-job"),
    path("jobs/<int:job_id>/cancel/", JobCancel.as_view(), name="api-job-cancel"),
]
