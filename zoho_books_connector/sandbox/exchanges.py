"""One request and what comes back, free of sockets: an answer, or a connection that ends without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from .faults import FAULT_KINDS, NOTHING_DONE, Fault, TokensEnd
from .messages import Request, Response

Settle = Callable[[Response], None]
"""Called with the answer when a request is carried out but still counts as open."""
Hold = Callable[[float], object]
"""Lets that many seconds pass before the exchange goes on."""


class Application(Protocol):
    """What an exchange asks of the data centre above it."""

    def handle(self, request: Request, settle: Settle) -> Response:
        """Answer a request, calling `settle` once with the answer before it stops to count as open."""

    def handle_later(self, request: Request, seconds: float) -> None:
        """Carry a request out that many seconds from now; nobody gets its answer."""

    def fault_for(self, request: Request) -> Fault | None:
        """The fault that strikes this request, if any."""

    def end_tokens(self, which: TokensEnd) -> None:
        """Let access tokens, or all tokens, die now."""

    def note(self, request: Request, response: Response | None, fault: Fault | None) -> None:
        """Remember what arrived and how it was answered."""

    def now(self) -> float:
        """Unix seconds, for the Date header."""


@dataclass(frozen=True)
class Ending:
    """How an exchange ends; `response` counts only where it is answered."""

    response: Response
    how: Literal["answer", "reset", "silence"] = "answer"
    """"reset": the connection is reset; "silence": it is closed without a byte."""


def exchange(application: Application, request: Request, hold: Hold) -> Ending:
    """Take a request through the application, or through the fault that strikes it."""
    fault = application.fault_for(request)
    if fault is None:
        return Ending(application.handle(request, lambda answer: application.note(request, answer, None)))
    return _go_wrong(application, request, fault, hold)


def _go_wrong(application: Application, request: Request, fault: Fault, hold: Hold) -> Ending:
    kind = FAULT_KINDS[fault.kind]
    carried_out = fault.carried_out_now
    ending = Ending(NOTHING_DONE, "answer" if kind.ending == "silence" and carried_out else kind.ending)
    spoilt: list[Response] = []

    def settle(answer: Response) -> None:
        spoilt.append(kind.spoilt(fault, answer))
        application.note(request, spoilt[0] if ending.how == "answer" else None, fault)
        if kind.holds and not kind.carries_out:
            hold(fault.seconds)

    if kind.ends_tokens:
        application.end_tokens(kind.ends_tokens)
    if fault.carried_out_later:
        application.handle_later(request, fault.commit_after)
    if kind.holds and kind.carries_out:
        hold(fault.seconds)
    if carried_out:
        application.handle(request, settle)
    else:
        settle(NOTHING_DONE)
    return Ending(spoilt[0], ending.how)
