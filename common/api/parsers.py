"""Reading JSON bodies strictly: NaN is no number, half a surrogate pair is no text, and nesting has a limit."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from common.errors import InvalidInput

# The only way half a surrogate pair gets into a body that is UTF-8; emoji are escaped so too, and are fine.
ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
NO_TEXT = "Remove the characters that can't be stored: half of a surrogate pair."


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it, in UTF-8. Django limits its length (DATA_UPLOAD_MAX_MEMORY_SIZE)."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the body. Raises ParseError for what is not JSON, InvalidInput naming each text that is none."""
        body = stream.read()
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
            broken = set(_find_broken_texts(value, "")) if ESCAPED_SURROGATE.search(body) else set()
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8 text.") from None
        except RecursionError:
            raise ParseError("The JSON is nested too deep to be a request to this API.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from None
        if broken:
            raise InvalidInput(field_errors={path or "body": [NO_TEXT] for path in sorted(broken)})
        return value


def _find_broken_texts(value: Any, path: str) -> Iterator[str]:
    """Yield the paths (`stories[3].title`) of texts that no encoding can write; a name that is one is its object's."""
    if isinstance(value, str) and not _is_text(value):
        yield path
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _find_broken_texts(inner, f"{path or 'body'}[{index}]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            if _is_text(name):
                yield from _find_broken_texts(inner, f"{path}.{name}" if path else name)
            else:
                yield path


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON.")
