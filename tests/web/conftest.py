"""What every test of a page begins with: its module's workspace, and someone of it in a browser."""

import pytest
from django.test import Client

from accounts.models import Workspace
from tests.factories import owner_of


@pytest.fixture
def reader(client: Client, workspace: Workspace) -> Client:
    """Sign the workspace's owner in."""
    client.force_login(owner_of(workspace))
    return client
