"""Rebuilds over HTTP: derive a workspace's figures anew from its log, or prove that they are right."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of, workspace_of
from accounts.policies import Action
from common.api.bodies import body_of, check_body
from common.api.describing import WORKSPACE, describe
from common.clock import utc_now
from common.jobs.models import Job, JobState
from valuestream.selectors.rebuilding import get_derivation_for, query_derivations, tell_derivation, tell_derivations
from valuestream.services.requests import request_check, request_rebuild

EXAMPLE = {
    "id": 318,
    "workspace": 1,
    "only_checks": True,
    "state": "DONE",
    "done": 250,
    "total": 250,
    "stories": 250,
    "differences": 0,
    "shown": [],
    "error": "",
    "created_at": "2026-11-23T09:12:44Z",
    "finished_at": "2026-11-23T09:12:45Z",
}


class NewRebuild(serializers.Serializer[Any]):
    """What to begin."""

    workspace = serializers.CharField(required=False, help_text="Id or key of the workspace.")
    only_checks = serializers.BooleanField(
        required=False, default=False, help_text="Write nothing: compare what is stored with the log."
    )


class RebuildSerializer(serializers.Serializer[Any]):
    """How far a rebuild or a comparison with the log is."""

    id = serializers.IntegerField(source="job.pk", read_only=True)
    workspace = serializers.IntegerField(source="job.workspace_id", read_only=True)
    only_checks = serializers.BooleanField(source="is_check", read_only=True)
    state = serializers.ChoiceField(choices=JobState.choices, read_only=True)
    done = serializers.IntegerField(read_only=True, help_text="Ranges of stories rebuilt, or stories compared.")
    total = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Of so many; null until they are shared out."
    )
    stories = serializers.IntegerField(read_only=True, help_text="Stories derived or compared so far.")
    differences = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="That a comparison found; null before its end, and of a rebuild."
    )
    shown = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="The first 20 differences in words."
    )
    error = serializers.CharField(read_only=True, allow_blank=True)
    created_at = serializers.DateTimeField(source="job.created_at", read_only=True)
    finished_at = serializers.DateTimeField(
        source="job.finished_at", read_only=True, allow_null=True, help_text="Of a rebuild: when it was shared out."
    )


class RebuildList(ListAPIView[Job]):
    """The rebuilds of a workspace."""

    serializer_class = RebuildSerializer
    newest_first = True

    @describe("rebuilds_list", "List rebuilds", parameters=[WORKSPACE], example=EXAMPLE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a workspace's rebuilds and comparisons with the log, the newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Job]:
        """The jobs that lead them."""
        if getattr(self, "swagger_fake_view", False):
            return Job.objects.none()
        return query_derivations(workspace_id=workspace_of(self.request).pk)

    def paginate_queryset(self, queryset: Any) -> Any:
        """Return a page of them, each with how far it is."""
        page = super().paginate_queryset(queryset)
        return None if page is None else tell_derivations(jobs=page)

    @describe(
        "rebuilds_create",
        "Rebuild from the log, or compare with it",
        body=NewRebuild,
        answer=RebuildSerializer,
        status=202,
        body_example={"workspace": "FERRY", "only_checks": True},
        example={**EXAMPLE, "state": "QUEUED", "done": 0, "total": None, "differences": None, "finished_at": None},
    )
    def post(self, request: Request) -> Response:
        """Derive visits, times and daily flow anew from the log, shared out over all workers; or only compare.

        One that waits already is told instead of a second one. Nothing that people entered is touched.
        """
        body = body_of(request)
        place = take_workspace(request, body, Action.MANAGE_WORKSPACE)
        wanted = check_body(body=body, shape=NewRebuild)
        begin = request_check if wanted["only_checks"] else request_rebuild
        job = begin(workspace_id=place.pk, user_id=user_of(request).pk, now=utc_now())
        return Response(RebuildSerializer(tell_derivation(job=job)).data, status=202)


class RebuildDetail(APIView):
    """One rebuild."""

    @describe("rebuilds_retrieve", "Watch a rebuild", answer=RebuildSerializer, example=EXAMPLE)
    def get(self, request: Request, rebuild_id: int) -> Response:
        """Return how far a rebuild is; ask again until `state` is DONE, FAILED or CANCELLED."""
        found = get_derivation_for(user=user_of(request), job_id=rebuild_id, action=Action.VIEW)
        return Response(RebuildSerializer(found).data)
