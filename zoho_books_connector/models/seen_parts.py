"""Parts of several records that real answers hold and no published schema shows."""

from __future__ import annotations

from zoho_books_connector.models.base import Output
from zoho_books_connector.models.outputs import OutFlag, OutList


class LockRecord(Output):
    """Whether a record is locked against changes, and by what."""

    can_lock: OutFlag = None
    custom_locks: OutList = None
    system_locks: OutList = None
