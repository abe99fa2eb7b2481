"""A host that is killed at random: the endpoint on a port, and two workers on the inbox, until that happens.

Every handling is noted in a file before it counts, and every acknowledgement after it is on the disk.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import threading
from pathlib import Path
from typing import Final

from trials.delivering.server import serve
from zoho_books_connector.boundary import Event
from zoho_books_connector.stores import SqliteInbox, Taken
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.endpoint import webhook_endpoint
from zoho_books_connector.trigger.worker import deliver

SECRET: Final = "zohobooks1234"  # noqa: S105 - the secret of a sandbox
TOKEN: Final = "a-random-header-token"  # noqa: S105 - as above
TOKEN_HEADER: Final = "X-Connector-Token"  # noqa: S105 - a header's name
INBOX, NOTES = "inbox.db", "notes.txt"

_WORKERS: Final = 2
#: Long enough for any handling here, short enough for the end of a trial.
_LEASE: Final = 1.5
_IDLE: Final = 0.05
#: Nothing dies of the kills.
_DELAYS: Final = (0.0,) * 1000
#: How often a handling fails.
_BAD_DAYS: Final = 0.05


class Notes:
    """Lines that survive the process; each is one write at the end of the file."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, line: str) -> None:
        """Write a line."""
        os.write(self._file, f"{line}\n".encode())


class NotingInbox(SqliteInbox):
    """Notes what is acknowledged."""

    notes: Notes

    def done(self, *taken: Taken) -> int:
        """Acknowledge events, and then note it."""
        count = super().done(*taken)
        for each in taken if count else ():
            self.notes.add(f"done\t{each.event.delivery_id}")
        return count


def name_of(event: Event) -> str:
    """Return the name of the change that an event tells of."""
    mark = event.record.get("notes" if event.module == "contact" else "description") or "-"
    return f"{event.type} {event.record_id} {mark}"


async def main(folder: Path, port: int) -> None:
    """Receive and handle until the end of the process; prints a line when it can."""
    inbox = NotingInbox(folder / INBOX, delays=_DELAYS)
    inbox.notes = Notes(folder / NOTES)

    def handle(event: Event) -> None:
        inbox.notes.add(f"handed\t{event.delivery_id}\t{event.occurred_at}\t{name_of(event)}")
        if random.random() < _BAD_DAYS:  # noqa: S311 - nobody guesses it
            raise ValueError("a bad day")

    app = webhook_endpoint(WebhookTrigger(), inbox, secrets=[SECRET], header_tokens=[TOKEN])
    server = await serve(app, port)
    for _ in range(_WORKERS):
        options = {"stop": threading.Event(), "lease": _LEASE, "idle": _IDLE}
        threading.Thread(target=deliver, args=(inbox, handle), kwargs=options, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
