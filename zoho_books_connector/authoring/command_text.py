"""The generated blocks of the page on the command line: commands with their options, and the exit codes."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Final

from zoho_books_connector.authoring.markdown import code, plain, table
from zoho_books_connector.cli.command import PROGRAM, Command
from zoho_books_connector.cli.commands import COMMANDS
from zoho_books_connector.cli.errors import EXITS
from zoho_books_connector.cli.parser import build_parser
from zoho_books_connector.probe import command as probe
from zoho_books_connector.sandbox import server_command

#: Commands that hand over → the parser that they hand over to.
_ELSEWHERE: Final = {"sandbox": server_command.parser, "probe": probe.parser}


def commands() -> str:
    """Return a section for every command."""
    return "\n".join(_section(each) for command in COMMANDS for each in command.parts or (command,))


def _section(command: Command) -> str:
    parser = _ELSEWHERE[command.name]() if command.hands_over else _own_parser(command)
    said = f"### `{PROGRAM} {command.name}`\n\n{plain(command.summary[:1].upper() + command.summary[1:])}."
    return f"{said} Example: {code(command.example)}\n\n{_options(parser._actions)}"


def _own_parser(command: Command) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return parser


def global_options() -> str:
    """Return the options that every command takes."""
    return _options(build_parser()._actions)


def _options(actions: Iterable[argparse.Action]) -> str:
    hidden = (argparse._HelpAction, argparse._SubParsersAction)
    shown = [each for each in actions if each.help != argparse.SUPPRESS and not isinstance(each, hidden)]
    return table(("Option", "What it does"), ((code(_form(each)), plain(each.help or "")) for each in shown))


def _form(action: argparse.Action) -> str:
    choices = "|".join(map(str, action.choices or ()))
    value = "" if action.nargs == 0 else action.metavar or choices or action.dest.upper()
    name = ", ".join(action.option_strings)
    return " ".join(part for part in (name, f"[{value}]" if action.nargs == "?" else str(value)) if part)


def exit_codes() -> str:
    """Return how a command may end."""
    return table(
        ("Exit code", "Kind", "What happened", "Who can fix it"),
        (
            ("0", "", "done", ""),
            *((str(row.code), code(row.kind), plain(row.meaning), plain(row.who)) for row in EXITS),
        ),
    )
