"""The addresses of stories and capabilities, which people know by their keys."""

from django.urls import reverse

from planner.models import Capability, Story


def story_address(story: Story) -> str:
    """Return the address of a story's page."""
    return reverse("story", args=[story.workspace.key, story.key])


def capability_address(capability: Capability) -> str:
    """Return the address of a capability's page."""
    return reverse("capability", args=[capability.workspace.key, capability.key])
