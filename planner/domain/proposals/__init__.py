"""From two orders to a proposal: the fewest moves, what each saves and why, and which are too close to call."""
