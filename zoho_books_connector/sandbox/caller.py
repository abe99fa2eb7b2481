"""A small HTTP caller for tests: it sends exactly what it is told and judges nothing."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from .messages import FORM


@dataclass(frozen=True)
class Reply:
    """An answer as it came; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """The body read as JSON."""
        data: dict[str, Any] = json.loads(self.body)
        return data

    @property
    def code(self) -> int:
        """The envelope's code."""
        return int(self.data["code"])


class Caller:
    """Calls one origin over one connection that is kept alive, with an organization and a token if given."""

    def __init__(
        self, base_url: str, access_token: str | None = None, organization_id: str | None = None, *, timeout: float = 10
    ) -> None:
        """`base_url` may have a path, such as the one of the Books API."""
        parts = urlsplit(base_url)
        self._base_path = parts.path
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
        self._token = access_token
        self._organization_id = organization_id

    def get(self, path: str, **query: object) -> Reply:
        """Read."""
        return self.call("GET", path, query=query)

    def post(self, path: str, body: object = None, **query: object) -> Reply:
        """Create."""
        return self.call("POST", path, body=body, query=query)

    def put(self, path: str, body: object = None, **query: object) -> Reply:
        """Update."""
        return self.call("PUT", path, body=body, query=query)

    def delete(self, path: str, **query: object) -> Reply:
        """Delete."""
        return self.call("DELETE", path, query=query)

    def form(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        """Post a form."""
        return self.call("POST", path, body=urlencode(fields).encode(), headers={"Content-Type": FORM, **headers})

    def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send; a body that is not bytes goes as JSON."""
        pairs = {name: str(value) for name, value in (query or {}).items()}
        if self._organization_id is not None:
            pairs.setdefault("organization_id", self._organization_id)
        sent = {} if self._token is None else {"Authorization": f"Zoho-oauthtoken {self._token}"}
        payload = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if payload is not None:
            sent["Content-Type"] = "application/json"
        target = f"{self._base_path}{path}" + (f"?{urlencode(pairs)}" if pairs else "")
        try:
            self._connection.request(method, target, payload, sent | dict(headers or {}))
            with self._connection.getresponse() as response:
                found = {name.lower(): value for name, value in response.getheaders()}
                return Reply(response.status, found, response.read())
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Self:
        """Use as a context manager to have it closed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()
