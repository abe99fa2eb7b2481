"""The person's terminal: what is written to it, and what is asked on it.

Results go to standard output, everything that is said beside them to standard error. A character that the console
cannot show becomes a question mark, never an error, and control characters in foreign text stay without effect.
"""

from __future__ import annotations

import errno
import getpass
import json
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Any, Final, TextIO

from zoho_books_connector.cli.errors import UnwritableOutputError

#: Characters that steer a terminal, or turn the direction of the text behind them.
_STEERING: Final = (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
#: Whoever names a record at Zoho must not steer the terminal of whoever reads it.
_CONTROLS: Final = {code: "?" for code in _STEERING if chr(code) not in "\n\t"}
#: The same in JSON, where nothing is lost; halves of pairs as well, which no encoding takes.
_ESCAPED: Final = {code: f"\\u{code:04x}" for code in (*_STEERING[32:], *range(0xD800, 0xE000))}
_NARROWEST, _WIDEST = 60, 120


class Terminal:
    """Standard input, output and error of this process."""

    def __init__(self) -> None:
        self._status = ""

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to be asked."""
        return sys.stdin is not None and sys.stdin.isatty()

    @property
    def live(self) -> bool:
        """Whether output goes to a terminal, where a line can be written over."""
        return sys.stdout is not None and sys.stdout.isatty()

    @property
    def width(self) -> int:
        """Columns to fill."""
        return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns))

    def out(self, text: str = "") -> None:
        """Write a part of the result."""
        self.status("")
        _write(sys.stdout, text + "\n")

    def say(self, text: str = "") -> None:
        """Write something beside the result."""
        self.status("")
        _write(sys.stderr, text + "\n")

    def status(self, text: str) -> None:
        """Show a line that whatever comes next writes over; nothing where output is no terminal.

        A carriage return and spaces are enough for that, and every console takes them.
        """
        text = text[: max(0, shutil.get_terminal_size().columns - 1)]
        if not self.live or text == self._status:
            return
        wiped, self._status = len(self._status), text
        _put(sys.stdout, "\r" + " " * wiped + "\r")
        _write(sys.stdout, text)

    def json(self, data: Any, *, indent: int | None = 2) -> None:
        """Write the result as JSON; where the console is not UTF-8, in ASCII, so that nothing is lost."""
        unicode = sys.stdout is not None and (sys.stdout.encoding or "utf-8").lower().startswith("utf")
        text = json.dumps(data, indent=indent, ensure_ascii=not unicode)
        _put(sys.stdout, text.translate(_ESCAPED) + "\n")

    def ask(self, question: str) -> str:
        """Ask for a line."""
        _write(sys.stderr, f"{question}: ")
        return sys.stdin.readline().strip()

    def ask_hidden(self, question: str) -> str:
        """Ask for a line that the terminal does not show."""
        return getpass.getpass(f"{question} (hidden): ").strip()

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write rows in columns; the last column takes what is left of the width and wraps."""
        widths = [max(len(row[at]) for row in (headings, *rows)) for at in range(len(headings) - 1)]
        margin = sum(width + 2 for width in widths)
        for row in (headings, ["-" * width for width in widths] + ["-" * len(headings[-1])], *rows):
            start = "".join(cell.ljust(width + 2) for cell, width in zip(row, widths, strict=False))
            last = textwrap.wrap(row[-1], max(20, self.width - margin)) or [""]
            self.out((start + last[0]).rstrip())
            for line in last[1:]:
                self.out(" " * margin + line)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Write labels with their values beside them; rows without a value are left out."""
        margin = max(len(label) for label, _ in rows) + 2
        for label, value in rows:
            lines = textwrap.wrap(value, max(20, self.width - margin), break_long_words=False, break_on_hyphens=False)
            for number, line in enumerate(lines):
                self.out((label if number == 0 else "").ljust(margin) + line)


def _write(stream: TextIO | None, text: str) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    _put(stream, text.translate(_CONTROLS).encode(encoding, "replace").decode(encoding))


def _put(stream: TextIO | None, text: str) -> None:
    """Write and flush, so that a reader that has gone shows here, and not when the process ends."""
    if stream is None:  # a Windows program without a console
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno == errno.EINVAL:  # what Windows says of a reader that has gone
            raise BrokenPipeError from error
        raise UnwritableOutputError(
            "output_unwritable",
            f"The output cannot be written: {error.strerror or type(error).__name__}.",
            "Free space, or let the output go elsewhere.",
        ) from error
