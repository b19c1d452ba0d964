"""The change feed: one row per change, one stream per browser."""
