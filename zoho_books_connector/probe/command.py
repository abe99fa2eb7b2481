"""``zoho-books probe``: opens the stored connection, says what the probe will cost, runs it and writes the report."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from zoho_books_connector.boundary import CallRecord, Delivery
from zoho_books_connector.cli.errors import UnreadableFileError, UsageError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.parser import SANDBOX_VARIABLE, Parser
from zoho_books_connector.cli.running import check_sandbox
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.probe.deliveries import read_delivery
from zoho_books_connector.probe.questions import planned_calls
from zoho_books_connector.probe.report import report
from zoho_books_connector.probe.run import run_probe
from zoho_books_connector.probe.wire import DAILY_RESERVE, MOST_CALLS

SECRET_VARIABLE: Final = "ZOHO_BOOKS_WEBHOOK_SECRET"  # noqa: S105 - a variable's name
_TO_OUTPUT: Final = "-"


def main(argv: Sequence[str]) -> int:
    """Run the command; raises ``ConnectorError``, which the command line turns into an exit code."""
    options = parser().parse_args(list(argv))
    delivery = read_delivery(Path(options.delivery)) if options.delivery else None
    secret = _webhook_secret(delivery)
    _write("", options.report)
    _announce(write=options.write)
    calls: list[CallRecord] = []
    with closing(Host(http_settings(options))) as host:
        home = Home.of(options)
        connection = home.find(options.connection)
        check_sandbox(host, connection.region)
        store = home.store()
        host.share(home.budget())
        findings = run_probe(
            store.credential(connection.id),
            store.tokens(connection.id),
            host.run(on_call=calls.append),
            write=options.write,
            delivery=delivery,
            webhook_secret=secret,
        )
        stand_ins = {each.code for each in host.runtime.http.sandboxes}
    asked = f"{'the sandbox' if connection.region in stand_ins else 'Zoho'}, region {connection.region}"
    _write(report(findings, asked=asked, write=options.write, calls=len(calls)), options.report)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    arguments = Parser(prog="zoho-books probe", description=__doc__)
    arguments.add_argument(
        "--report", metavar="FILE", nargs="?", const=_TO_OUTPUT, default=_TO_OUTPUT, help="where to write it"
    )
    arguments.add_argument("--write", action="store_true", help="also create records, and take them back")
    arguments.add_argument("--connection", metavar="ID", help="which connection; may be left out for the only one")
    arguments.add_argument(
        "--delivery", metavar="FILE", help=f"a captured webhook delivery; its secret comes from {SECRET_VARIABLE}"
    )
    _shared_options(arguments)
    return arguments


def _shared_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of every command that matter here."""
    rows: tuple[tuple[str, dict[str, Any]], ...] = (
        ("--home", {"metavar": "DIR"}),
        ("--sandbox", {"metavar": "LIST", "default": os.environ.get(SANDBOX_VARIABLE, "")}),
        ("--proxy", {"metavar": "URL"}),
        ("--ca-bundle", {"metavar": "FILE"}),
        ("--enable-region", {"metavar": "CODE", "action": "append", "default": []}),
    )
    for name, keywords in rows:
        parser.add_argument(name, help="as for every command", **keywords)


def _webhook_secret(delivery: Delivery | None) -> str:
    secret = os.environ.get(SECRET_VARIABLE, "")
    if delivery is not None and not secret:
        raise UsageError(
            "webhook_secret_missing", "The delivery's secret is missing.", f"Set {SECRET_VARIABLE} to it and try again."
        )
    return secret


def _announce(*, write: bool) -> None:
    plan = f"The probe plans {planned_calls(write=write)} calls and asks nothing beyond {MOST_CALLS}"
    if write:
        plan += '; it creates records named "Connector probe" and takes them back'
    sys.stderr.write(f"{plan}. It stops when fewer than {DAILY_RESERVE} calls of the day are left.\n")


def _write(text: str, target: str) -> None:
    """Write to a file or to standard output; with no text, find out whether it can be done before anything is asked."""
    if target == _TO_OUTPUT:
        sys.stdout.write(text)
        return
    try:
        Path(target).write_text(text, "utf-8")
    except OSError as error:
        raise UnreadableFileError(
            "report_unwritable", "The report cannot be written.", "Choose another file with --report."
        ) from error
    if text:
        sys.stderr.write(f"The report is in {target}.\n")
