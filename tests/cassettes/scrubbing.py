"""Takes every secret out of what is recorded, in requests and in answers; the only place that says how.

vcrpy's header filter touches requests only, its form filter request bodies only, so a token in an answer and a cookie
need a hook of their own. The same filters run on a request that is replayed, so what is scrubbed still matches.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

#: What a recorded answer is to vcrpy: status, headers (name → values) and body.
Answer = dict[str, Any]
#: A hook of vcrpy: takes a request or an answer and returns it, changed or not.
Hook = Callable[[Any], Any]

MASK: Final = "scrubbed"

#: Headers that hold a secret are masked; headers that change from one machine to the next are left out.
_SECRET_HEADERS: Final = ("authorization", "cookie", "proxy-authorization")
_CHANGING_HEADERS: Final = ("accept-encoding", "connection", "content-length", "host", "user-agent")
#: Fields of a form body or a query: of a code exchange, a refresh, a revocation.
_SECRET_FIELDS: Final = ("access_token", "client_id", "client_secret", "code", "refresh_token", "token")
_SECRET_KEYS: Final = frozenset({"access_token", "refresh_token", "id_token"})
_DROPPED_ANSWER_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})


def settings(*, request: Hook | None = None, answer: Hook | None = None) -> dict[str, Any]:
    """Return vcrpy's settings; ``request`` and ``answer`` are further hooks, run after the scrubbing."""
    fields = [(name, MASK) for name in _SECRET_FIELDS]
    return {
        "filter_headers": [
            *((name, MASK) for name in _SECRET_HEADERS),
            *((name, None) for name in _CHANGING_HEADERS),
        ],
        "filter_query_parameters": fields,
        "filter_post_data_parameters": fields,
        "before_record_request": request,
        "before_record_response": [_scrub_answer, *([answer] if answer else [])],
        "decode_compressed_response": True,
    }


def _scrub_answer(answer: Answer) -> Answer:
    headers = {
        name: values for name, values in answer["headers"].items() if name.lower() not in _DROPPED_ANSWER_HEADERS
    }
    body = answer["body"]["string"]
    return {**answer, "headers": headers, "body": {"string": _scrub_json(body)}}


def _scrub_json(body: bytes) -> bytes:
    """Mask tokens at any depth; a body without any stays as it is, byte for byte."""
    try:
        content = json.loads(body)
    except ValueError:
        return body
    scrubbed = _masked(content)
    return body if scrubbed == content else json.dumps(scrubbed, ensure_ascii=False).encode()


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: MASK if key in _SECRET_KEYS and isinstance(item, str) else _masked(item) for key, item in value.items()
        }
    return [_masked(item) for item in value] if isinstance(value, list) else value
