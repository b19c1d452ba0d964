"""Reading JSON bodies strictly: NaN and Infinity are not numbers, and nesting has a limit."""

from typing import Any

from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it."""

    strict = True

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the body; a body nested too deep to parse is an error like any other broken one."""
        from rest_framework.exceptions import ParseError

        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deep to be a request to this API.") from None
