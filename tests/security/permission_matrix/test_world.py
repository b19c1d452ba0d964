"""The world that everybody is asked in leaves nothing behind."""

import pytest

from accounts.models import User, Workspace


@pytest.mark.django_db
def test_nothing_of_the_world_stays() -> None:
    assert not User.objects.exists()
    assert not Workspace.objects.exists()
