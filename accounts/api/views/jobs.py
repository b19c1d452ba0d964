"""Jobs over HTTP: watch and cancel. They live here, not in common, because seeing one takes a membership."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import user_of, workspace_of
from accounts.policies import Action
from accounts.selectors.jobs import get_job_for
from common.api import examples
from common.api.describing import WORKSPACE, describe
from common.api.jobs import JobSerializer
from common.api.queries import read_word
from common.clock import utc_now
from common.jobs.models import Job, JobState
from common.jobs.selectors import list_jobs
from common.jobs.services import cancel_job

STATE = OpenApiParameter("state", OpenApiTypes.STR, enum=list(JobState.values))


class JobList(ListAPIView[Job]):
    """The background actions of a workspace."""

    serializer_class = JobSerializer
    newest_first = True

    @describe("jobs_list", "List jobs", parameters=[WORKSPACE, STATE], example=examples.JOB)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a workspace's background actions, the newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Job]:
        """Return the jobs of the workspace asked for."""
        if getattr(self, "swagger_fake_view", False):
            return Job.objects.none()
        jobs = list_jobs(workspace_id=workspace_of(self.request).pk)
        state = read_word(self.request, "state", JobState.values)
        return jobs.filter(state=state) if state else jobs


class JobDetail(APIView):
    """One job."""

    @describe("jobs_retrieve", "Watch a job", answer=JobSerializer, example=examples.JOB)
    def get(self, request: Request, job_id: int) -> Response:
        """Return how far a job is; ask again until `state` is DONE, FAILED or CANCELLED."""
        job = get_job_for(user=user_of(request), job_id=job_id, action=Action.VIEW)
        return Response(JobSerializer(job, context={"request": request}).data)


class JobCancel(APIView):
    """The end of a job before its time."""

    @describe("jobs_cancel", "Cancel a job", answer=JobSerializer, example=examples.JOB)
    def post(self, request: Request, job_id: int) -> Response:
        """Stop a job: at once when it waits, at its next batch when it runs. What is committed stays."""
        job = get_job_for(user=user_of(request), job_id=job_id, action=Action.IMPORT)
        job = cancel_job(job=job, now=utc_now())
        return Response(JobSerializer(job, context={"request": request}).data)
