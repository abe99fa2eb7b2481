"""What one case is made of, and which combinations make sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from trials.faulting.creates import ACTIONS, DOCUMENTS

#: Which request is spoilt.
POINTS: Final = (
    "create",  # the first sending
    "second create",  # the one that a retry sends
    "look-up",  # the first list after an answer was lost
    "every look-up",  # each of them, until the host tries again
    "read",  # of the record that the list named
    "look before retry",  # the list that a retry asks for first
    "look before first",  # the same where nobody knows whether this is the first attempt
    "refresh",  # the token's, before the create
    "refresh midway",  # the token's, after the create was refused for it
)
#: A lost answer, with what becomes of the request.
ANSWER_LOST: Final = ("timeout", "reset", "500", "502", "503", "504", "html", "truncated_json", "cut_body", "empty")
REFUSED: Final = (
    "minute_limit", "blocked", "day_limit", "concurrency_limit", "unauthorized", "token_expired", "token_revoked",
)  # fmt: skip
#: Nothing was executed; it was executed; it is executed late, yet shows within the bound; it is executed too late.
FATES: Final = ("not executed", "executed", "late", "too late")
KEYINGS: Final = ("journal", "restarted", "uncounted", "no journal", "no journal, uncounted", "no key")
NEIGHBOURS: Final = ("none", "older", "identical before", "similar meanwhile", "own twin")
CONDITIONS: Final = (
    "plain",
    "lag",
    "filters ignored",
    "clock ahead",
    "clock behind",
    "dressed otherwise",
    "repeatable",
)


@dataclass(frozen=True)
class Case:
    """One run of a step under one fault."""

    action: str
    point: str
    kind: str
    fate: str = "not executed"
    handle: str = "name"
    keying: str = "journal"
    neighbour: str = "none"
    condition: str = "plain"
    #: How often the fault strikes in a row.
    times: int = 1
    #: What became of the request whose answer was lost before, at points that need one.
    opening: str = "executed"
    #: Whether an answer was seen before, so that Zoho's clock is known.
    warm: bool = True
    sockets: bool = False

    def __str__(self) -> str:
        return ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self))


Choice = Mapping[str, Any]
_WRITING: Final = ("create", "second create")
LOOKING: Final = ("look-up", "every look-up", "read", "look before retry", "look before first")


def bases() -> Iterator[Choice]:
    """Yield every action with every point and kind of fault, and the fate of what it strikes."""
    for action in ACTIONS:
        for point in POINTS:
            for kind in _kinds(point):
                for fate in FATES[:3] if point in _WRITING and kind in ANSWER_LOST else FATES[:1]:
                    yield {"action": action, "point": point, "kind": kind, "fate": fate}


def beyond() -> Iterator[Choice]:
    """Yield the creates that are executed after the bound."""
    for action in ACTIONS:
        for kind in ANSWER_LOST:
            yield {"action": action, "point": "create", "kind": kind, "fate": "too late"}


def _kinds(point: str) -> tuple[str, ...]:
    if point == "refresh":
        return (*ANSWER_LOST, "token_revoked")
    return ANSWER_LOST if point == "refresh midway" else (*ANSWER_LOST, *REFUSED)


def choices(base: Choice) -> Mapping[str, tuple[Any, ...]]:
    """Return what can be chosen beside a base."""
    return {
        "handle": ACTIONS[base["action"]].handles,
        "keying": KEYINGS,
        "neighbour": NEIGHBOURS,
        "condition": CONDITIONS,
        "times": (1, 3),
        "opening": FATES[:3],
        "warm": (True, False),
        "sockets": (*(False for _ in range(11)), True),
    }


def makes_sense(case: Case) -> bool:
    """Tell whether the fault can strike, and the neighbour can be there."""
    return all(rule(case) for rule in _RULES)


_COUNTED: Final = ("journal", "restarted")
_UNIQUE_HANDLES: Final = ("number", "unique")
_RULES: Final[tuple[Callable[[Case], bool], ...]] = (
    # An upsert looks for nothing, and no point but the create is its own.
    lambda case: case.handle != "unique" or case.point in ("create", "refresh", "refresh midway"),
    # Nothing is looked for without a key, or without a handle.
    lambda case: case.point not in LOOKING or (case.keying != "no key" and case.handle != "none"),
    lambda case: case.point != "look before first" or case.keying not in _COUNTED,
    # A host sends again only what is safe to send: it needs a key, and a journal or nothing that was found.
    lambda case: case.point != "second create" or (case.keying in _COUNTED and case.handle not in ("none", "unique")),
    lambda case: case.point != "look before retry" or case.keying in (*_COUNTED, "uncounted"),
    lambda case: case.point != "read" or case.opening != "not executed",
    lambda case: case.handle != "derived" or case.keying != "no key",
    # Nobody else can have the number or the unique value that the step brings and still let it be created.
    lambda case: case.handle not in _UNIQUE_HANDLES or case.neighbour in ("none", "older"),
    lambda case: case.handle != "unique" or case.neighbour == "none",
    lambda case: case.neighbour != "own twin" or (case.action != "create_item" and case.keying in _COUNTED),
    lambda case: case.condition != "repeatable" or case.action == "create_contact",
    lambda case: case.neighbour == "none" or case.action != "create_contact" or case.condition == "repeatable"
    or case.neighbour in ("older", "similar meanwhile"),
    lambda case: case.handle != "none" or case.action not in DOCUMENTS or case.keying != "no journal, uncounted",
    # Nobody sees a request arrive over sockets, so that no stranger can be in time.
    lambda case: not case.sockets or case.neighbour != "similar meanwhile",
    # Over sockets a time-out takes real time, so that few of them are tried there.
    lambda case: not case.sockets or (case.times == 1 and (case.kind != "timeout" or case.point == "create")),
    lambda case: case.times == 1 or case.point in LOOKING,
)  # fmt: skip
