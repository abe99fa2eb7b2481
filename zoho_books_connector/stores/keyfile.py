"""Keys as text: read from a variable or a file, and the file made on first use, for its owner alone."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from zoho_books_connector.stores.failures import store_error

KEY_BYTES: Final = 32
_OWNER_ALONE: Final = 0o600
#: How often a file that another process is just making is looked at again, and the pause between, in seconds.
_LOOKS, _PAUSE = 50, 0.02


def parse_keys(text: str, *, source: str) -> list[bytes]:
    """Return the keys in ``text``, separated by commas or white space; ``source`` names the text in errors."""
    words = re.split(r"[,\s]+", text.strip().strip(",").strip())
    if words == [""]:
        raise store_error("store_key_empty", source=source)
    keys = [_parse_key(word) for word in words]
    found = [key for key in keys if key is not None]
    if len(found) != len(keys):
        raise store_error("store_key_invalid", source=source)
    return found


def _parse_key(word: str) -> bytes | None:
    """Return the 32 bytes that 64 hexadecimal digits, or 43 of base64 in either alphabet, stand for."""
    try:
        if len(word) == 2 * KEY_BYTES:
            return bytes.fromhex(word)
        plain = word.rstrip("=").replace("-", "+").replace("_", "/")
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return key if len(key) == KEY_BYTES else None


def read_or_create(path: Path, variable: str, sleep: Callable[[float], None] = time.sleep) -> str:
    """Return the text of the key file, and make it when there is none.

    Made with ``O_EXCL``, so that of several processes that start at once one writes and the others read its key. On
    POSIX its mode is 0600, and a file that others may read is refused. On Windows the file has the access rights of
    the folder it is in; below the user's profile these admit the user, the system and administrators.
    """
    try:
        if created := _create(path):
            return created
        for _ in range(_LOOKS):
            if text := _read(path).strip():
                return text
            sleep(_PAUSE)
    except OSError as error:
        raise store_error("store_key_unreadable", path=str(path), variable=variable) from error
    raise store_error("store_key_empty", source=f"The key file {path}")


def _create(path: Path) -> str | None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ALONE)
    except FileExistsError:
        return None
    text = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)  # half a key would stop every later start
        raise
    return text


def _read(path: Path) -> str:
    # What is not text becomes a faulty key, not a decoding error, which would carry the file's bytes along.
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise store_error("store_key_exposed", path=str(path))
        return file.read(64 * 1024)
