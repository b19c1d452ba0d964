"""What a team can do in a sprint, what it did, and how a sprint burns down."""
