"""The key under which the command line creates, so that a lost answer is settled by looking, now or in a later run."""

from __future__ import annotations

import argparse
import secrets
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from zoho_books_connector.cli.errors import InterruptedByUserError, UsageError
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import OutcomeUnknownError

_OPTIONS: Final = ("key", "attempt", "derived_reference")


@dataclass(frozen=True)
class Step:
    """What a run that creates says of itself; the names are those of ``RunContext``."""

    idempotency_key: str
    attempt: int | None
    derived_reference: bool

    @property
    def option(self) -> str:
        """What to add to the command to run it again."""
        return f"--key {shlex.quote(self.idempotency_key)}"


def step_of(options: argparse.Namespace, host: Host) -> Step | None:
    """Return the step that the options stand for; ``None`` for an action that creates nothing."""
    if host.manifest()["actions"][options.action]["retry"] != "create":
        if any(getattr(options, name) for name in _OPTIONS):
            raise UsageError(
                "no_key_needed",
                f"{options.action} creates nothing, so it takes no key.",
                "Leave --key, --attempt and --derived-reference out.",
            )
        return None
    if options.key is None and options.attempt is not None:
        raise UsageError("missing_option", "--attempt counts the runs of one key.", "Give --key as well.")
    if options.key is None:
        return Step(secrets.token_hex(8), 1, options.derived_reference)
    return Step(options.key, options.attempt, options.derived_reference)


@contextmanager
def telling_key(step: Step | None) -> Iterator[None]:
    """Say how to run the step again wherever its outcome stays open."""
    try:
        yield
    except OutcomeUnknownError as error:
        if step is not None and error.retry_after is not None:
            error.hint = f"{error.hint} Give the key with: {step.option}".lstrip()
            error.params = {**error.params, "key": step.idempotency_key}
        raise
    except KeyboardInterrupt as error:
        raise _interrupted(step) from error


def _interrupted(step: Step | None) -> InterruptedByUserError:
    if step is None:
        return InterruptedByUserError(
            "interrupted",
            "The run was interrupted.",
            "If it was changing something, look in Zoho Books before you run it again.",
        )
    return InterruptedByUserError(
        "interrupted",
        "The run was interrupted, and may have created its record.",
        f"Run it again with the same inputs and {step.option}: it looks in Zoho Books before it creates.",
        params={"key": step.idempotency_key},
    )
