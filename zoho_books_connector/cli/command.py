"""What a command is, and the kinds of arguments that several commands take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

PROGRAM: Final = "zoho-books"

Arguments = Callable[[argparse.ArgumentParser], None]


def no_options(_: argparse.ArgumentParser) -> None:
    """Most commands have options; these have none."""


@dataclass(frozen=True)
class Command:
    """A command: ``handler`` names a module of this package and a function in it, imported when it is called."""

    name: str
    summary: str
    example: str
    handler: str = ""
    arguments: Arguments = no_options
    #: Whether everything after the command's name is handed over unread.
    hands_over: bool = False
    #: The commands that it stands for, instead of a handler; their names begin with its own.
    parts: tuple[Command, ...] = ()


def port(text: str) -> int:
    """Read a port that a person names."""
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")


def seconds(text: str) -> float:
    """Read a number of seconds."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if 0 < number < 1e6:
        return number
    raise argparse.ArgumentTypeError("give a number of seconds")
