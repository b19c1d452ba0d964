"""Background actions: a row that is written with the change that wants it, and a message that wakes a worker."""
