"""Flows: when an event of a type arrives, an action runs with inputs taken from it. No more than that."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from zoho_books_connector.boundary import Event
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError, FieldFault, InputError, NotFoundError
from zoho_books_connector.workbench.attempts import Attempts
from zoho_books_connector.workbench.documents import Field, build, field_at, fields_of, typed
from zoho_books_connector.workbench.ledger import Ledger
from zoho_books_connector.workbench.runs import Runs

CAUSE: Final = "flow"
_PLACE: Final = re.compile(r"[0-9]{1,6}")
_COLUMNS: Final = "id, label, connection, event, action, mapping, is_on, created_at"
_BLANK: Final[tuple[Any, ...]] = (None, "", [], {})


class Source(NamedTuple):
    """Where an input's value comes from: a field of the event by its path, or a fixed text."""

    path: str = ""
    fixed: str = ""


@dataclass(frozen=True)
class Flow:
    """One flow. It runs for events of its own connection."""

    id: str
    label: str
    connection: str
    event: str
    action: str
    #: Pointer of an input → where its value comes from.
    mapping: dict[str, Source]
    is_on: bool
    created_at: float


@dataclass(frozen=True)
class Preview:
    """What a flow would do with an event."""

    inputs: dict[str, Any]
    #: What is wrong with the inputs, as far as that is known without a request.
    error: ConnectorError | None


class Flows:
    """The flows in the workbench's file, and what they do with an event."""

    def __init__(
        self, ledger: Ledger, runs: Runs, attempts: Attempts, host: Host, clock: Callable[[], float] = time.time
    ) -> None:
        self._ledger = ledger
        self._runs = runs
        self._attempts = attempts
        self._host = host
        self._clock = clock

    def dispatch(self, event: Event, connection_id: str) -> None:
        """Begin a run for each flow that an event starts; the same event once more begins nothing.

        When it returns, the runs are on disk and the event may be acknowledged.
        """
        for flow in self.all():
            if not (flow.is_on and flow.event == event.type and flow.connection == connection_id):
                continue
            inputs = inputs_of(flow.mapping, asdict(event), self.schema(flow.action))
            run_id = f"{event.delivery_id}:{flow.id}"
            self._runs.submit(run_id, flow.action, connection_id, inputs, cause=CAUSE, cause_id=flow.id)

    def add(self, label: str, connection: str, event: str, action: str, mapping: Mapping[str, Source]) -> Flow:
        """Check a flow and keep it, switched on; raises ``InputError`` with what is wrong."""
        self._check(event, action, mapping)
        flow = Flow(uuid.uuid4().hex, label.strip(), connection, event, action, dict(mapping), True, self._clock())
        with self._ledger.write() as handle:
            handle.execute(
                "INSERT INTO flow VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*(flow.id, flow.label, connection, event, action), json.dumps(mapping), 1, flow.created_at),
            )
        return flow

    def all(self) -> Sequence[Flow]:
        """Return the flows, oldest first."""
        with self._ledger.read() as handle:
            rows = handle.execute(f"SELECT {_COLUMNS} FROM flow ORDER BY created_at, id").fetchall()  # noqa: S608 - a constant
        return [_flow(row) for row in rows]

    def of(self, connection: str) -> Sequence[Flow]:
        """Return the flows of a connection, which may be gone."""
        return [flow for flow in self.all() if flow.connection == connection]

    def get(self, flow_id: str) -> Flow:
        """Return a flow; raises ``NotFoundError`` when it is gone."""
        found = next((flow for flow in self.all() if flow.id == flow_id), None)
        if found is None:
            raise NotFoundError("flow_unknown", "There is no such flow.", "It may have been deleted.")
        return found

    def switch(self, flow_id: str, *, on: bool) -> None:
        """Switch a flow on or off; runs that it has begun go on."""
        with self._ledger.write() as handle:
            handle.execute("UPDATE flow SET is_on = ? WHERE id = ?", (on, flow_id))

    def delete(self, flow_id: str) -> None:
        """Forget a flow; its runs stay in the history."""
        with self._ledger.write() as handle:
            handle.execute("DELETE FROM flow WHERE id = ?", (flow_id,))

    def preview(self, connection: str, event: str, action: str, mapping: Mapping[str, Source]) -> Preview:
        """Return what would be run for the sample of an event; sends nothing."""
        try:
            inputs = inputs_of(mapping, self.sample(event), self.schema(action))
        except InputError as error:
            return Preview({}, error)
        return Preview(inputs, self._attempts.refusal(action, connection, inputs))

    def event_types(self) -> dict[str, dict[str, Any]]:
        """Return the types of events by name, as the manifest has them."""
        found: dict[str, dict[str, Any]] = self._host.manifest()["triggers"]["webhook"]["events"]["types"]
        return found

    def sample(self, event: str) -> dict[str, Any]:
        """Return the sample of a type of event; raises ``InputError`` for an unknown one."""
        types = self.event_types()
        if event not in types:
            raise InputError("event_unknown", f"There is no type of event {event!r}.", "Choose one of the list.")
        return self._host.document(types[event]["sample"])

    def schema(self, action: str) -> dict[str, Any]:
        """Return the schema of an action's inputs; raises ``InputError`` for an unknown action."""
        actions = self._host.manifest()["actions"]
        if action not in actions:
            raise InputError("action_unknown", f"There is no action {action!r}.", "Choose one of the list.")
        return self._host.document(actions[action]["input"])

    def loop(self, event: str, action: str) -> list[str]:
        """Return the modules that a flow would go round in, with the flows that are on; empty when it ends."""
        start, writes = self._module(event), self._written(action)
        if writes is None:
            return []
        edges = [(self._module(flow.event), self._written(flow.action)) for flow in self.all() if flow.is_on]
        trail, reached = [start, writes], {writes}
        while start not in reached:
            onward = next((to for of, to in edges if of in reached and to is not None and to not in reached), None)
            if onward is None:
                return []
            reached.add(onward)
            trail.append(onward)
        return list(dict.fromkeys(trail))

    def _module(self, event: str) -> str:
        return _plain(str(self.event_types().get(event, {}).get("module", event.partition(".")[0])))

    def _written(self, action: str) -> str | None:
        found = self._host.manifest()["actions"].get(action)
        return None if found is None or found["hints"]["readOnlyHint"] else _plain(action.partition("_")[2])

    def _check(self, event: str, action: str, mapping: Mapping[str, Source]) -> None:
        schema = self.schema(action)
        inputs_of(mapping, self.sample(event), schema)
        faults = [
            FieldFault(pointer, "is no input of the action") for pointer in mapping if field_at(schema, pointer) is None
        ]
        given = {"/".join("0" if part.isdigit() else part for part in pointer.split("/")) for pointer in mapping}
        faults += [
            FieldFault(field.pointer, f"is required ({field.title})")
            for field in fields_of(schema)
            if field.is_required and field.pointer not in given
        ]
        if faults or not mapping:
            told = "; ".join(f"{each.pointer} {each.message}" for each in faults) or "nothing is mapped"
            raise InputError("mapping_wrong", f"The flow is not complete: {told}.", "Map it.", fields=tuple(faults))


def paths_of(sample: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every path into an event with its example's text, in the sample's order."""
    return list(_paths(sample, ""))


def inputs_of(mapping: Mapping[str, Source], event: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that an event makes; what the event does not have is not given."""
    values: list[tuple[str, Any]] = []
    for pointer, source in mapping.items():
        field = field_at(schema, pointer)
        value = at(event, source.path) if source.path else source.fixed
        if field is not None and value not in _BLANK:
            values.append((pointer, _fitted(field, value)))
    return build(values)


def at(event: Mapping[str, Any], path: str) -> Any:
    """Return what lies at a path; ``None`` where nothing does."""
    found: Any = event
    for part in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(part)
        elif isinstance(found, list) and _PLACE.fullmatch(part) and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def _paths(value: Any, path: str) -> Iterator[tuple[str, str]]:
    members = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else None
    if members is None:
        yield path, "" if value is None else str(value)
        return
    for name, inside in members:
        yield from _paths(inside, f"{path}.{name}" if path else str(name))


def _fitted(field: Field, value: Any) -> Any:
    """Return a value of an event as what the input takes: both sides write numbers as text now and then."""
    if isinstance(value, str):
        return typed(field, value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and "number" not in field.types and "string" in field.types:
        return str(value)
    return value


def _plain(module: str) -> str:
    return module.replace("_", "")


def _flow(row: Sequence[Any]) -> Flow:
    flow_id, label, connection, event, action, mapping, is_on, created_at = row
    sources = {pointer: Source(*source) for pointer, source in json.loads(mapping).items()}
    return Flow(flow_id, label, connection, event, action, sources, bool(is_on), created_at)
