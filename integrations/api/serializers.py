"""Imports as the API shows them."""

from typing import Any

from rest_framework import serializers

from common.api.jobs import JobSerializer
from integrations.formats import FORMATS
from integrations.formats.items import Subtasks
from integrations.models import ImportRefusal, ImportRun


class ImportUploadSerializer(serializers.Serializer[Any]):
    """What to send, as multipart/form-data."""

    file = serializers.FileField(help_text="The file; archives are refused.")
    format = serializers.ChoiceField(choices=[(found.name, found.label) for found in FORMATS.values()])
    subtasks = serializers.ChoiceField(
        choices=[(kind.value, kind.value) for kind in Subtasks],
        default=Subtasks.STORIES.value,
        help_text="What sub-tasks become: stories of their own with their whole history, or tasks of their story.",
    )
    workspace = serializers.CharField(
        required=False, help_text="Id or key; not needed by a user who has one workspace."
    )


class ImportRunSerializer(serializers.ModelSerializer[ImportRun]):
    """One import: the file, its job, and the counts of what is in so far."""

    workspace = serializers.CharField(source="workspace.key", read_only=True)
    job = JobSerializer(read_only=True)

    class Meta:
        model = ImportRun
        fields = ["id", "workspace", "format", "subtasks", "file_name", "size_bytes", "counts", "created_at", "job"]
        read_only_fields = fields


class ImportRefusalSerializer(serializers.ModelSerializer[ImportRefusal]):
    """One thing that did not go in: where it stands in the file, what it belongs to, and why."""

    class Meta:
        model = ImportRefusal
        fields = ["id", "place", "item", "field", "reason"]
        read_only_fields = fields
