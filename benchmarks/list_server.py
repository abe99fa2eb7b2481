"""Answers a list of contacts as Zoho would, one changed in each second, without keeping any of them.

Runs in a process of its own, so that its memory is not counted. ``?`` names page, size and stamp; the number of records
is the argument.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

#: When the first record changed, in unix seconds.
FIRST: Final = 1_700_000_000


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    records = 0

    def do_GET(self) -> None:
        """Answer a page."""
        query = dict(parse_qsl(urlsplit(self.path).query))
        body = json.dumps(self._page(query)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        after = int(datetime.fromisoformat(query["last_modified_time"]).timestamp())
        size = int(query["per_page"])
        start = max(0, after + 1 - FIRST) + (int(query["page"]) - 1) * size
        end = min(start + size, self.records)
        context = {"sort_column": "last_modified_time", "sort_order": "A", "has_more_page": end < self.records}
        return {"code": 0, "contacts": [_contact(number) for number in range(start, end)], "page_context": context}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def _contact(number: int) -> dict[str, str]:
    changed = f"{datetime.fromtimestamp(FIRST + number, UTC):%Y-%m-%dT%H:%M:%S}+0000"
    times = {"created_time": changed, "last_modified_time": changed}
    filling = {f"field_{field}": f"text {field} of {number}" for field in range(40)}
    return {"contact_id": str(10**17 + number), **times, **filling}


if __name__ == "__main__":
    _Handler.records = int(sys.argv[1])
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
