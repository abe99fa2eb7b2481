"""Runs one action on one connection and prints what it brought."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from zoho_books_connector.boundary import ActionResult, CallRecord, Quota, RunContext
from zoho_books_connector.cli.creating import Step, step_of, telling_key
from zoho_books_connector.cli.errors import UnreadableFileError, UsageError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.settings import SANDBOX_EXAMPLE, SANDBOX_PREFIX, http_settings
from zoho_books_connector.cli.terminal import Terminal


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run an action; the result goes to standard output, everything else to standard error."""
    with closing(Host(http_settings(options))) as host:
        handler = host.action(options.action)
        step = step_of(options, host)
        inputs = _inputs(options)
        home = Home.of(options)
        connection = home.find(options.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        host.share(home.budget())
        credential, tokens = store.credential(connection.id), store.tokens(connection.id)
        if step is not None:
            host.remember(home.journal())
        with telling_key(step):
            result = handler(inputs, credential=credential, tokens=tokens, run=_context(host, options, terminal, step))
    _tell(result, options, terminal)
    return 0


def _context(host: Host, options: argparse.Namespace, terminal: Terminal, step: Step | None) -> RunContext:
    return host.run(
        **({} if step is None else asdict(step)),
        deadline=None if options.timeout is None else time.time() + options.timeout,
        on_call=(lambda call: _tell_call(terminal, call)) if options.verbose else None,
    )


def check_sandbox(host: Host, region: str) -> None:
    """Raise ``UsageError`` for a connection to a sandbox that this run was not told of."""
    known = {each.code for each in host.runtime.http.sandboxes}
    if region.startswith(SANDBOX_PREFIX) and region not in known:
        raise UsageError(
            "sandbox_unknown",
            f"The connection belongs to the sandbox {region.removeprefix(SANDBOX_PREFIX)!r}.",
            f"Say where it runs, for example: --sandbox {SANDBOX_EXAMPLE}",
        )


def quota_text(quota: Quota) -> str:
    """Say what is left of the daily quota; nothing where no answer told it."""
    if quota.remaining is None:
        return ""
    limit = "" if quota.limit is None else f" of {quota.limit}"
    reset = "" if quota.reset is None else f", full again in {quota.reset / 3600:.1f} hours"
    return f"{quota.remaining}{limit} calls left today{reset}"


def _inputs(options: argparse.Namespace) -> bytes:
    if options.set is not None:
        return _document(options.set)
    if options.input is None:
        raise UsageError(
            "missing_option", "There are no inputs.", "Give --input FILE, --input - for standard input, or --set."
        )
    if options.input == "-":
        return _as_utf8(sys.stdin.buffer.read())
    try:
        return _as_utf8(Path(options.input).expanduser().read_bytes())
    except OSError as error:
        raise UnreadableFileError(
            "input_unreadable", f"The file {options.input} cannot be read.", "Give --input a file with JSON."
        ) from error


def _as_utf8(text: bytes) -> bytes:
    """Take what editors and shells of Windows write: UTF-16, or UTF-8 behind a byte order mark."""
    try:
        return text.decode(json.detect_encoding(text)).encode()
    except UnicodeDecodeError:
        return text  # the action says what is wrong with it


def _document(assignments: list[str]) -> bytes:
    """Write assignments as a JSON object. JSON values are taken over as they stand, so that no digit is lost."""
    members = []
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        raw = name.endswith(":")
        name = name.removesuffix(":")
        if not equals or not name or (raw and not _is_json(value)):
            raise UsageError(
                "set_option",
                "--set takes NAME=TEXT, or NAME:=JSON.",
                'For example: --set contact_name="Bowman and Co" --set is_taxable:=true',
            )
        members.append(f"{json.dumps(name)}: {value if raw else json.dumps(value)}")
    return ("{" + ", ".join(members) + "}").encode("utf-8", "replace")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _tell_call(terminal: Terminal, call: CallRecord) -> None:
    status = call.failure or str(call.status)
    waited = f", after waiting {call.waited * 1000:.0f} ms" if call.waited else ""
    terminal.say(f"{call.method} {call.path}  {status}  {call.seconds * 1000:.0f} ms{waited}")


def _tell(result: ActionResult, options: argparse.Namespace, terminal: Terminal) -> None:
    if options.json:
        terminal.json(_whole(result), indent=None)
    else:
        for warning in result.warnings:
            terminal.say(f"Warning: {warning}")
        if result.recovered:
            terminal.say("Found by looking: an earlier request had created it.")
        terminal.json(result.data)
    if options.verbose and (left := quota_text(result.quota)):
        terminal.say(left)


def _whole(result: ActionResult) -> dict[str, Any]:
    return {
        "data": result.data,
        "recovered": result.recovered,
        "warnings": list(result.warnings),
        "calls": [asdict(call) for call in result.calls],
        "quota": asdict(result.quota),
    }
