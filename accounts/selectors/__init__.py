"""The doors into accounts: every fetch checks permission."""

from accounts.selectors.workspaces import get_workspace_for, list_workspaces_for, require, role_of

__all__ = ["get_workspace_for", "list_workspaces_for", "require", "role_of"]
