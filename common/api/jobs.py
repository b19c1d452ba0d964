"""Jobs as the API shows them."""

from typing import Any

from rest_framework import serializers

from common.jobs.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    """A background action: where it is, how far, and what came of it."""

    url = serializers.SerializerMethodField()
    progress = serializers.FloatField(read_only=True, allow_null=True, help_text="Share done, 0 to 1.")
    result = serializers.JSONField(read_only=True, help_text="What came of it; null until then.")

    class Meta:
        model = Job
        fields = [
            *("id", "url", "kind", "state", "progress", "progress_done", "progress_total", "message", "result"),
            *("error", "cancel_requested", "created_at", "started_at", "finished_at"),
        ]
        read_only_fields = fields

    def get_url(self, job: Job) -> str:
        """Where to ask again."""
        path = f"/api/v1/jobs/{job.pk}/"
        request: Any = self.context.get("request")
        return str(request.build_absolute_uri(path)) if request else path
