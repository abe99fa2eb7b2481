"""The command line: ``zoho-books``. Each command imports what it needs when it is called."""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Final

from zoho_books_connector.cli.errors import InterruptedByUserError, UnwritableOutputError, block, exit_of
from zoho_books_connector.cli.parser import parse
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.errors import ConnectorError

_JSON_ERRORS: Final = "--json-errors"
#: They log whole URLs, whose queries may hold what is nobody's business.
_TALKATIVE: Final = ("httpx", "httpcore")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; ``--help`` and ``--version`` leave by ``SystemExit``."""
    words = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal()
    try:
        options = parse(words)
        with _logging(options.log):
            return _call(options, terminal)
    except ConnectorError as error:
        if isinstance(error, UnwritableOutputError):
            _leave_output()
        return _end(error, terminal, as_json=_JSON_ERRORS in words)
    except (KeyboardInterrupt, EOFError):
        interrupted = InterruptedByUserError("interrupted", "Interrupted.")
        return _end(interrupted, terminal, as_json=_JSON_ERRORS in words)
    except BrokenPipeError:
        _leave_output()  # whoever read it has enough
        return 0


def _call(options: Namespace, terminal: Terminal) -> int:
    module, _, function = options.command.handler.partition(":")
    handler = getattr(import_module(f"{__name__}.{module}"), function)
    status: int = handler(options, terminal)
    return status


def _leave_output() -> None:
    """Write nothing more: Python would complain once more when it closes the stream."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - closed with the process


def _end(error: ConnectorError, terminal: Terminal, *, as_json: bool) -> int:
    if as_json:
        import json

        terminal.say(json.dumps(error.to_dict()))
    else:
        terminal.say(block(error))
    return exit_of(error).code


@contextmanager
def _logging(level: str | None) -> Iterator[None]:
    """Log to standard error as long as a command runs."""
    if level is None:
        yield
        return
    logger = logging.getLogger("zoho_books_connector")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
