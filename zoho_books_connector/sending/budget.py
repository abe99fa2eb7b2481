"""The budget of a host that paces nothing: the place where a shared rate budget goes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext


class Unlimited:
    """Lets every request through at once; Zoho's own limits still answer with ``RateLimitedError``."""

    def slot(self, bucket: str, *, wait: float) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's names
        """Hold nothing and wait for nothing."""
        return nullcontext()
