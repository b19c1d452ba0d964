"""What the value stream does after a commit: only enqueue jobs."""
