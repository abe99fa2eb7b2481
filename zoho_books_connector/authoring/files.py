"""Every generated file: which there are, which of them are out of date, and writing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from zoho_books_connector.authoring.action_schemas import action_schemas
from zoho_books_connector.authoring.event_samples import event_samples
from zoho_books_connector.authoring.event_schemas import FOLDER as EVENTS
from zoho_books_connector.authoring.event_schemas import event_schemas
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.pages import pages
from zoho_books_connector.authoring.record_schemas import FOLDER as RECORDS
from zoho_books_connector.authoring.record_schemas import record_schemas
from zoho_books_connector.authoring.samples import FOLDER as SAMPLES
from zoho_books_connector.authoring.samples import samples
from zoho_books_connector.authoring.texts import TEXTS, english_texts
from zoho_books_connector.manifest import COMPILED, SOURCE, find_data, manifest_json

COMMAND: Final = "python -m zoho_books_connector.authoring"


def _compiled_manifest() -> Iterator[Generated]:
    yield ROOT / COMPILED, lambda: manifest_json(find_data(SOURCE))


#: What is generated; a producer of more files is added here.
PRODUCERS: Final[list[Callable[[], Iterator[Generated]]]] = [
    action_schemas,
    record_schemas,
    event_schemas,
    samples,
    event_samples,
    _compiled_manifest,
    pages,
    english_texts,
]
#: Folders that hold nothing but generated files.
OWNED: Final = (
    ROOT / "schemas" / "inputs",
    ROOT / "schemas" / "outputs",
    RECORDS,
    EVENTS,
    SAMPLES,
    TEXTS,
    ROOT / "docs" / "actions",
)


def generated() -> list[Generated]:
    """Return every generated file and what it should hold."""
    return [file for producer in PRODUCERS for file in producer()]


def stale() -> list[Path]:
    """Return the files that are missing, differ from what they should hold, or should not be there."""
    files = generated()
    differing = [path for path, produce in files if not path.is_file() or path.read_text("utf-8") != produce()]
    known = {path for path, _ in files}
    return differing + [path for folder in OWNED for path in sorted(folder.glob("*")) if path not in known]


def write() -> None:
    """Write every generated file, and remove what is no longer generated."""
    files = generated()
    for path, produce in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(produce(), "utf-8", newline="\n")
    for path in stale():
        path.unlink()
