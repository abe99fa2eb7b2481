"""The durable runtime: DBOS Transact inside this process, behind one class.

DBOS is one for each process, with functions that are registered by name. Everything of it is here, so that a process
can open one workbench after another, and so that nothing else knows which runtime it stands on.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID
from sqlalchemy.exc import SQLAlchemyError

from zoho_books_connector.errors import UnavailableError
from zoho_books_connector.workbench.durable.files import FAILURES, only_one, prepare

FILE: Final = "durable.db"
_LOCK: Final = "workbench.lock"
#: The order of steps in the workflows below it: an unfinished workflow of another version is left alone, so it is
#: raised only when a replay would go another way.
_VERSION: Final = "workbench-2"
#: Seconds that a close waits for what is under way; the rest is resumed at the next start.
_PATIENCE: Final = 5.0

#: Seconds after which a start that the database refused is tried again.
_AGAIN: Final = 5.0
_STARTERS: Final = 4
#: Seconds for which workflows that ended are kept: what happens once is known to the workbench's own tables.
_KEPT: Final = 24 * 3600.0
#: As many of them are forgotten at a time.
_MOST: Final = 1000

Workflow = Callable[..., None]


class Stopping(BaseException):
    """The workbench closes. No ``Exception``, because DBOS would record one as the workflow's end."""


class Durable:
    """Runs workflows that survive the process. ``launch`` once all are registered, ``close`` at the end.

    Several may share a ``database``: each runs, and resumes, the workflows of its own ``identity`` only.
    """

    def __init__(self, folder: Path, database: str | None = None, *, identity: str = "alone") -> None:
        self._folder = folder
        self._database = database
        self._identity = identity
        self._functions: dict[str, Workflow] = {}
        self._registered: dict[str, Workflow] = {}
        self._queues: dict[str, tuple[int, float]] = {}
        self._lock: sqlite3.Connection | None = None
        self._changed = threading.Condition()
        self._active = 0
        #: A page must not wait for the runtime's database, so that starts are made beside it.
        self._starters = ThreadPoolExecutor(_STARTERS, thread_name_prefix="durable-starter-")
        self._stopping = False

    @property
    def is_stopping(self) -> bool:
        """Whether the workbench closes, so that nothing new may be sent."""
        return self._stopping

    def workflow(self, name: str, function: Workflow) -> None:
        """Register a function of texts and numbers under a name that stays; never hand it a secret."""
        self._functions[name] = function

    def queue(self, name: str, *, lanes: int, interval: float = 0.25) -> None:
        """Register a queue that runs ``lanes`` workflows of each partition at a time, looking every ``interval``."""
        self._queues[name] = (lanes, interval)

    def hold(self) -> None:
        """Keep other workbenches out of the folder; raises ``UnavailableError`` when one is in it already."""
        if self._lock is None:
            self._lock = only_one(self._folder / _LOCK)

    def launch(self) -> None:
        """Start, and resume what had not ended; raises ``UnavailableError`` when the state cannot be used."""
        self.hold()
        if self._database is None:
            prepare(self._folder / FILE)
        # DBOS writes to the console unless its logger has a handler already.
        logger = logging.getLogger("dbos")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
        DBOS(config=self._config())
        for name, function in self._functions.items():
            self._registered[name] = DBOS.workflow(name=name, max_recovery_attempts=None)(self._watched(function))
        with self._translated():
            DBOS.launch()
            for name, (lanes, interval) in self._queues.items():
                DBOS.register_queue(
                    name,
                    partition_worker_concurrency=lanes,
                    polling_interval_sec=interval,
                    on_conflict="always_update",
                )
        self.begin(self._forget)

    def start(self, name: str, workflow_id: str, *arguments: Any) -> None:
        """Start a workflow beside the caller; nothing happens when there is one of this id."""
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._registered[name], *arguments)

    def enqueue(self, queue: str, partition: str, name: str, workflow_id: str, *arguments: Any) -> None:
        """Put a workflow into a queue; nothing happens when there is one of this id."""
        with SetWorkflowID(workflow_id), SetEnqueueOptions(queue_partition_key=partition):
            DBOS.enqueue_workflow(queue, self._registered[name], *arguments)

    def begin(self, start: Callable[[], object]) -> None:
        """Start or enqueue a workflow beside the caller, however long the runtime's database is busy."""
        self._starters.submit(self._begin, start)

    def step(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a step of the current workflow, and remember what it returns: a repeat of the workflow skips it."""
        return DBOS.run_step({"name": name}, partial(function, *arguments))

    def rest(self, until: float, *, unless: Callable[[], bool]) -> None:
        """Wait until a time (unix seconds), or until ``unless`` holds after a ``wake``.

        A thread in DBOS's own sleep cannot be ended, and would keep the process for as long.
        """
        with self._changed:
            while not unless() and (left := until - time.time()) > 0:
                if self._stopping:
                    raise Stopping
                self._changed.wait(min(left, threading.TIMEOUT_MAX))

    def wait(self, until: float, *, unless: Callable[[], bool]) -> None:
        """Wait like ``rest``, outside of a workflow: a close ends it without a word."""
        with self._changed:
            while not unless() and not self._stopping and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)

    def wake(self) -> None:
        """Let whoever waits look again."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Let go of every workflow; what is not finished within seconds is resumed at the next start."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._active == 0, _PATIENCE)
        self._starters.shutdown(wait=False, cancel_futures=True)
        if self._lock is not None:
            DBOS.destroy(destroy_registry=True)
            self._lock.close()
            self._lock = None

    def _begin(self, start: Callable[[], object]) -> None:
        while not self._stopping:
            try:
                start()
            except SQLAlchemyError:
                self.wait(time.monotonic() + _AGAIN, unless=lambda: False)
            else:
                return

    def _forget(self) -> None:
        """Forget workflows that ended a while ago, so that the file does not grow for ever."""
        before = datetime.fromtimestamp(time.time() - _KEPT, UTC).isoformat()
        while old := DBOS.list_workflows(
            status=["SUCCESS", "ERROR"], end_time=before, limit=_MOST, load_input=False, load_output=False
        ):
            DBOS.delete_workflows([each.workflow_id for each in old])

    def _watched(self, function: Workflow) -> Workflow:
        """Count what runs, so that a close can wait for it."""

        def watched(*arguments: Any) -> None:
            with self._changed:
                if self._stopping:
                    raise Stopping
                self._active += 1
            try:
                function(*arguments)
            except SQLAlchemyError:
                # The runtime could not write its state, for example on a full disk: the workflow goes on where it was
                # once that works again. An error that DBOS saw would be recorded as its end.
                self.begin(partial(DBOS.resume_workflow, str(DBOS.workflow_id)))
                raise Stopping from None
            finally:
                with self._changed:
                    self._active -= 1
                    self._changed.notify_all()

        return watched

    def _config(self) -> DBOSConfig:
        return {
            "name": "zoho-books-workbench",
            "system_database_url": self._database or f"sqlite:///{self._folder / FILE}",
            # A workflow is resumed by its executor, and taken from a queue by any of its version.
            "application_version": f"{_VERSION}-{self._identity}",
            "executor_id": self._identity,
            "enable_otlp": False,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": 0.2,
        }

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say what is wrong with the database, never with which password it was asked."""
        try:
            yield
        except SQLAlchemyError as error:
            original = getattr(error, "orig", None)
            self.close()
            if isinstance(original, sqlite3.Error):
                raise FAILURES.sqlite_error(original, self._folder / FILE) from None
            raise UnavailableError(
                "durable_unreachable",
                "The database of the durable runtime cannot be used.",
                "Check the address given with --database, and that the server runs and lets this user in.",
            ) from None
