"""The budget of a host that paces nothing: the place where a shared rate budget goes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Final

from zoho_books_connector.boundary import CallEnd, Slot


class _Free:
    def end(self, end: CallEnd) -> None:
        """Learn nothing."""


_FREE: Final = _Free()


class Unlimited:
    """Lets every request through at once; Zoho's own limits still answer with ``RateLimitedError``."""

    def slot(self, bucket: str, *, wait: float, interactive: bool = False) -> AbstractContextManager[Slot]:  # noqa: ARG002 - the protocol's names
        """Hold nothing and wait for nothing."""
        return nullcontext(_FREE)
