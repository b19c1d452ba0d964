"""The client that operations go through."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.bench.data import Bench


class Api:
    """A client of the API that fails loudly."""

    def __init__(self, bench: Bench) -> None:
        self.client = Client()
        self.client.force_login(bench.user)

    def get(self, url: str) -> Any:
        """Return the answer to a GET, which must be 200."""
        return self._checked(self.client.get(url))

    def post(self, url: str, body: Any) -> Any:
        """Return the answer to a POST, which must succeed."""
        return self._checked(self.client.post(url, json.dumps(body), content_type="application/json"))

    def form(self, url: str, values: Any) -> Any:
        """Return the answer to a page's POST, which must succeed."""
        return self._checked(self.client.post(url, values))

    def _checked(self, answer: Any) -> Any:
        if answer.status_code >= 300:
            raise AssertionError(f"{answer.request['PATH_INFO']}: {answer.status_code} {answer.content[:500]!r}")
        return answer
