"""Counts what was handed on, and what is stored, against what was done in the books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from trials.delivering.host import INBOX, NOTES
from zoho_books_connector.sandbox import LogEntry
from zoho_books_connector.stores import SqliteInbox

#: What must never happen, as it stands in the table.
LOST: Final = "genuine deliveries lost"
STALE: Final = "records whose latest version did not arrive"
FORGED: Final = "forged deliveries accepted"
AGAIN: Final = "handed out after their acknowledgement"
TWICE: Final = "stored twice"
UNFINISHED: Final = "given up, or left behind"
PROMISES: Final = (LOST, STALE, FORGED, AGAIN, TWICE, UNFINISHED)
#: What must have happened, lest the trial show nothing.
KILLS: Final = "hosts killed with `kill -9`"
RESENDS: Final = "resends to hosts that were dead"
REPEATS: Final = "deliveries that came again"
LATE: Final = "deliveries that were overtaken by a later version of their record"
SAME_SECOND: Final = "versions of a record within the same second as another one"
REFUSED: Final = "forged deliveries refused"
HANDED_AGAIN: Final = "handed out more than once before their acknowledgement"
CONDITIONS: Final = (KILLS, RESENDS, REPEATS, LATE, SAME_SECOND, REFUSED, HANDED_AGAIN)


@dataclass
class Outcome:
    """What the count brought."""

    changes: int
    #: Name of a promise → what broke it.
    breaches: dict[str, list[str]] = field(default_factory=dict)
    #: Name of a condition → how often it was met.
    met: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether a promise was broken, or nothing was tried."""
        return any(self.breaches.values()) or not all(self.met[name] for name in CONDITIONS)

    def missing(self) -> list[str]:
        """Return the conditions that were not met."""
        return [name for name in CONDITIONS if not self.met[name]]


@dataclass
class Noted:
    """What the hosts noted."""

    #: Name of the change → its ``delivery_id``.
    names: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    handed: Counter[str] = field(default_factory=Counter)
    again: list[str] = field(default_factory=list)
    #: Record and moment → its versions.
    moments: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, lines: Iterable[str]) -> Noted:
        """Read notes in their order."""
        noted, done = cls(), set()
        for line in lines:
            word, delivery_id, *rest = line.split("\t")
            if word == "done":
                done.add(delivery_id)
                continue
            moment, name = rest
            noted.handed[delivery_id] += 1
            noted.names[name].add(delivery_id)
            if moment != "None":
                noted.moments[name.split(" ")[1], moment].add(name)
            if delivery_id in done:
                noted.again.append(name)
        return noted


def count(
    folder: Path, made: Sequence[str], latest: Iterable[str], attempts: Sequence[LogEntry], kills: int
) -> Outcome:
    """Count; ``made`` are the names of all changes in their order, ``latest`` those that the books end with."""
    noted = Noted.of((folder / NOTES).read_text("utf-8").splitlines())
    inbox, genuine = SqliteInbox(folder / INBOX), set(made)
    counts, stored = inbox.counts(), Counter(each.delivery_id for each in inbox.recent(10**9))
    forged = [entry for entry in attempts if not entry.parcel.genuine]
    return Outcome(
        len(made),
        {
            LOST: sorted(genuine - noted.names.keys()),
            STALE: sorted(set(latest) - noted.names.keys()),
            FORGED: sorted(noted.names.keys() - genuine)
            + [f"answered with {entry.status}" for entry in forged if entry.status not in (401, None)],
            AGAIN: noted.again,
            TWICE: sorted(name for name, ids in noted.names.items() if len(ids) > 1)
            + [f"{stored.total()} events of {len(genuine)} changes"] * (stored.total() != len(genuine)),
            UNFINISHED: [f"{counts}"] * (counts.done != stored.total())
            + [entry.parcel.record_id for entry in attempts if entry.parcel.genuine and entry.outcome == "given_up"],
        },
        Counter(
            {
                KILLS: kills,
                RESENDS: sum(entry.parcel.genuine and entry.parcel.attempt > 1 for entry in attempts),
                REPEATS: _repeats(attempts),
                LATE: _overtaken(made, list(noted.names)),
                SAME_SECOND: sum(len(versions) for versions in noted.moments.values() if len(versions) > 1),
                REFUSED: sum(entry.status == 401 for entry in forged),
                HANDED_AGAIN: sum(times > 1 for times in noted.handed.values()),
            }
        ),
    )


def _repeats(attempts: Sequence[LogEntry]) -> int:
    taken = Counter(
        (entry.parcel.delivery.url, entry.parcel.delivery.body)
        for entry in attempts
        if entry.parcel.genuine and entry.outcome == "delivered"
    )
    return sum(times - 1 for times in taken.values())


def _overtaken(made: Sequence[str], handed: Sequence[str]) -> int:
    """Return how many changes were handed out first after a later one of the same record."""
    place = {name: number for number, name in enumerate(made)}
    last: dict[str, int] = {}
    late = 0
    for name in handed:
        record = name.split(" ")[1]
        late += place.get(name, 0) < last.get(record, 0)
        last[record] = max(place.get(name, 0), last.get(record, 0))
    return late
