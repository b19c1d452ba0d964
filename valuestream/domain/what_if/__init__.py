"""What people, limits and arrivals would change: a stream as a network of queues (docs/algorithms/what-if.md)."""
