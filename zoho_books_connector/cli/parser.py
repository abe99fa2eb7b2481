"""Reads the command line: the table of commands, and the options that hold for all of them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from zoho_books_connector.cli.command import PROGRAM, Command
from zoho_books_connector.cli.commands import COMMANDS
from zoho_books_connector.cli.errors import UsageError, table
from zoho_books_connector.cli.settings import SANDBOX_EXAMPLE

SANDBOX_VARIABLE: Final = "ZOHO_BOOKS_SANDBOX"
LEVELS: Final = ("debug", "info", "warning", "error")


class Parser(argparse.ArgumentParser):
    """Raises ``UsageError`` instead of leaving, and guesses no abbreviation, which might be that of a secret."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong; only the names of options are repeated, for a value might be a secret."""
        raise UsageError("usage", f"{message[:1].upper()}{message[1:]}.", f"See: {self.prog} --help")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options, ``command`` among them; raises ``UsageError``."""
    options, unknown = build_parser().parse_known_args(argv)
    if unknown:
        names = [word.partition("=")[0] for word in unknown if word.startswith("--")]
        what = f"Unknown option: {', '.join(names)}" if names else "There is an argument too many"
        raise UsageError("usage", f"{what}.", f"See: {PROGRAM} {options.command.name} --help")
    return argparse.Namespace(**{**_defaults(), **vars(options)})


def _defaults() -> dict[str, Any]:
    return {
        "home": None,
        "sandbox": os.environ.get(SANDBOX_VARIABLE, ""),
        "proxy": None,
        "ca_bundle": None,
        "enable_region": [],
        "log": None,
        "json_errors": False,
    }


def build_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog=PROGRAM,
        description="Connect Zoho Books and run its actions from the command line.",
        epilog=f"exit codes:\n{table()}\n\nexample:\n  {PROGRAM} demo",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    _global_options(parser.add_argument_group("options of every command"))
    _add(parser, COMMANDS)
    return parser


def _add(parser: argparse.ArgumentParser, commands: Sequence[Command]) -> None:
    """Add a parser for each command, and below it one for each of its parts."""
    children = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for command in commands:
        # For a command that hands over, no letter starts an option, so that everything is taken as it stands.
        unread: dict[str, Any] = {"prefix_chars": "\0", "add_help": False} if command.hands_over else {}
        child = children.add_parser(
            command.name.rpartition(" ")[2],
            help=command.summary,
            description=command.summary[:1].upper() + command.summary[1:] + ".",
            epilog=f"example:\n  {command.example}\n\nOptions of every command: {PROGRAM} --help",
            **unread,
        )
        child.set_defaults(command=command)
        command.arguments(child)
        if not command.hands_over:
            _global_options(child, hidden=True)
        if command.parts:
            _add(child, command.parts)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"{PROGRAM} {version('zoho-books-connector')}\n")
        parser.exit()


def _global_options(group: argparse.ArgumentParser | argparse._ArgumentGroup, *, hidden: bool = False) -> None:
    """Declare what may stand before or after the command; nothing is set by default, so that neither place wins."""
    for names, keywords in _GLOBAL_OPTIONS:
        said = {"help": argparse.SUPPRESS} if hidden else {}
        group.add_argument(names, default=argparse.SUPPRESS, **{**keywords, **said})


_GLOBAL_OPTIONS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("--home", {"metavar": "DIR", "help": "where connections are kept (else ZOHO_BOOKS_HOME, or the user's data)"}),
    (
        "--sandbox",
        {"metavar": "LIST", "help": f"use running sandboxes as regions sandbox-us, ...: {SANDBOX_EXAMPLE}"},
    ),
    ("--proxy", {"metavar": "URL", "help": "send every request through this proxy"}),
    ("--ca-bundle", {"metavar": "FILE", "help": "trust these certificates (PEM) instead of the usual ones"}),
    (
        "--enable-region",
        {"metavar": "CODE", "action": "append", "help": "allow a data centre not confirmed for Books: uk, ae"},
    ),
    ("--log", {"metavar": "LEVEL", "choices": LEVELS, "help": f"log to standard error: {', '.join(LEVELS)}"}),
    ("--json-errors", {"action": "store_true", "help": "print an error as JSON"}),
)
