"""Applications, capabilities and estimates over HTTP."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.scope import take_workspace, user_of
from accounts.models import Workspace
from accounts.policies import Action
from common.api.bodies import body_of, read_body, take_version
from common.api.describing import WORKSPACE, describe, id_filter
from common.api.queries import read_ids
from common.clock import utc_now
from planner.api import examples
from planner.api.actors import actor_of
from planner.api.estimating import read_estimate
from planner.api.serializers.plan import (
    ApplicationChange,
    ApplicationSerializer,
    CapabilityChange,
    CapabilitySerializer,
    EstimateSerializer,
    NewApplication,
    NewCapability,
    NewEstimate,
)
from planner.api.serializers.values import CapabilityDetailSerializer
from planner.api.views.listing import WorkspaceList
from planner.models import Application, Capability, Estimate
from planner.selectors.capabilities import list_capabilities, list_estimates
from planner.selectors.fetch import get_application_for, get_capability_for, get_story_for
from planner.selectors.listing import list_applications
from planner.services.applications import create_application, delete_application, update_application
from planner.services.capabilities import create_capability, delete_capability, update_capability
from planner.services.estimates import estimate_value


class ApplicationList(WorkspaceList[Application]):
    """The applications of a workspace."""

    serializer_class = ApplicationSerializer

    @describe("applications_list", "List applications", parameters=[WORKSPACE], example=examples.APPLICATION)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the products a workspace works on; applications may nest."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Application]:
        """Return the workspace's applications."""
        return list_applications(workspace=workspace)

    @describe(
        "applications_create",
        "Create an application",
        body=NewApplication,
        answer=ApplicationSerializer,
        status=201,
        body_example={"key": "FRT", "name": "Freight"},
        example=examples.APPLICATION,
    )
    def post(self, request: Request) -> Response:
        """Create an application; its key begins the keys of what is created in it."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_PLAN)
        fields = read_body(body=body, shape=NewApplication, workspace_id=workspace.pk)
        application = create_application(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(ApplicationSerializer(application).data, status=201)


class ApplicationDetail(APIView):
    """One application."""

    @describe(
        "applications_retrieve", "Read an application", answer=ApplicationSerializer, example=examples.APPLICATION
    )
    def get(self, request: Request, application_id: int) -> Response:
        """Return an application."""
        found = get_application_for(user=user_of(request), application_id=application_id, action=Action.VIEW)
        return Response(ApplicationSerializer(found).data)

    @describe(
        "applications_partial_update",
        "Change an application",
        body=ApplicationChange,
        answer=ApplicationSerializer,
        body_example={"name": "Freight booking"},
        example=examples.APPLICATION,
    )
    def patch(self, request: Request, application_id: int) -> Response:
        """Change what is named. Keys already given out stay as they are."""
        found = get_application_for(user=user_of(request), application_id=application_id, action=Action.EDIT_PLAN)
        fields = read_body(body=body_of(request), shape=ApplicationChange, workspace_id=found.workspace_id)
        found = update_application(application=found, changes=fields, actor=actor_of(request), now=utc_now())
        return Response(ApplicationSerializer(found).data)

    @describe("applications_destroy", "Delete an application", status=204)
    def delete(self, request: Request, application_id: int) -> Response:
        """Delete an application that nothing belongs to; 409 otherwise."""
        found = get_application_for(user=user_of(request), application_id=application_id, action=Action.EDIT_PLAN)
        delete_application(application=found, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class CapabilityList(WorkspaceList[Capability]):
    """The capabilities of a workspace."""

    serializer_class = CapabilitySerializer

    @describe(
        "capabilities_list",
        "List capabilities",
        parameters=[WORKSPACE, id_filter("application", "application")],
        example=examples.CAPABILITY,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the units that earn money, with their figures as of the newest estimate."""
        return super().get(request, *args, **kwargs)

    def list_rows(self, workspace: Workspace) -> QuerySet[Capability]:
        """Return the workspace's capabilities."""
        return list_capabilities(workspace=workspace).filter(**read_ids(self.request, ["application"]))

    @describe(
        "capabilities_create",
        "Create a capability",
        body=NewCapability,
        answer=CapabilitySerializer,
        status=201,
        body_example={"title": "Rebook by phone in one call", "application": 2},
        example=examples.CAPABILITY,
    )
    def post(self, request: Request) -> Response:
        """Create a capability of an application. It is unvalued until somebody estimates it."""
        body = body_of(request)
        workspace = take_workspace(request, body, Action.EDIT_PLAN)
        fields = read_body(body=body, shape=NewCapability, workspace_id=workspace.pk)
        capability = create_capability(workspace=workspace, actor=actor_of(request), now=utc_now(), **fields)
        return Response(CapabilitySerializer(capability).data, status=201)


class CapabilityDetail(APIView):
    """One capability."""

    @describe(
        "capabilities_retrieve",
        "Read a capability",
        answer=CapabilityDetailSerializer,
        example=examples.CAPABILITY_DETAIL,
    )
    def get(self, request: Request, capability_id: int) -> Response:
        """Return a capability with what it returns on the work left; its `version` goes with the next change."""
        found = get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.VIEW)
        return Response(CapabilityDetailSerializer(found).data)

    @describe(
        "capabilities_partial_update",
        "Change a capability",
        body=CapabilityChange,
        answer=CapabilitySerializer,
        body_example={"due_date": "2026-06-30", "version": 1},
        example=examples.CAPABILITY,
    )
    def patch(self, request: Request, capability_id: int) -> Response:
        """Change what is named. Its stories follow it into another application."""
        found = get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.EDIT_PLAN)
        fields = read_body(body=body_of(request), shape=CapabilityChange, workspace_id=found.workspace_id)
        version = take_version(fields)
        found = update_capability(
            capability=found, changes=fields, version=version, actor=actor_of(request), now=utc_now()
        )
        return Response(CapabilitySerializer(found).data)

    @describe("capabilities_destroy", "Delete a capability", status=204)
    def delete(self, request: Request, capability_id: int) -> Response:
        """Delete a capability that has no stories, with its estimates; 409 otherwise."""
        found = get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.EDIT_PLAN)
        delete_capability(capability=found, actor=actor_of(request), now=utc_now())
        return Response(status=204)


class EstimateList(ListAPIView[Estimate]):
    """The estimates of one thing, newest first."""

    serializer_class = EstimateSerializer
    newest_first = True
    queryset = Estimate.objects.none()


class CapabilityEstimates(EstimateList):
    """The estimates of a capability."""

    @describe("capabilities_estimates_list", "List a capability's estimates", example=examples.ESTIMATE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return every estimate it ever had, the newest first: what people thought, when and why."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Estimate]:
        """Return the capability's estimates."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        pk = self.kwargs["capability_id"]
        return list_estimates(
            capability=get_capability_for(user=user_of(self.request), capability_id=pk, action=Action.VIEW)
        )

    @describe(
        "capabilities_estimates_create",
        "Estimate a capability's value",
        body=NewEstimate,
        answer=EstimateSerializer,
        status=201,
        body_example=examples.NEW_ESTIMATE,
        example=examples.ESTIMATE,
    )
    def post(self, request: Request, capability_id: int) -> Response:
        """Say what the capability is worth from now on, and why. Estimates are appended, never changed."""
        found = get_capability_for(user=user_of(request), capability_id=capability_id, action=Action.EDIT_VALUE)
        model, reason = read_estimate(request, workspace=found.workspace)
        estimate = estimate_value(capability=found, model=model, reason=reason, actor=actor_of(request), now=utc_now())
        return Response(EstimateSerializer(estimate).data, status=201)


class StoryEstimates(EstimateList):
    """The estimates of a story of its own."""

    @describe("stories_estimates_list", "List a story's estimates", example=examples.ESTIMATE)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return every estimate it ever had, the newest first. A story in a capability shares in that one's value."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Estimate]:
        """Return the story's estimates."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        story = get_story_for(user=user_of(self.request), story_id=self.kwargs["story_id"], action=Action.VIEW)
        return list_estimates(story=story)

    @describe(
        "stories_estimates_create",
        "Estimate the value of a story of its own",
        body=NewEstimate,
        answer=EstimateSerializer,
        status=201,
        body_example=examples.NEW_ESTIMATE,
        example=examples.ESTIMATE,
    )
    def post(self, request: Request, story_id: int) -> Response:
        """Say what a story outside capabilities is worth from now on, and why."""
        story = get_story_for(user=user_of(request), story_id=story_id, action=Action.EDIT_VALUE)
        model, reason = read_estimate(request, workspace=story.workspace)
        estimate = estimate_value(story=story, model=model, reason=reason, actor=actor_of(request), now=utc_now())
        return Response(EstimateSerializer(estimate).data, status=201)
