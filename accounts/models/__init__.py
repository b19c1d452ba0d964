"""The accounts models, one aggregate a module."""

from accounts.models.invitation import Invitation
from accounts.models.sign_in import FailedSignIn
from accounts.models.user import User
from accounts.models.workspace import Membership, Workspace

__all__ = ["FailedSignIn", "Invitation", "Membership", "User", "Workspace"]
