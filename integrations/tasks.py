"""The import job."""
