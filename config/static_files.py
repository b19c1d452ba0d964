"""Which static files are published: what esbuild built, not the sources it built from."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class PublishedFilesConfig(StaticFilesConfig):
    """Leaves the sources out of `collectstatic`: their imports are npm's and mean nothing to a browser."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "css/*", "js/*"]
