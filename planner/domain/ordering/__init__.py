"""The parts of the money-optimal order: closures, Sidney blocks, exact search inside a block, pins, the work itself."""
