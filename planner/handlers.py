"""What the planner does after a commit: only enqueue jobs."""
