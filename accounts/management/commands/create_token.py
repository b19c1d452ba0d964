"""`manage.py create_token --user NAME`: an API token for scripts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services.tokens import create_api_token


class Command(BaseCommand):
    """Prints the token and nothing else, so that TOKEN=$(manage.py create_token --user NAME) works."""

    help = "Create an API token for a user and print it. It is shown this once only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, metavar="NAME", help="The name the person signs in with.")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["user"]
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {name!r}.")
        self.stdout.write(create_api_token(user=user))
