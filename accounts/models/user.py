"""A person who signs in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """Our own user model from the first migration, so that it can grow without a migration crisis."""

    display_name = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = "user"
        verbose_name_plural = "users"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="user_email_once",
                violation_error_message="Someone already uses this e-mail address.",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.get_full_name() or self.username
