"""The books of one organization: its records, ids, numbers, time zone, and custom fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .automation import Automation
from .changes import Change
from .errors import RefusedError
from .modules import MODULES
from .record_fields import Record
from .switches import Limits, Switches

WITHOUT_ZONE_DATA = {"America/New_York": -5.0, "Asia/Kolkata": 5.5}
"""Hours from UTC where the machine has no time-zone data, as on a bare Windows."""
CUSTOM_FIELDS = (
    ("cf_external_id", "External ID", "string"),
    ("cf_region", "Region", "string"),
    ("cf_score", "Score", "number"),
)
MODULES_WITH_CUSTOM_FIELDS = ("contact", "item", "sales_order", "invoice")
CHOICE_IDS = 5 * 10**11
ORDERS_KEPT = 16
PREFIXES = {"sales_order": "SO-{:05d}", "invoice": "INV-{:06d}"}


def zone_named(name: str) -> tzinfo:
    """The time zone, or a fixed offset where the machine has no zone data."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return timezone(timedelta(hours=WITHOUT_ZONE_DATA[name]))


class Books:
    """State of one organization; callers hold the sandbox's lock."""

    def __init__(
        self,
        organization: Record,
        first_id: int,
        clock: Callable[[], float],
        switches: Switches,
        limits: Limits,
    ) -> None:
        """Start with the organization's own record and its custom fields, and nothing else."""
        self.organization = organization
        self.switches = switches
        self.limits = limits
        self.clock = clock
        self.listing_lag: float = switches.listing_lag_seconds
        self.zone = zone_named(organization["time_zone"])
        self._last_id = first_id
        self._last_choice_id = first_id + CHOICE_IDS
        self._records: dict[str, dict[str, Record]] = {key: {} for key in MODULES}
        self._listed_from: dict[tuple[str, str], float] = {}
        self._all_listed_from = 0.0
        self._orders: dict[object, list[Record]] = {}
        self._numbers: dict[str, int] = {}
        self._records["organization"][organization["organization_id"]] = organization
        self._noted: list[Change] | None = None
        self.automation = Automation()
        self.choices: dict[str, list[Record]] = defaultdict(list)
        self.custom_fields = {module: self._definitions() for module in MODULES_WITH_CUSTOM_FIELDS}

    @property
    def edition(self) -> str:
        """Country edition: `us` or `in`."""
        return str(self.organization["country_code"]).lower()

    @property
    def symbol(self) -> str:
        """Symbol of the base currency."""
        return str(self.organization["currency_symbol"])

    def new_id(self) -> str:
        """A record id nobody had before: digits, above 2**53."""
        self._last_id += 2
        return str(self._last_id)

    def new_choice_id(self) -> str:
        """An id for what is no record: from a range of its own, so that records keep theirs."""
        self._last_choice_id += 2
        return str(self._last_choice_id)

    def timestamp(self) -> str:
        """Now in the organization's zone, with an offset that has no colon."""
        return datetime.fromtimestamp(self.clock(), self.zone).strftime("%Y-%m-%dT%H:%M:%S%z")

    def today(self) -> date:
        """Today in the organization's zone."""
        return datetime.fromtimestamp(self.clock(), self.zone).date()

    def all(self, module: str) -> list[Record]:
        """Every record of a module, oldest first."""
        return list(self._records[module].values())

    def listed(self, module: str) -> list[Record]:
        """The records that lists show already; by a switch a fresh one is missing for a moment."""
        now = self.clock()
        return [
            record
            for identity, record in self._records[module].items()
            if self._listed_from.get((module, identity), 0) <= now
        ]

    def in_order(self, key: object, choose: Callable[[], list[Record]]) -> list[Record]:
        """What `choose` gives for a list, asked again only after a change, so that paging stays quick."""
        if self.clock() < self._all_listed_from:
            return choose()
        if key not in self._orders:
            if len(self._orders) >= ORDERS_KEPT:
                self.forget_orders()
            self._orders[key] = choose()
        return self._orders[key]

    def forget_orders(self) -> None:
        """Let every list be chosen anew; for changes of records in place."""
        self._orders.clear()

    def find(self, module: str, identity: object) -> Record | None:
        """A record by its id."""
        return self._records[module].get(str(identity))

    def get(self, module: str, identity: object, status: int | None = None) -> Record:
        """A record by its id; raises what an unknown id is answered with."""
        record = self.find(module, identity)
        if record is None:
            what = MODULES[module].response_key.replace("_", " ")
            raise RefusedError(1002, status or self.switches.missing_record_status, what=f"The {what}")
        return record

    def store(self, module: str, record: Record) -> Record:
        """Keep a record under its id, which it gets if it has none, with its times."""
        id_field = MODULES[module].id_field
        now = self.timestamp()
        identity = str(record.get(id_field) or self.new_id())
        record = {id_field: identity, **record, "last_modified_time": now}
        record.setdefault("created_time", now)
        if identity not in self._records[module]:
            self._listed_from[module, identity] = self.clock() + self.listing_lag if self.listing_lag else 0
            self._all_listed_from = max(self._all_listed_from, self._listed_from[module, identity])
        self.forget_orders()
        self._note(Change(module, identity, self.find(module, identity), record))
        self._records[module][identity] = record
        return record

    def remove(self, module: str, identity: str) -> None:
        """Forget a record."""
        record = self._records[module].pop(identity, None)
        if record is not None:
            self.forget_orders()
            self._note(Change(module, identity, record, None))

    @contextmanager
    def noting(self) -> Iterator[list[Change]]:
        """Note what changes within; nothing is noted otherwise."""
        noted = self._noted = []
        try:
            yield noted
        finally:
            self._noted = None

    def _note(self, change: Change) -> None:
        if self._noted is not None:
            self._noted.append(change)

    def next_number(self, module: str) -> str:
        """The next automatic number of a document that nobody took by hand."""
        taken = {record.get(f"{MODULES[module].response_key}_number") for record in self.all(module)}
        while True:
            self._numbers[module] = self._numbers.get(module, 0) + 1
            number = PREFIXES[module].format(self._numbers[module])
            if number not in taken:
                return number

    def currency(self, currency_id: object) -> Record:
        """A currency by id, the base currency for none; raises for an unknown one."""
        wanted = str(currency_id or self.organization["currency_id"])
        currency = self.find("currency", wanted)
        if currency is None:
            raise RefusedError(9004)
        return currency

    def _definitions(self) -> list[dict[str, Any]]:
        return [
            {
                "customfield_id": self.new_id(),
                "index": index,
                "label": label,
                "api_name": api_name,
                "data_type": data_type,
                "is_unique": api_name == "cf_external_id",
            }
            for index, (api_name, label, data_type) in enumerate(CUSTOM_FIELDS, start=1)
        ]
