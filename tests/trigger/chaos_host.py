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

from tests.trigger.asgi_server import serve
from tests.trigger.deliveries import SECRET, TOKEN
from zoho_books_connector.boundary import Event
from zoho_books_connector.stores import SqliteInbox, Taken
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.endpoint import webhook_endpoint
from zoho_books_connector.trigger.worker import deliver

#: Long enough for any handling here, short enough for the end of a test.
LEASE: Final = 1.5
#: Nothing dies of the kills.
DELAYS: Final = (0.0,) * 1000


class Notes:
    """Lines that survive the process; each is one write at the end of the file."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def add(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())


class NotingInbox(SqliteInbox):
    """Notes what is acknowledged."""

    notes: Notes

    def done(self, *taken: Taken) -> int:
        count = super().done(*taken)
        for each in taken if count else ():
            self.notes.add(f"done {each.event.record_id}")
        return count


async def main(folder: Path, port: int) -> None:
    inbox = NotingInbox(folder / "inbox.db", delays=DELAYS)
    inbox.notes = Notes(folder / "notes.txt")

    def handle(event: Event) -> None:
        inbox.notes.add(f"handed {event.record_id} {event.delivery_id} {event.record['notes']}")
        if random.random() < 0.05:
            raise ValueError("a bad day")

    app = webhook_endpoint(WebhookTrigger(), inbox, secrets=[SECRET], header_tokens=[TOKEN])
    server = await serve(app, port)
    for _ in range(2):
        options = {"stop": threading.Event(), "lease": LEASE, "idle": 0.05}
        threading.Thread(target=deliver, args=(inbox, handle), kwargs=options, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
