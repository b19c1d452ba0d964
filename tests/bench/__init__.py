"""`script/bench`: seeded data, real PostgreSQL, one JSON line per operation. Bars are in the report, not in a test."""
