"""Django's entry for the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, workspaces, memberships, tokens and policies."""

    name = "accounts"
