"""The errors of creates whose outcome is not known, each in a sentence for the person who has to look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from zoho_books_connector.creating.step import Step
from zoho_books_connector.errors import (
    ConnectorError,
    ErrorDetails,
    FieldFault,
    InputError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    UnavailableError,
    UnexpectedResponseError,
)

_SAME_KEY = "Run the step again with the same key: it looks first."
#: After a look-up failed in passing, when its error does not say.
_SOON = 30.0


def lost(step: Step, began: float, loss: ConnectorError) -> OutcomeUnknownError:
    """Return the error of a lost answer where no key protects the create."""
    return _unknown(
        step,
        "outcome_unknown",
        loss.message,
        f"{_what_to_look_for(step, began)} before creating it again. With a key for the step, the connector looks.",
        began,
        details=loss.details,
    )


def not_found(step: Step, began: float, seconds: float, details: ErrorDetails) -> OutcomeUnknownError:
    """Return the error for a record that nothing has shown within the time."""
    return _unknown(
        step,
        "outcome_unknown",
        f"The answer was lost, and no {step.kind.noun} that is surely this one was found within {seconds:.0f} seconds.",
        f"{_SAME_KEY} {_what_to_look_for(step, began)} to see for yourself.",
        began,
        details=details,
        retry_after=max(1.0, seconds),
    )


def uncertain(step: Step, began: float, candidates: Sequence[str]) -> OutcomeUnknownError:
    """Return the error for records that may be the one, and nothing proves it."""
    return _unknown(
        step,
        "record_uncertain",
        f"The {step.kind.noun} {', '.join(candidates)} may be the one of this step, but nothing proves it.",
        "Compare it with the inputs. If it is the one, take it as the result; if not, run the step under a new key.",
        began,
        candidates=candidates,
    )


def not_looked(step: Step, began: float, failure: ConnectorError) -> OutcomeUnknownError:
    """Return the error for a look-up that failed itself."""
    passing = isinstance(failure, UnavailableError | RateLimitedError | UnexpectedResponseError)
    wait = failure.retry_after if isinstance(failure, RateLimitedError) else _SOON
    return _unknown(
        step,
        "outcome_unknown",
        f"A request may have been executed, and the look-up of the {step.kind.noun} failed: {failure.message}",
        f"{_SAME_KEY if passing else failure.hint} {_what_to_look_for(step, began)} to see for yourself.",
        began,
        details=failure.details,
        retry_after=wait if passing else None,
    )


def not_findable(step: Step, began: float | None, details: ErrorDetails | None = None) -> OutcomeUnknownError:
    """Return the error for a create that may have been executed and that nothing can find."""
    return _unknown(
        step,
        "not_findable",
        f"The {step.kind.noun} may have been created already, and nothing in the inputs can find it.",
        f"{_what_to_look_for(step, began)}. Next time send {_what_would_find(step)}, so that it can be found.",
        began,
        details=details,
    )


def still_running(step: Step, began: float, wait: float) -> OutcomeUnknownError:
    """Return the error for a step of which another request may be on its way."""
    return _unknown(
        step,
        "still_running",
        f"Another attempt of this step began and may still create the {step.kind.noun}.",
        f"Run it again with the same key in {wait:.0f} seconds.",
        began,
        retry_after=wait,
    )


def key_reused(pointers: Sequence[str]) -> InputError:
    """Return the error for a key that stands for other inputs; names places, never values."""
    return InputError(
        "key_reused",
        f"The key was used before with other inputs: {', '.join(pointers[:5])}{' and more' * (len(pointers) > 5)}.",
        "Use a new key for a new step; a step that is run again must have the same inputs.",
        params={"pointers": list(pointers)},
        fields=tuple(FieldFault(pointer, "differs from what the key was used with") for pointer in pointers),
    )


def deleted(step: Step, failure: ConnectorError) -> NotFoundError:
    """Return the error for a record that the step created and somebody deleted."""
    return NotFoundError(
        "created_and_deleted",
        f"This step has created its {step.kind.noun}, which has been deleted since.",
        "Run the step under a new key to create it again.",
        details=failure.details,
    )


def _unknown(
    step: Step,
    code: str,
    message: str,
    hint: str,
    began: float | None,
    *,
    details: ErrorDetails | None = None,
    retry_after: float | None = None,
    candidates: Sequence[str] = (),
) -> OutcomeUnknownError:
    look_for: dict[str, Any] = {"module": step.kind.module.key, "fields": list(step.wanted)}
    if began is not None:
        look_for["created_from"] = datetime.fromtimestamp(int(began), UTC).isoformat()
    if step.reference:
        look_for["reference"] = step.reference
    if candidates:
        look_for["candidates"] = list(candidates)
    return OutcomeUnknownError(
        code, message, hint, details=details or ErrorDetails(), retry_after=retry_after, look_for=look_for
    )


def _what_to_look_for(step: Step, began: float | None) -> str:
    """Say where to look and by what: the names of fields, for an error shows no values that were sent."""
    by = f" by its {_listed(step.wanted)}" if step.wanted else ""
    reference = f" ({step.reference})" if step.reference else ""
    since = (
        ""
        if began is None
        else f", created at {datetime.fromtimestamp(int(began), UTC):%Y-%m-%d %H:%M:%S} UTC or later"
    )
    return f"Look in Zoho Books for the {step.kind.noun}{by}{reference}{since}"


def _what_would_find(step: Step) -> str:
    return f"the {' or the '.join(_listed(search.fields) for search in step.kind.searches)}"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(name.replace("_", " ") for name in names)
