"""What is found is taken only when everything proves it ours; what could be ours is never created beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.creating.conftest import START, Time, World
from zoho_books_connector.boundary import JournalEntry, Stamp
from zoho_books_connector.errors import ConnectorError
from zoho_books_connector.sandbox import Switches
from zoho_books_connector.stores import MemoryJournal

INVOICES = "/invoices$"


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S%z")


def lose(world: World, path: str = INVOICES, *, commit: bool = False) -> None:
    world.spoil("reset", path=path, commit=commit)


def seed_invoice(world: World, *, at: float, **changes: Any) -> str:
    """Put an invoice like the one of ``world.invoice`` into the books, made at another time or with other fields."""
    lines = [{"item_id": world.item, "quantity": 2, "rate": 10, "item_total": 20}]
    usual = world.invoice(line_items=lines, total=20, created_time=stamp(at))
    return str(world.seed("invoice", **(usual | changes))["invoice_id"])


# --- records of others that look alike ---------------------------------------------------------------------------


def test_a_part_invoice_with_equal_reference_customer_date_and_total_is_another(world: World, time: Time) -> None:
    other = world.seed("item", name="Other", rate=20)["item_id"]
    theirs = [{"item_id": other, "quantity": 1, "rate": 20, "item_total": 20}]
    seed_invoice(world, at=time.now + 1, line_items=theirs)
    lose(world)
    assert world.unknown("create_invoice", world.invoice()).retry_after is not None
    assert not world.run("create_invoice", world.invoice(), attempt=2).recovered
    assert len(world.held("invoice")) == 2


def test_an_equal_invoice_from_before_the_sending_is_another(world: World, time: Time) -> None:
    seed_invoice(world, at=time.now - 10)
    lose(world)
    assert world.unknown("create_invoice", world.invoice()).retry_after is not None
    assert not world.run("create_invoice", world.invoice(), attempt=2).recovered
    assert len(world.held("invoice")) == 2


def test_the_own_record_is_told_from_an_equal_older_one(world: World, time: Time) -> None:
    older = seed_invoice(world, at=time.now - 10)
    lose(world, commit=True)
    result = world.run("create_invoice", world.invoice())
    assert result.recovered
    assert result.data["invoice_id"] != older


def test_an_equal_record_from_the_seconds_before_is_neither_taken_nor_created_beside(world: World, time: Time) -> None:
    """Zoho's servers need not agree to the second."""
    theirs = seed_invoice(world, at=time.now - 2)
    lose(world)
    error = world.unknown("create_invoice", world.invoice())
    assert (error.code, error.look_for["candidates"]) == ("record_uncertain", [theirs])


def test_of_two_equal_records_made_since_none_is_taken(world: World, time: Time) -> None:
    theirs = seed_invoice(world, at=time.now + 1)
    lose(world, commit=True)
    error = world.unknown("create_invoice", world.invoice())
    assert error.code == "record_uncertain"
    assert theirs in error.look_for["candidates"]
    assert len(error.look_for["candidates"]) == 2


def test_a_record_that_differs_in_what_zoho_may_have_changed_is_neither_taken_nor_created_beside(
    world: World, time: Time
) -> None:
    near = seed_invoice(world, at=time.now + 1, notes="as Zoho tidied them")
    lose(world)
    inputs = world.invoice(notes="As they were sent")
    error = world.unknown("create_invoice", inputs)
    assert (error.code, error.look_for["candidates"], error.retry_after) == ("record_uncertain", [near], None)
    assert world.unknown("create_invoice", inputs, attempt=2).code == "record_uncertain"
    assert len(world.held("invoice")) == 1


def test_a_record_made_long_after_the_last_sending_is_somebodys_own(world: World, time: Time) -> None:
    lose(world)
    world.unknown("create_invoice", world.invoice())
    time.sleep(3600)
    seed_invoice(world, at=time.now)
    assert world.unknown("create_invoice", world.invoice(), attempt=2).code == "record_uncertain"


class TestContactsThatMayShareAName:
    @pytest.fixture
    def switches(self) -> Switches:
        return Switches(contact_names="repeatable")

    def test_a_second_contact_of_the_same_name_is_another(self, world: World, time: Time) -> None:
        world.seed("contact", contact_name="New", contact_type="customer", created_time=stamp(time.now - 60))
        lose(world, "/contacts$")
        world.unknown("create_contact", {"contact_name": "New"})
        result = world.run("create_contact", {"contact_name": "New"}, attempt=2)
        assert not result.recovered
        assert [contact["contact_name"] for contact in world.held("contact")].count("New") == 2


# --- contact persons, which Zoho does not date --------------------------------------------------------------------


def person(world: World, **changes: Any) -> dict[str, Any]:
    return {"contact_id": world.customer, "first_name": "Ada", "email": "ada@example.com"} | changes


def test_an_undated_person_is_named_but_never_taken_nor_created_twice(world: World) -> None:
    lose(world, "/contactpersons$", commit=True)
    error = world.unknown("create_contact_person", person(world))
    [made] = world.held("contact_person")
    assert (error.code, error.look_for["candidates"]) == ("record_uncertain", [made["contact_person_id"]])
    world.unknown("create_contact_person", person(world), attempt=2)
    assert len(world.held("contact_person")) == 1


def test_a_person_with_a_shared_address_is_another(world: World) -> None:
    world.seed("contact_person", **person(world, first_name="Grace"))
    lose(world, "/contactpersons$")
    world.unknown("create_contact_person", person(world))
    assert not world.run("create_contact_person", person(world), attempt=2).recovered
    assert len(world.held("contact_person")) == 2


class TestPersonsThatAreDated:
    @pytest.fixture
    def switches(self) -> Switches:
        return Switches(person_times="present")

    def test_a_dated_person_is_recovered(self, world: World) -> None:
        lose(world, "/contactpersons$", commit=True)
        assert world.run("create_contact_person", person(world, email="ADA@example.com")).recovered


def another_sends(world: World, seconds: float) -> None:
    """Let another worker have begun to send for the same step."""
    now = Stamp(world.time.now + world.wrong_by, world.time.now)
    changed(world, lambda entry: replace(entry, busy_until=now.later(seconds)))


class OvertakenJournal(MemoryJournal):
    """A journal in which another worker takes the key just before this one rests."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def rest(self, key: str, *, seen: Stamp, began: Stamp, busy_until: Stamp) -> None:
        another_sends(self._world, 50)
        super().rest(key, seen=seen, began=began, busy_until=busy_until)


# --- other keys -----------------------------------------------------------------------------------------------------


def test_a_record_that_another_key_has_is_another(world: World, time: Time) -> None:
    theirs = world.run("create_invoice", world.invoice(), idempotency_key="step-0").data["invoice_id"]
    lose(world)
    assert world.unknown("create_invoice", world.invoice()).retry_after is not None
    result = world.run("create_invoice", world.invoice(), attempt=2)
    assert not result.recovered
    assert result.data["invoice_id"] != theirs


def test_a_record_that_could_be_another_open_keys_is_not_taken(world: World) -> None:
    lose(world)
    world.unknown("create_invoice", world.invoice(), idempotency_key="step-0")
    lose(world, commit=True)
    assert world.unknown("create_invoice", world.invoice()).code == "record_uncertain"


def test_the_same_step_on_two_workers_creates_once(world: World) -> None:
    """The second worker comes while the first one's request is on its way, and is told when to come back."""
    lose(world, commit=False)
    world.unknown("create_invoice", world.invoice())
    another_sends(world, 50)
    error = world.unknown("create_invoice", world.invoice(), attempt=2)
    assert (error.code, error.retry_after) == ("still_running", 50)
    assert world.asked == ["GET /invoices"]
    world.time.sleep(51)
    assert not world.run("create_invoice", world.invoice(), attempt=2).recovered


def test_a_worker_that_was_overtaken_does_not_free_the_key_of_the_one_at_work(world: World) -> None:
    lose(world)
    world.journal = OvertakenJournal(world)
    world.restart()
    world.unknown("create_invoice", world.invoice())
    assert world.unknown("create_invoice", world.invoice(), attempt=2).code == "still_running"


def test_looks_that_last_too_long_are_not_followed_by_a_create(world: World) -> None:
    """By then another attempt may be at work."""
    lose(world)
    world.unknown("create_invoice", world.invoice(), settle_within=0.1)
    slow = world.time.sleep
    world.time.sleep = lambda seconds: slow(seconds + 100)  # type: ignore[method-assign]
    world.restart()
    with pytest.raises(ConnectorError):
        world.run("create_invoice", world.invoice(), attempt=2)
    assert "POST /invoices" not in world.asked


def test_what_a_worker_that_died_has_created_is_found_at_once(world: World, time: Time) -> None:
    """Though its request could still be on its way, the record is there."""
    lose(world, commit=True)
    world.spoil("503", method="GET", path=INVOICES, times=None)
    world.unknown("create_invoice", world.invoice())
    world.sandbox.faults.clear()
    another_sends(world, 50)
    assert world.run("create_invoice", world.invoice(), attempt=2).recovered


# --- lists that cannot be trusted -----------------------------------------------------------------------------------


class TestListsThatIgnoreFilters:
    @pytest.fixture
    def switches(self) -> Switches:
        return Switches(list_filters="ignored")

    def test_every_record_found_is_compared_with_what_was_searched_for(self, world: World, time: Time) -> None:
        seed_invoice(world, at=time.now + 1, reference_number="R-2")
        lose(world)
        assert world.unknown("create_invoice", world.invoice()).retry_after is not None
        lose(world, commit=True)
        assert world.run("create_invoice", world.invoice(), attempt=2).recovered

    def test_a_list_without_end_never_leads_to_a_create(self, world: World, time: Time) -> None:
        for number in range(1001):
            seed_invoice(world, at=time.now, reference_number=f"N-{number}")
        lose(world)
        error = world.unknown("create_invoice", world.invoice())
        assert "did not end" in error.message
        world.unknown("create_invoice", world.invoice(), attempt=2)
        assert len(world.held("invoice")) == 1001


# --- no journal, no count, nothing to search by -----------------------------------------------------------------------


@pytest.mark.parametrize("attempt", [None, 2])
def test_an_attempt_that_may_not_be_the_first_looks_first(world: World, attempt: int | None) -> None:
    assert not world.run("create_invoice", world.invoice(), attempt=attempt).recovered
    assert world.asked == ["GET /invoices", "POST /invoices"]


@pytest.mark.parametrize("attempt", [None, 2])
def test_an_equal_record_that_nothing_dates_stops_such_an_attempt(
    world: World, time: Time, attempt: int | None
) -> None:
    theirs = seed_invoice(world, at=time.now - 60)
    error = world.unknown("create_invoice", world.invoice(), attempt=attempt)
    assert error.look_for["candidates"] == [theirs]
    assert world.unknown("create_invoice", world.invoice(), attempt=attempt).code == "record_uncertain"


def test_a_record_that_only_shares_the_reference_does_not_stop_it(world: World, time: Time) -> None:
    seed_invoice(world, at=time.now - 60, notes="theirs")
    assert not world.run("create_invoice", world.invoice(notes="ours"), attempt=None).recovered


@pytest.fixture
def without_journal(world: World) -> World:
    world.journal = None
    world.restart()
    return world


def test_without_a_journal_every_attempt_looks_first(without_journal: World) -> None:
    without_journal.run("create_invoice", without_journal.invoice())
    assert without_journal.asked == ["GET /invoices", "POST /invoices"]


def test_without_a_journal_a_lost_record_is_named_and_not_taken(without_journal: World) -> None:
    lose(without_journal, commit=True)
    error = without_journal.unknown("create_invoice", without_journal.invoice())
    assert error.code == "record_uncertain"
    assert without_journal.unknown("create_invoice", without_journal.invoice(), attempt=2).code == "record_uncertain"
    assert len(without_journal.held("invoice")) == 1


@pytest.mark.parametrize("attempt", [None, 2])
def test_what_nothing_can_find_and_nothing_remembers_is_not_sent(without_journal: World, attempt: int | None) -> None:
    plain = without_journal.invoice(reference_number=...)
    error = without_journal.unknown("create_invoice", plain, attempt=attempt)
    assert (error.code, without_journal.asked) == ("not_findable", [])
    assert "invoice number or the reference number and customer id" in error.hint


def test_what_nothing_can_find_is_created_on_the_first_attempt_and_never_again(world: World) -> None:
    plain = world.invoice(reference_number=...)
    lose(world, commit=True)
    assert world.unknown("create_invoice", plain).code == "not_findable"
    assert world.unknown("create_invoice", plain, attempt=2).code == "not_findable"
    assert world.asked == []


class TestDerivedReference:
    def test_it_makes_the_record_findable_and_is_told(self, world: World) -> None:
        lose(world, commit=True)
        result = world.run("create_invoice", world.invoice(reference_number=...), derived_reference=True)
        assert result.recovered
        assert result.data["reference_number"].startswith("ZB-")
        assert any(result.data["reference_number"] in warning for warning in result.warnings)

    def test_it_is_the_same_on_every_attempt(self, world: World) -> None:
        lose(world)
        plain = world.invoice(reference_number=...)
        reference = world.unknown("create_invoice", plain, derived_reference=True).look_for["reference"]
        result = world.run("create_invoice", plain, derived_reference=True, attempt=2)
        assert result.data["reference_number"] == reference

    @pytest.mark.parametrize(
        ("inputs", "context"),
        [
            ({}, {"derived_reference": True}),
            ({"reference_number": ...}, {}),
            ({"reference_number": ...}, {"derived_reference": True, "idempotency_key": None}),
        ],
        ids=["something else finds it", "not wanted", "no key"],
    )
    def test_it_is_put_nowhere_else(self, world: World, inputs: dict[str, Any], context: dict[str, Any]) -> None:
        result = world.run("create_invoice", world.invoice(**inputs), **context)
        assert not result.data["reference_number"].startswith("ZB-")
        assert result.warnings == ()


# --- clocks ---------------------------------------------------------------------------------------------------------


def changed(world: World, change: Callable[[JournalEntry], JournalEntry]) -> None:
    journal: Any = world.journal
    entries: dict[str, JournalEntry] = journal._entries
    for key, entry in entries.items():
        entries[key] = change(entry)


def forget_zoho_time(world: World) -> None:
    """Make the entry one of a process that was killed before it had heard Zoho's clock."""
    changed(
        world,
        lambda entry: replace(
            entry, began=replace(entry.began, zoho=None), busy_until=replace(entry.busy_until, zoho=None)
        ),
    )


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_jumps_between_two_attempts_changes_nothing(world: World, jump: float) -> None:
    world.run("create_item", {"name": "Hears the time", "rate": 1}, idempotency_key="step-0")
    lose(world, commit=True)
    world.spoil("503", method="GET", path=INVOICES, times=None)
    world.unknown("create_invoice", world.invoice())
    world.sandbox.faults.clear()
    world.jump(jump)
    assert world.run("create_invoice", world.invoice(), attempt=2).recovered
    assert len(world.held("invoice")) == 1


def lost_before_zohos_time_was_known(world: World) -> None:
    lose(world, commit=True)
    world.spoil("503", method="GET", path=INVOICES, times=None)
    world.unknown("create_invoice", world.invoice())
    world.sandbox.faults.clear()
    forget_zoho_time(world)


def test_without_zohos_time_a_clock_that_was_not_set_tells_as_well(world: World) -> None:
    lost_before_zohos_time_was_known(world)
    world.restart()
    assert world.run("create_invoice", world.invoice(), attempt=2).recovered


@pytest.mark.parametrize("jump", [-3600.0, 30.0, 3600.0])
def test_a_clock_set_while_zohos_was_unknown_proves_nothing_and_makes_nothing_twice(world: World, jump: float) -> None:
    lost_before_zohos_time_was_known(world)
    world.jump(jump)
    error = world.unknown("create_invoice", world.invoice(), attempt=2)
    assert (error.code, error.retry_after) == ("still_running", 90)
    world.time.sleep(91)
    assert world.unknown("create_invoice", world.invoice(), attempt=3).code == "record_uncertain"
    assert len(world.held("invoice")) == 1


def test_a_clock_set_ahead_does_not_hide_that_a_request_may_still_come_to_be_executed(world: World) -> None:
    """The process died while it looked; its request is executed six seconds after its connection was lost."""
    world.spoil("reset", path=INVOICES, commit=True, commit_after=6)
    world.spoil("503", method="GET", path=INVOICES, times=None)
    world.unknown("create_invoice", world.invoice(), settle_within=0.5)
    world.sandbox.faults.clear()
    world.jump(3600)
    world.sandbox.faults.clear()
    result = world.run("create_invoice", world.invoice(), attempt=2)
    assert result.recovered
    assert len(world.held("invoice")) == 1


def test_a_clock_that_is_wrong_all_the_time_does_no_harm(world: World, time: Time) -> None:
    world.jump(-7 * 86_400)
    seed_invoice(world, at=time.now - 60)
    lose(world, commit=True)
    assert world.run("create_invoice", world.invoice()).recovered
    assert time.now == START
