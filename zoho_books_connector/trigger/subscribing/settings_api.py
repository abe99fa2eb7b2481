"""Webhooks and workflow rules through Zoho's settings API: listed, read, created, changed, switched on, removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from zoho_books_connector.api.client import BooksClient, record_of
from zoho_books_connector.boundary.subscribing import PartKind
from zoho_books_connector.errors import NotFoundError, OutcomeUnknownError, RejectedError, UnexpectedResponseError
from zoho_books_connector.trigger.subscribing.entities import EntityNames
from zoho_books_connector.trigger.subscribing.finished import Finished

READ: Final = "ZohoBooks.settings.READ"
CREATE: Final = "ZohoBooks.settings.CREATE"
UPDATE: Final = "ZohoBooks.settings.UPDATE"
DELETE: Final = "ZohoBooks.settings.DELETE"


@dataclass(frozen=True)
class _Kind:
    path: str
    key: str


#: What Zoho calls the two parts of a subscription.
_KINDS: Final[Mapping[PartKind, _Kind]] = {
    "webhook": _Kind("/settings/webhooks", "webhook"),
    "rule": _Kind("/settings/workflows", "workflow"),
}
#: The last part of the address that switches a rule on: Zoho documents the operation, not its address.
_ON: Final = ("active", "activate")
_UNKNOWN_ADDRESS: Final = 5


@dataclass
class Learnt:
    """What calls have shown of an organization's settings API; lives as long as the runtime."""

    entities: EntityNames = field(default_factory=EntityNames)
    #: The word that switched a rule on.
    word: str | None = None
    finished: Finished = field(default_factory=Finished)


@dataclass(frozen=True)
class Part:
    """A webhook or a rule, as a list shows it."""

    kind: PartKind
    id: str
    name: str
    row: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> str:
        """The module, in Zoho's word."""
        return str(self.row.get("entity") or "")


class SettingsApi:
    """The calls; each raises the ``ConnectorError`` that Zoho's answer means. A dry one reads and writes nothing."""

    def __init__(self, client: BooksClient, *, is_dry: bool = False) -> None:
        self.client = client
        self.is_dry = is_dry
        self.learnt = client.log.run.runtime.resource(f"zoho_books.subscribing:{client.bucket}", Learnt)

    def listed(self, kind: PartKind) -> list[Part]:
        """Return every webhook or rule of the organization, from all pages."""
        at = _KINDS[kind]
        rows = self.client.pages(at.path, f"{at.key}s", scope=READ)
        parts = [Part(kind, _text(row.get(f"{at.key}_id")), _text(row.get(f"{at.key}_name")), row) for row in rows]
        self.learnt.entities.learn(part.entity for part in parts)
        return [part for part in parts if part.id]

    def read(self, part: Part) -> dict[str, Any]:
        """Return everything that Zoho shows of a webhook or a rule."""
        return record_of(self.client.get(_address(part.kind, part.id), scope=READ), _KINDS[part.kind].key)

    def create(self, kind: PartKind, body: Mapping[str, Any]) -> str | None:
        """Create a webhook or a rule and return its id; ``None`` in a dry run."""
        if self.is_dry:
            return None
        at = _KINDS[kind]
        record = record_of(self.client.post(at.path, _json(body), scope=CREATE), at.key)
        identity = _text(record.get(f"{at.key}_id"))
        if not identity:
            raise UnexpectedResponseError(
                "record_missing",
                f"Zoho reported that the {kind} was created, but sent no id.",
                "Call again: what was created is found by its name.",
            )
        return identity

    def change(self, kind: PartKind, identity: str, body: Mapping[str, Any]) -> None:
        """Write a webhook or a rule again."""
        if not self.is_dry:
            self.client.put(_address(kind, identity), _json(body), scope=UPDATE)

    def switch_on(self, rule: Part) -> None:
        """Switch a rule on, at the address that this organization's API knows."""
        if self.is_dry:
            return
        words = (self.learnt.word,) if self.learnt.word else _ON
        for word in words:
            try:
                self.client.post(f"{_address('rule', rule.id)}/{word}", b"{}", scope=CREATE)
            except RejectedError as error:
                if error.details.zoho_code != _UNKNOWN_ADDRESS or word == words[-1]:
                    raise
            except OutcomeUnknownError:
                if not is_active(self.read(rule)):
                    raise
                return
            else:
                self.learnt.word = word
                return

    def remove(self, part: Part) -> None:
        """Remove a webhook or a rule; one that is gone already is no error."""
        if self.is_dry:
            return
        try:
            self.client.delete(_address(part.kind, part.id), scope=DELETE)
        except NotFoundError:
            return


def is_active(rule: Mapping[str, Any]) -> bool:
    """Tell whether a rule runs; one that does not say is taken to."""
    return rule.get("is_active") not in (False, "false") and rule.get("status") not in ("inactive", "Inactive")


def _address(kind: PartKind, identity: str) -> str:
    return f"{_KINDS[kind].path}/{quote(identity, safe='')}"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
