"""The pages as the tests read them: their blocks of code, and the sentence before each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
#: What folds a long block away.
_FOLDED = re.compile(r"<details>\n<summary>.*</summary>\s*\Z")


@dataclass(frozen=True)
class Block:
    """A block of code on a page."""

    page: Path
    line: int
    language: str
    text: str
    #: The paragraph before it, on one line.
    said: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    @property
    def data(self) -> Any:
        """What a block of JSON holds."""
        return json.loads(self.text)

    @property
    def place(self) -> tuple[str, str]:
        """Page and first line, by which a table may name it."""
        return self.page.relative_to(ROOT).as_posix(), self.text.partition("\n")[0]


def blocks(page: Path, *languages: str) -> list[Block]:
    """Return the blocks of a page, of any language or of the given ones."""
    return [each for each in _blocks(page) if not languages or each.language in languages]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text("utf-8")
    for found in _FENCE.finditer(text):
        before = text[: found.start()]
        said = _FOLDED.sub("", before).rstrip().rpartition("\n\n")[2].replace("\n", " ")
        yield Block(page, before.count("\n") + 1, found[2], found[3], said)


def every(*languages: str) -> list[Block]:
    """Return the blocks of all pages."""
    return [each for page in PAGES for each in blocks(page, *languages)]
