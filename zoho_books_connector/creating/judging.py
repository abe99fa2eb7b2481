"""Judges a record that Zoho holds: the one that was sent, surely another one, or nothing that can be proven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from math import floor
from typing import Any, Final

from zoho_books_connector.creating.comparing import differing, is_another

#: Zoho's servers need not agree among themselves: a record that is by less than this too early may still be ours.
_CLOCKS_APART: Final = 5.0
#: A record made so long after the last sending is more likely somebody's own. Seconds.
_STALE: Final = 300.0


class Standing(Enum):
    """What a record is to the create that is looking for it."""

    OURS = auto()
    UNSURE = auto()
    ANOTHER = auto()


@dataclass(frozen=True)
class Evidence:
    """What is known of the requests that may have made the record; unix seconds by Zoho's clock."""

    #: When the first one was sent; ``None`` when none is known to have been.
    first_sent: float | None = None
    #: When the last one had ended for certain.
    last_ended: float | None = None
    #: Whether these times are Zoho's for certain, so that no clock of ours that was set can have moved them.
    certain: bool = False

    def is_early(self, created: float | None) -> bool:
        """Tell whether a record was surely made before anything was sent."""
        if not self.certain or created is None or self.first_sent is None:
            return False
        return created < floor(self.first_sent) - _CLOCKS_APART

    def is_in_time(self, created: float | None) -> bool:
        """Tell whether a record was made while a request could have made it."""
        if created is None or self.first_sent is None or self.last_ended is None:
            return False
        return floor(self.first_sent) <= created <= self.last_ended + _STALE


def judge(sent: Mapping[str, Any], record: Mapping[str, Any], evidence: Evidence) -> Standing:
    """Return what ``record`` is to the create of ``sent``.

    A record that agrees in everything, and was made in time, is ours. One that agrees but cannot be dated, or that
    differs only in what Zoho may have changed, could be: then nothing is taken and nothing is sent.
    """
    created = created_at(record)
    if is_another(sent, record) or evidence.is_early(created):
        return Standing.ANOTHER
    if differing(sent, record):
        return Standing.UNSURE if evidence.first_sent is not None else Standing.ANOTHER
    return Standing.OURS if evidence.certain and evidence.is_in_time(created) else Standing.UNSURE


def created_at(record: Mapping[str, Any]) -> float | None:
    """Return when Zoho made the record, in unix seconds; ``None`` where it does not say."""
    try:
        moment = datetime.fromisoformat(str(record.get("created_time") or ""))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None
