"""Takes files, sets them going, and stops them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any

from zoho_books_connector.errors import InputError
from zoho_books_connector.workbench.batches.batch import Batch
from zoho_books_connector.workbench.batches.columns import check_mapping, matched
from zoho_books_connector.workbench.batches.lanes import Lanes
from zoho_books_connector.workbench.batches.reading import Sheet, read_sheet
from zoho_books_connector.workbench.batches.row_table import RowTable
from zoho_books_connector.workbench.batches.table import BatchTable, Which
from zoho_books_connector.workbench.forms.catalogue import Catalogue


class Batches:
    """Takes files, runs them, and tells how far they are."""

    def __init__(self, table: BatchTable, rows: RowTable, lanes: Lanes, catalogue: Catalogue) -> None:
        self.table = table
        self.rows = rows
        self._lanes = lanes
        self._catalogue = catalogue

    def reclaim(self) -> None:
        """Take the rows back that a process which is gone had given out; before the runtime is launched.

        Workflows that the runtime resumes are of an earlier turn then, and end by themselves.
        """
        self.table.reclaim()

    def resume(self) -> None:
        """Begin the lanes of every batch that is going; once the runtime is launched."""
        for batch_id, turn, is_dry in self.table.running():
            self._lanes.begin(batch_id, turn, is_dry=is_dry)

    def take(self, label: str, content: bytes, action: str, connection: str) -> str:
        """Read a file and keep its rows; returns the batch's id. Raises ``InputError``, and then keeps nothing."""
        sheet = read_sheet(content)
        batch_id = uuid.uuid4().hex
        mapping = matched(sheet.columns, self.schema(action))
        self.table.add(_new(batch_id, label, connection, action, sheet, mapping), sheet.rows)
        return batch_id

    def settle(self, batch_id: str, mapping: Mapping[str, str], grouped_by: str | None) -> dict[str, Any]:
        """Check what a person chose for the columns; returns it as what ``begin`` takes."""
        batch = self.table.get(batch_id)
        check_mapping(mapping, batch.columns, self.schema(batch.action))
        if grouped_by is not None and grouped_by not in batch.columns:
            raise InputError(
                "column_unknown", f"There is no column {grouped_by!r}.", "Choose one of the file's columns."
            )
        return {"mapping": mapping, "grouped_by": grouped_by}

    def start(
        self, batch_id: str, mapping: Mapping[str, str], *, grouped_by: str | None = None, is_dry: bool = False
    ) -> None:
        """Check the columns, then run or validate every row; nothing happens when the batch runs already."""
        settled = self.settle(batch_id, mapping, grouped_by)
        batch = self.table.get(batch_id)
        if batch.state == "running":
            return
        if not batch.is_untouched:
            raise InputError(
                "batch_begun", "Rows of this batch were run already.", "Resume it, or upload the file again."
            )
        self._begin_turn(batch_id, is_dry=is_dry, which="all", settled=settled)

    def resume_batch(self, batch_id: str) -> None:
        """Go on with a batch that was stopped."""
        batch = self.table.get(batch_id)
        self._begin_turn(batch_id, is_dry=batch.is_dry, which="open")

    def repeat_failed(self, batch_id: str) -> None:
        """Run the rows again that failed, or of which nobody knows; each has its key, so that none is done twice."""
        if self.table.get(batch_id).can_be_repeated:
            self._begin_turn(batch_id, is_dry=False, which="failed")

    def stop(self, batch_id: str) -> None:
        """Begin no further row; those under way end."""
        self.table.stop(batch_id)
        self._lanes.wake()

    def delete(self, batch_id: str) -> None:
        """Stop a batch and forget it; a row that is under way ends, and is told nowhere."""
        self.stop(batch_id)
        self.table.delete(batch_id)

    def schema(self, action: str) -> dict[str, Any]:
        """Return the schema of an action's inputs."""
        return self._catalogue.input(action)

    def _begin_turn(
        self, batch_id: str, *, is_dry: bool, which: Which, settled: Mapping[str, Any] | None = None
    ) -> None:
        turn = self.table.begin(batch_id, is_dry=is_dry, which=which, settled=settled)
        if turn is not None:
            self._lanes.begin(batch_id, turn, is_dry=is_dry)


def _new(batch_id: str, label: str, connection: str, action: str, sheet: Sheet, mapping: dict[str, str]) -> Batch:
    return Batch(
        batch_id,
        label,
        connection,
        action,
        f"{sheet.encoding}, separated by {sheet.separator}",
        sheet.columns,
        mapping,
        None,
        is_dry=False,
        state="new",
        turn=0,
        note=None,
        again_at=None,
        created_at=time.time(),
        ended_at=None,
    )
