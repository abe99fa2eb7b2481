"""Plays and records cassettes: where they are kept, and what counts as the same request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import vcr  # type: ignore[import-untyped]  # vcrpy ships no types
from vcr.errors import (  # type: ignore[import-untyped]  # as above
    CannotOverwriteExistingCassetteException as NotInCassetteError,
)

from tests.cassettes import scrubbing

__all__ = ["FOLDER", "KINDS", "NotInCassetteError", "cassette_of", "recorded", "replayed"]

FOLDER: Final = Path(__file__).parent
#: Recorded from the sandbox · written by hand in the shapes that Zoho documents or was seen to send.
KINDS: Final = ("sandbox", "documented")
#: Without the body two creates at one address would be the same request.
MATCH_ON: Final = ("method", "scheme", "host", "port", "path", "query", "body")


def cassette_of(kind: str, action_id: str) -> Path:
    """Return where the cassette of an action is kept."""
    return FOLDER / kind / f"{action_id}.yaml"


@contextmanager
def replayed(path: Path, settings: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Answer from a cassette; a request that is not in it fails, and so does one in it that nobody made."""
    if not path.exists():
        raise FileNotFoundError(f"There is no cassette {path.parent.name}/{path.name}.")
    with _use(path, "none", settings) as cassette:
        yield
        left = len(cassette) - cassette.play_count
        assert left == 0, f"{left} of the {len(cassette)} requests in {path.name} were not made"


@contextmanager
def recorded(path: Path, settings: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Record anew into a cassette, scrubbed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with _use(path, "once", settings):
        yield


def _use(path: Path, record_mode: str, settings: Mapping[str, Any] | None) -> Any:
    chosen = scrubbing.settings() if settings is None else settings
    return vcr.use_cassette(str(path), record_mode=record_mode, match_on=MATCH_ON, **chosen)
