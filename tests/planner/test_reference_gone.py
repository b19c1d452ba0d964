"""Errors at the boundary: what the database refuses at the commit is told like any other conflict."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from common.web.errors import reference_gone
from planner.models import State, Story
from planner.services.story_inputs import read_changes
from tests.factories import make_story, make_workspace, owner_of, state_named


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    """A story whose next state is deleted between the moment it is fetched and the commit."""
    workspace = make_workspace("FKEY")

    def read_and_delete(**more: Any) -> dict[str, Any]:
        clean = read_changes(**more)
        State.objects.filter(pk=clean["state"].pk).delete()
        return clean

    monkeypatch.setattr("planner.services.stories.read_changes", read_and_delete)
    return make_story(workspace)


@pytest.mark.django_db(transaction=True)
def test_a_state_that_was_deleted_meanwhile_is_a_conflict_on_a_page(client: Client, story: Story) -> None:
    client.force_login(owner_of(story.workspace))
    ready = state_named(story.workspace, "Ready")

    response = client.post(
        reverse("story-update", args=["FKEY", story.key]), {"state": ready.pk}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 409
    assert "was deleted meanwhile" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_state_that_was_deleted_meanwhile_is_a_conflict_in_the_api(client: Client, story: Story) -> None:
    client.force_login(owner_of(story.workspace))
    ready = state_named(story.workspace, "Ready")

    response = client.post(
        f"/api/v1/stories/{story.pk}/transition/", {"state": ready.pk}, content_type="application/json"
    )

    assert (response.status_code, response.json()["code"]) == (409, "reference_gone")


def test_a_broken_rule_of_ours_stays_an_error() -> None:
    assert reference_gone(IntegrityError('violates check constraint "story_points_not_negative"')) is None
