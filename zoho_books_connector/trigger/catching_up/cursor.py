"""Where a catch-up stands: what a host keeps between two calls, as JSON-ready data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter, ValidationError

from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.trigger.catching_up.ways import WayName

#: The moments that a calendar and a float can hold, with room for an overlap.
EARLIEST: Final = 0
LATEST: Final = 200_000_000_000

Moment = Annotated[float, Field(ge=EARLIEST, le=LATEST)]
Stamp = Annotated[int, Field(ge=-LATEST, le=LATEST)]
Count = Annotated[int, Field(ge=0, le=LATEST)]


@dataclass(frozen=True)
class Reading:
    """How far a list has been read. Times are unix seconds."""

    #: What changed earlier is left out.
    start: Stamp
    #: What changed after this stamp is asked for.
    after: Stamp
    #: Zoho's clock when the reading began; ``None`` before the first answer.
    began: Moment | None = None
    #: How many records of the list that is asked for have been read.
    behind: Count = 0
    #: Marks of the rows that the last page brought, as far as they may come again.
    tail: tuple[str, ...] = ()
    #: Marks of the rows of the page at hand whose events were handed out already.
    brought: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """What is known of a module."""

    #: What changed before, in unix seconds of Zoho's clock, has been told.
    told: Moment
    way: WayName
    #: ``None`` between two readings.
    reading: Reading | None = None


@dataclass(frozen=True)
class Cursor:
    """Where a catch-up stands."""

    organization_id: str
    modules: dict[str, Progress]
    #: The modules that are still to be read in this round.
    left: tuple[str, ...] = ()
    version: Literal[1] = field(default=1, kw_only=True)

    def with_progress(self, key: str, progress: Progress) -> Cursor:
        """Return the cursor with what is now known of a module, which is done when it has no reading."""
        left = self.left if progress.reading else tuple(each for each in self.left if each != key)
        return replace(self, modules={**self.modules, key: progress}, left=left)

    def to_dict(self) -> dict[str, Any]:
        """Return the cursor as JSON-ready data."""
        data: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return data


_ADAPTER: Final = TypeAdapter(Cursor)


def opened(progress: Progress) -> Reading:
    """Return the reading of a module that is being read."""
    assert progress.reading is not None  # noqa: S101 - the cursor's ``left`` names none without
    return progress.reading


def read_cursor(data: Mapping[str, Any], organization_id: str) -> Cursor:
    """Return the cursor in ``data``; raises ``InputError`` when it is none, or one of another organization."""
    try:
        cursor = _ADAPTER.validate_python(data)
    except ValidationError as error:
        places = ["/".join(("", *map(str, each["loc"]))) for each in error.errors(include_input=False)]
        fault = _invalid(f"/cursor{places[0]}")
    else:
        if cursor.organization_id != organization_id:
            fault = _invalid("/cursor/organization_id")
        elif any(key not in cursor.modules or not cursor.modules[key].reading for key in cursor.left):
            fault = _invalid("/cursor/left")
        else:
            return cursor
    # Outside the handler: the cause would carry the cursor along.
    raise fault


def _invalid(pointer: str) -> InputError:
    return InputError(
        "cursor_invalid",
        "The cursor is none of this organization's catch-up.",
        "Pass on the cursor that the last page gave, unchanged, or begin again with since.",
        fields=(FieldFault(pointer, "must be as a catch-up of this organization gave it"),),
    )
