"""What all lists of the API share."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.generics import ListAPIView

from accounts.api.scope import workspace_of
from accounts.models import Workspace
from accounts.policies import Action

M = TypeVar("M", bound=Model)


class WorkspaceList(ListAPIView[M]):
    """A list of one workspace's things, by keyset."""

    def get_queryset(self) -> QuerySet[M]:
        """Return the rows of the workspace asked for."""
        if getattr(self, "swagger_fake_view", False):  # OpenAPI looks at the type only
            model: Any = self.get_serializer_class().Meta.model  # type: ignore[attr-defined]
            return model.objects.none()  # type: ignore[no-any-return]
        return self.list_rows(workspace_of(self.request, Action.VIEW))

    def list_rows(self, workspace: Workspace) -> QuerySet[M]:
        """Return the rows of a workspace."""
        raise NotImplementedError
