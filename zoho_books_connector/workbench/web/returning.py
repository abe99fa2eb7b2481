"""Where a page goes back to when its work is done: a path of this workbench, whatever its address says."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from starlette.datastructures import Headers

_LONGEST: Final = 2000


def local_path(text: object) -> str | None:
    """Return ``text`` when it is a path of this workbench, and ``None`` for whatever could lead elsewhere.

    Browsers read a backslash as a slash, and leave out tabs and line ends.
    """
    if not isinstance(text, str) or not text.startswith("/") or text.startswith("//") or len(text) > _LONGEST:
        return None
    if "\\" in text or any(character <= " " or character == "\x7f" for character in text):
        return None
    return text


def referring_path(headers: Headers, here: str) -> str | None:
    """Return the page of this workbench that led ``here``, a path; ``None`` for a stranger, and for the page itself."""
    try:
        parts = urlsplit(headers.get("referer", ""))
    except ValueError:
        return None
    if parts.netloc != headers.get("host") or parts.path == here:
        return None
    return local_path(urlunsplit(("", "", parts.path, parts.query, "")))


def with_connection(path: str, connection_id: str) -> str:
    """Return a local path whose query names a connection."""
    parts = urlsplit(path)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "connection"]
    return f"{parts.path}?{urlencode([*pairs, ('connection', connection_id)])}"
