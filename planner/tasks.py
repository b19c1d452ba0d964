"""The planner's background jobs."""
