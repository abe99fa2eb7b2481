"""The keys that connections are encrypted with: the first one encrypts, every one decrypts."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from zoho_books_connector.stores.failures import store_error
from zoho_books_connector.stores.keyfile import KEY_BYTES, parse_keys, read_or_create

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VARIABLE: Final = "ZOHO_BOOKS_KEY"
#: 96 bits at random for every write, as AES-GCM wants it: good for 2**32 writes with one key.
_NONCE_BYTES: Final = 12


class KeyRing:
    """One or several 256-bit keys. To rotate, put the new key first and call ``ConnectionStore.rewrap``."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        named = {_key_id(key): key for key in keys}
        if not named or any(len(key) != KEY_BYTES for key in named.values()):
            raise store_error("store_key_invalid", source="The key ring")
        self._keys = named
        #: Id of the key that encrypts; says nothing about the key itself.
        self.current: str = next(iter(named))

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A key ring is not pickled, for the keys would leave the process in clear.")

    @classmethod
    def generate(cls) -> KeyRing:
        """Return a ring with one new key, which is lost with the process."""
        return cls([secrets.token_bytes(KEY_BYTES)])

    @classmethod
    def from_environment(cls, path: str | Path, environ: Mapping[str, str] = os.environ) -> KeyRing:
        """Take the keys from ``ZOHO_BOOKS_KEY``, else from the key file at ``path``, which is made on first use.

        The variable holds one key or several, separated by commas, the current one first; each is 32 bytes as base64
        or hexadecimal. It wins over the file, which is then not even looked at.
        """
        text = environ.get(VARIABLE)
        if text is None:
            return cls(parse_keys(read_or_create(Path(path), VARIABLE), source=f"The key file {path}"))
        return cls(parse_keys(text, source=f"The environment variable {VARIABLE}"))

    def seal(self, plaintext: bytes, place: str) -> tuple[str, bytes]:
        """Encrypt with the current key, for one ``place`` only; returns the key's id and nonce + ciphertext."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self.current, nonce + self._ciphers[self.current].encrypt(nonce, plaintext, place.encode())

    def unseal(self, key_id: object, box: object, place: str) -> bytes:
        """Decrypt what was sealed for ``place``; raises ``CredentialError`` for a wrong key or a changed box."""
        cipher = self._ciphers.get(key_id) if isinstance(key_id, str) else None
        if cipher is None:
            raise store_error("store_key_missing", key_id=_shown(key_id))
        if not isinstance(box, bytes) or len(box) <= _NONCE_BYTES:
            raise store_error("store_tampered")
        from cryptography.exceptions import InvalidTag

        try:
            return cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise store_error("store_tampered") from None

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        except ImportError as error:
            raise store_error("store_extra_missing") from error
        return {key_id: AESGCM(key) for key_id, key in self._keys.items()}


def _key_id(key: bytes) -> str:
    """Return a short name for a key, from a hash; 32 random bytes cannot be guessed back from it."""
    return hashlib.sha256(b"zoho-books-connector key id" + key).hexdigest()[:8]


def _shown(key_id: object) -> str:
    """Return a key id as it may stand in a message, or ``unknown`` for what nobody here wrote."""
    return key_id if isinstance(key_id, str) and key_id.isalnum() and len(key_id) == 8 else "unknown"
