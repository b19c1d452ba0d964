"""What a failed sign-in leaves behind, for a while."""

from django.db import models


class FailedSignIn(models.Model):
    """One wrong password: kept for some minutes, to slow down whoever guesses. The name may be nobody's."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    failed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "address", "failed_at"], name="failed_sign_in_by_name"),
            models.Index(fields=["failed_at"], name="failed_sign_in_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.username} from {self.address}"
