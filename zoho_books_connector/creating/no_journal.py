"""What stands for the journal of a host that keeps none: it remembers nothing, so nothing can be proven."""

from __future__ import annotations

from zoho_books_connector.boundary import JournalEntry, Stamp


class NoJournal:
    """A ``Journal`` that knows no key and lets no record be claimed."""

    def begin(self, key: str, entry: JournalEntry) -> JournalEntry | None:  # noqa: ARG002 - the protocol's names
        """Know nothing."""
        return None

    def take(self, key: str, *, seen: Stamp, busy_until: Stamp) -> bool:  # noqa: ARG002 - the protocol's names
        """Let the caller send."""
        return True

    def rest(self, key: str, *, seen: Stamp, began: Stamp, busy_until: Stamp) -> None:
        """Note nothing."""

    def finish(self, key: str, record: str) -> None:
        """Note nothing."""

    def claim(self, key: str, record: str, *, created_at: float) -> bool:  # noqa: ARG002 - the protocol's names
        """Refuse: whether another key has the record is not known."""
        return False

    def holder(self, record: str) -> str | None:  # noqa: ARG002 - the protocol's names
        """Know nothing."""
        return None

    def forget(self, key: str) -> None:
        """Have nothing to forget."""

    def free(self, key: str, *, seen: Stamp) -> None:
        """Note nothing."""
