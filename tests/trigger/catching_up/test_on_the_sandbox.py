"""Against the sandbox: every typed module, in both positions of the switches, and together with webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Books
from tests.sandbox.conftest import StandingClock
from zoho_books_connector.boundary import DataCentre, Event, HttpSettings, RunContext
from zoho_books_connector.runtime import DefaultRuntime
from zoho_books_connector.sandbox import Limits, Sandbox, Switches
from zoho_books_connector.stores import SqliteInbox
from zoho_books_connector.trigger import WebhookTrigger
from zoho_books_connector.trigger.catching_up.lists import LISTS
from zoho_books_connector.trigger.events import read_events

MODULES = (
    *("contact", "item", "estimate", "sales_order", "invoice", "credit_note", "customer_payment"),
    *("expense", "purchase_order", "bill", "vendor_payment", "journal", "account", "project", "task"),
)
BEGIN = StandingClock.seconds


class Scene(Books):
    """Books on a clock that stands still, with a host that catches up."""

    def __init__(self, sandbox: Sandbox, clock: StandingClock) -> None:
        super().__init__(sandbox)
        self.clock = clock
        self.host.runtime.close()
        centres = tuple(
            DataCentre(f"sandbox-{code}", f"Sandbox {code}", centre.accounts_url, centre.api_domain)
            for code, centre in sandbox.data_centres.items()
        )
        resources: dict[str, Any] = {"zoho_books.clock": clock, "zoho_books.sleep": clock.tick}
        self.host.runtime = DefaultRuntime(HttpSettings(sandboxes=centres), resources=resources)
        self.cursor: dict[str, Any] | None = None
        self.warnings: list[str] = []

    def plant(self, module: str, ago: float, **fields: Any) -> dict[str, Any]:
        self.clock.tick(-ago)
        stamp = self.centre._books(self.organization_id).timestamp()
        self.clock.tick(ago)
        record = {"created_time": stamp, "last_modified_time": stamp} | fields
        return self.centre.seed(self.organization_id, module, record)

    def catch_up(self, *modules: str, since: float = BEGIN - 3600, **asked: Any) -> list[Event]:
        events: list[Event] = []
        pages = WebhookTrigger().catch_up(
            modules,
            credential=self.host.credential,
            tokens=self.host.tokens,
            run=RunContext(self.host.runtime),
            since=since,
            cursor=self.cursor,
            most_calls=1000,
            **asked,
        )
        for page in pages:
            events += page.events
            self.cursor = page.cursor
            self.warnings += page.warnings
        return events


@pytest.fixture(
    params=[(sort, brings) for sort in ("documented", "everywhere") for brings in ("documented", "everywhere")],
    ids="-".join,
)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    sort, brings = request.param
    clock = StandingClock()
    with Sandbox(
        switches=Switches(modified_sort=sort, modified_filter=brings), limits=Limits.off(), clock=clock
    ) as box:
        made = Scene(box, clock)
        yield made
        made.host.runtime.close()


@pytest.mark.parametrize("module", MODULES)
def test_what_changed_is_brought_and_nothing_older(scene: Scene, module: str) -> None:
    id_field = LISTS[module].module.id_field
    old = {scene.plant(module, hours * 3600)[id_field] for hours in (2, 30, 400)}
    recent = {scene.plant(module, ago)[id_field] for ago in (3000, 1500, 1500)}
    there = {event.record_id for event in scene.catch_up(module)}
    assert there >= recent
    assert not there & old
    scene.clock.tick(300)
    scene.catch_up(module)
    changed = scene.plant(module, 0)
    assert [event.record_id for event in scene.catch_up(module)] == [changed[id_field]]


@pytest.mark.parametrize("module", ["contact", "item", "invoice"])
def test_one_second_with_three_pages_is_read_whole(scene: Scene, module: str) -> None:
    planted = {scene.plant(module, 600)[LISTS[module].module.id_field] for _ in range(601)}
    events = scene.catch_up(module)
    assert {event.record_id for event in events} == planted
    assert len(events) == 601


def test_whole_records_carry_more_than_lists(scene: Scene) -> None:
    scene.plant("invoice", 60, line_items=[{"name": "Bolt"}])
    [listed] = scene.catch_up("invoice")
    scene.cursor = None
    [whole] = scene.catch_up("invoice", whole_records=True)
    assert "line_items" not in listed.record
    assert whole.record["line_items"][0]["name"] == "Bolt"
    assert (whole.delivery_id, whole.version_key) == (listed.delivery_id, listed.version_key)


def test_a_webhook_and_a_catch_up_bring_one_event_for_each_version(scene: Scene, tmp_path: Path) -> None:
    delivered, missed = scene.plant("contact", 300), scene.plant("contact", 200)
    inbox = SqliteInbox(tmp_path / "inbox.db")
    body = {"contact": delivered}
    by_webhook = read_events([body], "d" * 64, {"event": "contact_created"}, {})
    assert inbox.put(by_webhook) == 1
    read = scene.catch_up("contact")
    assert inbox.put(read, by_version=True) == 1
    assert inbox.put(scene.catch_up("contact"), by_version=True) == 0
    assert [taken.event.record_id for taken in inbox.take(10)] == [delivered["contact_id"], missed["contact_id"]]
    scene.clock.tick(5)
    scene.centre.enter(scene.organization_id, "contact", {"contact_id": delivered["contact_id"], "notes": "changed"})
    assert inbox.put(scene.catch_up("contact"), by_version=True) == 1
    inbox.close()


def test_what_the_inbox_knows_is_not_read_whole(scene: Scene, tmp_path: Path) -> None:
    scene.plant("contact", 300)
    inbox = SqliteInbox(tmp_path / "inbox.db")
    inbox.put(scene.catch_up("contact", whole_records=True, is_known=inbox.known), by_version=True)
    assert scene.catch_up("contact", whole_records=True, is_known=inbox.known) == []
    assert len([call for call in scene.calls() if call.startswith("GET /contacts/")]) == 1
    inbox.close()
