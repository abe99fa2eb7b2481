"""The transport layer: how often a request is sent, within which budget, and when it is sent again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import httpx

from zoho_books_connector.boundary import Budget, CallEnd, CallRecord
from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.exact import read_json
from zoho_books_connector.sending.calls import BUCKET, EXTENSION, RunLog
from zoho_books_connector.sending.headers import quota_of, retry_after
from zoho_books_connector.sending.retry import Attempt, Failure, wait_before_resend

#: Where an answer carries its parsed JSON object upwards, so that it is parsed once.
PAYLOAD: Final = "zoho_books.payload"

#: Failures before the request left: connecting, or waiting for a free connection.
UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_UNSENT: Final = CallEnd(sent=False)

#: What a sending brought; the last is the reason why it did not take place.
_Outcome = httpx.Response | httpx.RequestError | UnavailableError


class RetryTransport(httpx.BaseTransport):
    """Sends a request within the budget, reads the whole answer, and sends again what may be sent again.

    Requests carry their ``RunLog`` in the extension ``EXTENSION``, whose deadline bounds every wait and time-out, and
    name their share of the budget in ``BUCKET``. A wait longer than ``ceiling`` seconds is left to the host.
    """

    def __init__(
        self,
        wrapped: httpx.BaseTransport,
        budget: Budget,
        *,
        ceiling: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._wrapped = wrapped
        self._budget = budget
        self._ceiling = ceiling
        self._clock = clock
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return an answer that was read whole, or raise the last ``httpx.RequestError``.

        Raises ``UnavailableError`` when the run ended before anything left, ``RateLimitedError`` when no place is free.
        """
        log: RunLog = request.extensions[EXTENSION]
        log.check()
        outcome, attempt = self._send(request, log, 1, 0.0)
        left = attempt.failure != "unsent"
        while (wait := wait_before_resend(attempt, self._ceiling)) is not None and self._waited(log, wait):
            latest, attempt = self._send(request, log, attempt.number + 1, wait)
            # A sending that never left says nothing about an earlier one that did.
            if attempt.failure != "unsent" or not left:
                outcome, left = latest, attempt.failure != "unsent"
        if isinstance(outcome, httpx.Response):
            return outcome
        raise outcome

    def _waited(self, log: RunLog, wait: float) -> bool:
        """Wait, unless the run ends before or meanwhile: then what the last sending brought has to stand."""
        if log.ended() or log.within(wait) < wait:
            return False
        self._sleep(wait)
        return not log.ended()

    def _send(self, request: httpx.Request, log: RunLog, number: int, waited: float) -> tuple[_Outcome, Attempt]:
        asked = self._clock()
        outcome: httpx.Response | httpx.RequestError
        wait, interactive = log.within(self._ceiling), log.run.interactive
        with self._budget.slot(request.extensions[BUCKET], wait=wait, interactive=interactive) as slot:
            started = self._clock()
            try:
                log.check()
            except UnavailableError as ended_meanwhile:
                slot.end(_UNSENT)
                return ended_meanwhile, Attempt(request.method, number, failure="unsent")
            bound_timeouts(request, log)
            try:
                outcome = self._wrapped.handle_request(request)
                outcome.read()
            except httpx.RequestError as error:
                outcome = error
            ended = self._clock()
            attempt = _judge(request.method, number, outcome, ended)
            end = _end_of(attempt, outcome)
            slot.end(end)
        log.quota = end.quota or log.quota
        log.add(
            CallRecord(
                request.method,
                request.url.path,
                attempt.status,
                seconds=ended - started,
                waited=waited + started - asked,
                failure=attempt.failure if attempt.failure in ("unsent", "lost") else None,
            )
        )
        return outcome, attempt

    def close(self) -> None:
        """Close the wrapped transport."""
        self._wrapped.close()


def _end_of(attempt: Attempt, outcome: httpx.Response | httpx.RequestError) -> CallEnd:
    if isinstance(outcome, httpx.RequestError):
        return _UNSENT if attempt.failure == "unsent" else CallEnd()
    return CallEnd(attempt.status, attempt.zoho_code, attempt.retry_after, quota_of(outcome.headers))


def _judge(method: str, number: int, outcome: httpx.Response | httpx.RequestError, now: float) -> Attempt:
    if isinstance(outcome, httpx.RequestError):
        return Attempt(method, number, failure="unsent" if isinstance(outcome, UNSENT) else "lost")
    payload = parse_envelope(outcome)
    failure: Failure | None = None
    if outcome.status_code >= 500:
        failure = "server_error"
    elif payload is None and outcome.status_code < 400:
        failure = "unreadable"
    code = payload.get("code") if payload else None
    return Attempt(method, number, failure, outcome.status_code, code, retry_after(outcome.headers, now))


def parse_envelope(response: httpx.Response) -> dict[str, Any] | None:
    """Return Zoho's envelope, a JSON object with a whole ``code``, parsed once per answer; else ``None``.

    Zoho sends numbers as text in many places; were it to do so here, a success must not look like a lost answer.
    """
    if PAYLOAD not in response.extensions:
        payload: Any = None
        with suppress(ValueError, RecursionError):
            payload = read_json(response.content)
        response.extensions[PAYLOAD] = _envelope(payload)
    envelope: dict[str, Any] | None = response.extensions[PAYLOAD]
    return envelope


def _envelope(payload: Any) -> dict[str, Any] | None:
    code = payload.get("code") if isinstance(payload, dict) else None
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) < 10:
        code = payload["code"] = int(code)
    return payload if type(code) is int else None


def bound_timeouts(request: httpx.Request, log: RunLog) -> None:
    """Let no time-out of a request reach past the deadline of its run, or the end that was set for this call."""
    if log.is_bounded:
        timeouts: dict[str, float | None] = request.extensions["timeout"]
        request.extensions["timeout"] = {
            name: log.within(float("inf") if seconds is None else seconds) for name, seconds in timeouts.items()
        }
