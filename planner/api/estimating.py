"""Reading an estimate from a body."""

from typing import Any

from rest_framework.request import Request

from accounts.models import Workspace
from common.api.bodies import body_of, read_body
from common.errors import InvalidInput
from planner.api.serializers.plan import NewEstimate
from planner.domain.value.model import ValueModel, ValueModelError, parse_model


def read_estimate(request: Request, *, workspace: Workspace) -> tuple[ValueModel, Any]:
    """Return the value model (horizon and rate default to the workspace's) and the reason.

    A path in an error is that of the body: `model.sources[0].inputs.users.low`.
    """
    fields = read_body(body=body_of(request), shape=NewEstimate, workspace_id=workspace.pk)
    horizon, rate = workspace.horizon_weeks, workspace.discount_rate
    try:
        return parse_model(fields["model"], horizon_weeks=horizon, discount_rate=rate), fields["reason"]
    except ValueModelError as error:
        raise InvalidInput(field_errors={_path(path): texts for path, texts in error.errors.items()}) from None


def _path(path: str) -> str:
    return f"model.{path}" if path else "model"
