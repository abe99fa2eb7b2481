"""What a generated file is: a path in the checkout, and what it should hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

#: A file and what it should hold.
Generated = tuple[Path, Callable[[], str]]


def as_file(document: object) -> str:
    """Return a document as the text of a generated JSON file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
