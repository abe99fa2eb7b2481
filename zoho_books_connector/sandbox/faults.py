"""Faults on demand: which requests go wrong, how often, and in what way."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .errors import refusal_response
from .messages import HTML, Response, html_response, json_response

TokensEnd = Literal["access", "all"]
GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>sandbox gateway</body></html>"


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong for requests that match.

    `path` is searched as a regular expression, `method` "*" matches any. The first `after` matches pass, then
    each goes wrong with `probability` until it has happened `times` times (None: always). With `commit` the
    request is carried out before its answer is spoilt, or `commit_after` seconds later than it arrived, when its
    client may be gone; without, nothing is carried out. `seconds` is how long the kinds "delay" and "timeout" hold,
    `size` the length in bytes of a "huge" answer; `headers` are added to the answer, such as a `Retry-After`.
    """

    kind: str
    method: str = "*"
    path: str = ""
    commit: bool = False
    commit_after: float = 0
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
    seconds: float = 30.0
    size: int = 8_000_000
    data_centre: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a kind that does not exist."""
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"no fault is of kind {self.kind!r}; there are: {', '.join(FAULT_KINDS)}")

    @property
    def carried_out_now(self) -> bool:
        """Whether the request it strikes is carried out before the exchange ends."""
        as_told = self.commit and not self.commit_after
        carries_out = FAULT_KINDS[self.kind].carries_out
        return as_told if carries_out is None else carries_out

    @property
    def carried_out_later(self) -> bool:
        """Whether the request it strikes is carried out when the exchange may be over."""
        return self.commit and self.commit_after > 0 and FAULT_KINDS[self.kind].carries_out is None

    def matches(self, data_centre: str, method: str, path: str) -> bool:
        """Whether the fault is about this request."""
        return (
            self.data_centre in (None, data_centre)
            and self.method in ("*", method)
            and re.search(self.path, path) is not None
        )


Spoil = Callable[[Fault, Response], Response]


@dataclass(frozen=True)
class FaultKind:
    """How a kind of fault shows on the wire."""

    spoil: Spoil = lambda _fault, response: response
    holds: bool = False
    carries_out: bool | None = None
    """None: as the fault's `commit` says."""
    ending: Literal["answer", "reset", "silence"] = "answer"
    """"reset": the connection is reset; "silence": it is closed without a byte."""
    ends_tokens: TokensEnd | None = None
    """Tokens that die as the request arrives."""

    def spoilt(self, fault: Fault, answer: Response) -> Response:
        """The answer that is sent instead."""
        response = self.spoil(fault, answer)
        return replace(response, headers=(*response.headers, *fault.headers))


def _gateway(status: int, title: str) -> Spoil:
    return lambda _fault, _response: html_response(status, GATEWAY_PAGE.format(title))


def _refused(code: int, status: int | None = None, **facts: str) -> Spoil:
    return lambda _fault, _response: refusal_response(code, status, **facts)


def _truncated(_fault: Fault, response: Response) -> Response:
    return replace(response, body=response.body[: max(1, len(response.body) // 2)])


def _cut(fault: Fault, response: Response) -> Response:
    return replace(_truncated(fault, response), declared_length=len(response.body))


def _huge(fault: Fault, response: Response) -> Response:
    try:
        content = json.loads(response.body)
    except ValueError:
        content = {"code": 0}
    return replace(response, body=json.dumps(content | {"padding": "x" * fault.size}).encode())


FAULT_KINDS: dict[str, FaultKind] = {
    "delay": FaultKind(holds=True, carries_out=True),
    "timeout": FaultKind(holds=True, ending="silence"),
    "reset": FaultKind(ending="reset"),
    "500": FaultKind(_refused(1000, 500)),
    "502": FaultKind(_gateway(502, "502 Bad Gateway")),
    "503": FaultKind(_gateway(503, "503 Service Unavailable")),
    "504": FaultKind(_gateway(504, "504 Gateway Time-out")),
    "html": FaultKind(_gateway(200, "Maintenance")),
    "truncated_json": FaultKind(_truncated),
    "cut_body": FaultKind(_cut),
    "empty": FaultKind(lambda _fault, response: replace(response, body=b"")),
    "minute_limit": FaultKind(_refused(44), carries_out=False),
    "blocked": FaultKind(_refused(43), carries_out=False),
    "day_limit": FaultKind(_refused(45), carries_out=False),
    "concurrency_limit": FaultKind(_refused(1070), carries_out=False),
    "unauthorized": FaultKind(_refused(57), carries_out=False),
    "token_expired": FaultKind(carries_out=True, ends_tokens="access"),
    "token_revoked": FaultKind(carries_out=True, ends_tokens="all"),
    "unknown_address": FaultKind(_refused(5), carries_out=False),
    "wrong_content_type": FaultKind(lambda _fault, response: replace(response, content_type=HTML)),
    "refused_with_200": FaultKind(_refused(4, 200, field="line_items")),
    "redirect": FaultKind(
        lambda _fault, _response: Response(302, headers=(("Location", "https://redirect.invalid/"),))
    ),
    "huge": FaultKind(_huge),
}

NOTHING_DONE = json_response(200, {"code": 0, "message": "success"})


class Faults:
    """The faults in force; safe across threads, and repeatable for a given seed."""

    def __init__(self, seed: int = 0) -> None:
        """Start without any fault."""
        self._random = random.Random(seed)  # noqa: S311 - repeatability is wanted, not secrecy
        self._lock = threading.Lock()
        self._pending: list[_Pending] = []

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        with self._lock:
            self._pending.append(_Pending(fault))
        return fault

    def clear(self) -> None:
        """Take all faults out of force."""
        with self._lock:
            self._pending.clear()

    def take(self, data_centre: str, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, counted as happened."""
        with self._lock:
            for pending in self._pending:
                if pending.strikes(data_centre, method, path, self._random):
                    return pending.fault
        return None


@dataclass
class _Pending:
    fault: Fault
    skipped: int = 0
    happened: int = 0

    def strikes(self, data_centre: str, method: str, path: str, dice: random.Random) -> bool:
        fault = self.fault
        spent = fault.times is not None and self.happened >= fault.times
        if spent or not fault.matches(data_centre, method, path):
            return False
        if self.skipped < fault.after:
            self.skipped += 1
            return False
        if fault.probability < 1 and dice.random() >= fault.probability:
            return False
        self.happened += 1
        return True
