"""What the questions share: records that were read or created once, and the names of those that were created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from zoho_books_connector.api.client import client_for, region_table
from zoho_books_connector.boundary import RunContext, TokenSet, TokenStore
from zoho_books_connector.oauth.credential import parse_credential
from zoho_books_connector.probe.cleanup import KINDS, CleanUp
from zoho_books_connector.probe.findings import UnsettledError
from zoho_books_connector.probe.wire import Answer, Wire

T = TypeVar("T")

#: In the form of an id, and nobody's.
MADE_UP_ID: Final = "100000000000000001"
_ONE: Final = {"page": "1", "per_page": "1"}
_NUMBERS: Final = {"salesorder": "salesorder_number", "invoice": "invoice_number"}


class Lab:
    """One run of the probe. Whatever fails once fails for every question that needs it, without another call."""

    def __init__(
        self, credential: Mapping[str, Any], tokens: TokenStore, run: RunContext, *, suffix: str, write: bool
    ) -> None:
        self.wire = Wire(credential, tokens, run)
        self.suffix = suffix
        self.write = write
        parsed = parse_credential(credential, region_table(run))
        client = client_for(parsed, tokens, self.wire.log, organization_id=self.wire.organization_id, scope="")
        self.cleanup = CleanUp(client, suffix)
        self._tokens = tokens
        self._done: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The name of every contact and item that is created."""
        return f"Connector probe {self.suffix}"

    def tokens(self) -> TokenSet | None:
        """Return the stored tokens."""
        stored = self._tokens.load()
        return stored[0] if stored else None

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what ``make`` brings, or raise what it raised, without calling it again."""
        if key not in self._done:
            try:
                self._done[key] = make()
            except UnsettledError as error:
                self._done[key] = error
        found = self._done[key]
        if isinstance(found, UnsettledError):
            raise found
        made: T = found
        return made

    # --- reading -----------------------------------------------------------------------------------------------------

    def listed(self, path: str, **query: str) -> Answer:
        """Return the first page of a list, one record long."""
        return self.once(f"list {path}", lambda: self.wire.get(path, **_ONE, **query).required())

    def first(self, path: str, what: str, **query: str) -> dict[str, Any]:
        """Return the first record of a list."""
        rows = [value for value in self.listed(path, **query).body.values() if isinstance(value, list)]
        records = [row for row in rows[0] if isinstance(row, dict)] if rows else []
        if not records:
            raise UnsettledError(f"The organization has no {what}.")
        found: dict[str, Any] = records[0]
        return found

    def read(self, path: str) -> Answer:
        """Return a record's answer."""
        return self.once(f"read {path}", lambda: self.wire.get(path).required())

    def named(self) -> Answer:
        """Return the list of contacts with the name that the probe's contact has, or would have."""
        return self.once("named", lambda: self.wire.get("/contacts", contact_name=self.name).required())

    # --- creating ----------------------------------------------------------------------------------------------------

    def create(self, kind: str, body: Mapping[str, Any]) -> Answer:
        """Send a create; what was created is remembered for the clean-up."""
        answer = self.wire.post(KINDS[kind].path, body)
        record = record_in(answer, kind)
        if answer.succeeded and record.get(KINDS[kind].id_field):
            self.cleanup.add(kind, str(record[KINDS[kind].id_field]))
            self.wire.reserved = len(self.cleanup)
        elif answer.succeeded:
            self.wire.lost = True
        return answer

    def contact(self) -> Answer:
        """Return the answer to creating the probe's contact."""
        body = {"contact_name": self.name, "contact_type": "customer", "notes": "probe"}
        return self.once("contact", lambda: self.create("contact", body).required())

    def contact_id(self) -> str:
        """Return the id of the probe's contact."""
        return str(record_in(self.contact(), "contact")["contact_id"])

    def person(self) -> Answer:
        """Return the answer to adding a person to the probe's contact."""
        return self.once("person", lambda: self.wire.post("/contacts/contactpersons", self.person_body()).required())

    def person_body(self) -> dict[str, Any]:
        """Return the person; nobody reads mail at ``example.com``."""
        email = f"{self.suffix}@example.com"
        return {"contact_id": self.contact_id(), "first_name": "Probe", "email": email}

    def item(self) -> Answer:
        """Return the answer to creating the probe's item."""
        return self.once("item", lambda: self.create("item", {"name": self.name, "rate": 10}).required())

    def item_id(self) -> str:
        """Return the id of the probe's item."""
        return str(record_in(self.item(), "item")["item_id"])

    def numbered_order(self) -> Answer:
        """Return the answer to a sales order that carries a number without the flag for it."""
        number = {"salesorder_number": f"P0-{self.suffix}"}
        return self.once("numbered order", lambda: self.create("salesorder", self.document(number)))

    def order(self) -> Answer:
        """Return the answer to creating the probe's sales order."""
        numbered = self.numbered_order()
        if numbered.succeeded:
            return numbered
        return self.once("order", lambda: self.create("salesorder", self.document()).required())

    def invoice(self) -> Answer:
        """Return the answer to creating the probe's invoice, a draft."""
        return self.once("invoice", lambda: self.create_document("invoice").required())

    def create_document(self, kind: str, **fields: Any) -> Answer:
        """Send the create of a document, with a number where the organization numbers by hand."""
        by_hand = self.numbered_order().succeeded
        number = {_NUMBERS[kind]: f"P{len(self.wire.bodies)}-{self.suffix}"} if by_hand else {}
        return self.create(kind, self.document(number | fields))

    def document(self, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return a document of one line for the probe's contact; ``fields`` replace some."""
        start = {"reference_number": self.suffix}
        given = dict(fields or {})
        if "customer_id" not in given:
            start["customer_id"] = self.contact_id()
        if "line_items" not in given:
            given["line_items"] = [{"item_id": self.item_id(), "quantity": 2, "rate": 10}]
        return start | given


def record_in(answer: Answer, key: str) -> dict[str, Any]:
    """Return the record under a key, whether an object or a list of one; empty when there is none."""
    value = answer.body.get(key)
    only = value[0] if isinstance(value, list) and len(value) == 1 else value
    return only if isinstance(only, dict) else {}
