"""Flows: when an event of a type arrives, an action runs with inputs taken from it. No more than that."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from zoho_books_connector.boundary import Event
from zoho_books_connector.cli.host import Host
from zoho_books_connector.errors import ConnectorError, FieldFault, InputError
from zoho_books_connector.workbench.documents import field_at, unfilled
from zoho_books_connector.workbench.flows.mapping import Source, inputs_of
from zoho_books_connector.workbench.flows.table import Flow, FlowTable
from zoho_books_connector.workbench.runs.attempts import Attempts
from zoho_books_connector.workbench.runs.work import Runs

CAUSE: Final = "flow"
#: The codes of what is raised for a flow that does not fit its event or its action.
MISFITS: Final = ("mapping_wrong", "event_unknown", "action_unknown")


@dataclass(frozen=True)
class Preview:
    """What a flow would do with an event."""

    inputs: dict[str, Any]
    #: What is wrong with the inputs, as far as that is known without a request.
    error: ConnectorError | None


class Flows:
    """Checks flows, and does with an event what they say."""

    def __init__(
        self, table: FlowTable, runs: Runs, attempts: Attempts, host: Host, clock: Callable[[], float] = time.time
    ) -> None:
        self.table = table
        self._runs = runs
        self._attempts = attempts
        self._host = host
        self._clock = clock

    def dispatch(self, event: Event, connection_id: str) -> None:
        """Begin a run for each flow that an event starts; the same event once more begins nothing.

        When it returns, the runs are on disk and the event may be acknowledged. A flow that does not fit its action any
        more keeps no other one from running; what is wrong with it is raised at the end, so that the event is kept
        until somebody has changed the flow.
        """
        wrong: InputError | None = None
        for flow in self.table.of(connection_id):
            if flow.is_on and flow.event == event.type:
                try:
                    self._begin(flow, event)
                except InputError as error:
                    wrong = error
        if wrong is not None:
            raise wrong

    def _begin(self, flow: Flow, event: Event) -> None:
        self._check(flow.event, flow.action, flow.mapping)
        inputs = inputs_of(flow.mapping, asdict(event), self.schema(flow.action))
        run_id = f"{event.delivery_id}:{flow.id}"
        self._runs.submit(run_id, flow.action, flow.connection, inputs, cause=CAUSE, cause_id=flow.id)

    def add(self, label: str, connection: str, event: str, action: str, mapping: Mapping[str, Source]) -> Flow:
        """Check a flow and keep it, switched on; raises ``InputError`` with what is wrong."""
        self._check(event, action, mapping)
        flow = Flow(uuid.uuid4().hex, label.strip(), connection, event, action, dict(mapping), True, self._clock())
        self.table.add(flow)
        return flow

    def change(
        self, flow_id: str, label: str, connection: str, event: str, action: str, mapping: Mapping[str, Source]
    ) -> None:
        """Let a flow be another one from now on, switched as it is; raises ``InputError`` with what is wrong."""
        self._check(event, action, mapping)
        now = self.table.get(flow_id)
        self.table.change(
            replace(now, label=label.strip(), connection=connection, event=event, action=action, mapping=dict(mapping))
        )

    def trouble(self, flow: Flow) -> str | None:
        """Return why a flow cannot run, as an action or an event may have changed since it was made."""
        try:
            self._check(flow.event, flow.action, flow.mapping)
        except InputError as error:
            return error.message
        return None

    def preview(self, connection: str, event: str, action: str, mapping: Mapping[str, Source]) -> Preview:
        """Return what would be run for the sample of an event; sends nothing."""
        try:
            inputs = inputs_of(mapping, self.sample(event), self.schema(action))
        except InputError as error:
            return Preview({}, error)
        try:
            return Preview(inputs, self._attempts.check(action, connection).refusal(inputs))
        except ConnectorError as error:
            return Preview(inputs, error)

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
        edges = [(self._module(flow.event), self._written(flow.action)) for flow in self.table.all() if flow.is_on]
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
        faults += [FieldFault(pointer, f"is required ({title})") for pointer, title in unfilled(schema, mapping)]
        if faults or not mapping:
            told = "; ".join(f"{each.pointer} {each.message}" for each in faults) or "nothing is mapped"
            raise InputError("mapping_wrong", f"The flow is not complete: {told}.", "Map it.", fields=tuple(faults))


def _plain(module: str) -> str:
    return module.replace("_", "")
