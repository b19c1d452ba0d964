"""The value stream's background jobs."""
