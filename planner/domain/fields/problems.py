"""What is wrong with a field's content or with a text in one of the two small languages, and where."""


class FieldProblem(ValueError):
    """Content that a field can't take; ``message`` says what to give instead."""

    def __init__(self, message: str, *, field: str) -> None:
        """Keep the field's key beside the sentence."""
        super().__init__(message)
        self.field = field
        self.message = message


class TextProblem(ValueError):
    """A formula or filter that can't be read; its text is "line 1, character 12: what to do".

    ``code`` is a stable word: syntax, type, unknown_field, removed_field, value, operator or limit. ``field``: the
    formula at fault, where several are read at once.
    """

    def __init__(self, message: str, *, text: str, at: int, code: str = "syntax", field: str = "") -> None:
        """``at``: offset into ``text`` from 0."""
        self.message = message
        self.code = code
        self.field = field
        self.at = at
        self.line = text.count("\n", 0, at) + 1
        self.character = at - (text.rfind("\n", 0, at) + 1) + 1
        super().__init__(f"line {self.line}, character {self.character}: {message}")


def refuse_unstorable(text: str) -> None:
    """Raises TextProblem where a text holds a NUL or half of a character pair, which no database takes."""
    at = next((place for place, each in enumerate(text) if is_unstorable(each)), -1)
    if at >= 0:
        raise TextProblem("take out the character here, which can't be stored.", text=text, at=at)


def is_unstorable(character: str) -> bool:
    """Whether a character is a NUL or half of a pair."""
    return character == "\x00" or "\ud800" <= character <= "\udfff"


def shorten(text: str, most: int = 40) -> str:
    """The text for a message: cut where it is long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
