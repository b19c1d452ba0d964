"""The integrations' models, one aggregate a module."""

from integrations.models.external_link import ExternalLink
from integrations.models.import_run import ImportPending, ImportRefusal, ImportRun

__all__ = ["ExternalLink", "ImportPending", "ImportRefusal", "ImportRun"]
