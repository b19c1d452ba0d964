"""Dates and figures of teams and sprints that can't be used."""


class CapacityProblem(ValueError):
    """Something about a team or a sprint that can't be; ``message`` says what to do, ``field`` names the input."""

    def __init__(self, message: str, *, field: str) -> None:
        """Keep the input's name beside the sentence."""
        super().__init__(message)
        self.field = field
        self.message = message
