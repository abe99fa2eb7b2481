"""What a journal that fails does to a create: before the sending nothing is sent, afterwards nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.creating.conftest import World
from zoho_books_connector.errors import ConnectorError, UnavailableError
from zoho_books_connector.stores.memory import MemoryJournal

INVOICES = "/invoices$"
BROKEN = UnavailableError("journal_read_only", "The journal cannot be written.")


class FailingJournal(MemoryJournal):
    """A journal of which one method fails."""

    def __init__(self, failing: str) -> None:
        super().__init__()
        setattr(self, failing, self._fail)

    def _fail(self, *_: Any, **__: Any) -> Any:
        raise BROKEN


def failing(world: World, method: str) -> World:
    world.journal = FailingJournal(method)
    world.restart()
    return world


def test_a_journal_that_cannot_be_written_stops_the_create_before_it_is_sent(world: World) -> None:
    with pytest.raises(UnavailableError) as caught:
        failing(world, "begin").run("create_invoice", world.invoice())
    assert caught.value.code == "journal_read_only"
    assert world.asked == []


def test_a_journal_that_fails_after_success_costs_a_warning_and_no_result(world: World) -> None:
    result = failing(world, "finish").run("create_invoice", world.invoice())
    assert result.data["invoice_id"]
    assert result.warnings == ("The outcome could not be noted in the journal: The journal cannot be written.",)


def test_the_next_attempt_finds_what_the_journal_missed(world: World) -> None:
    made = failing(world, "finish").run("create_invoice", world.invoice()).data["invoice_id"]
    world.time.sleep(120)
    again = world.run("create_invoice", world.invoice(), attempt=2)
    assert (again.recovered, again.data["invoice_id"]) == (True, made)


@pytest.mark.parametrize("method", ["holder", "claim"])
def test_a_journal_that_cannot_say_whose_a_record_is_leaves_the_outcome_unknown(world: World, method: str) -> None:
    failing(world, method).spoil("reset", path=INVOICES, commit=True)
    error = world.unknown("create_invoice", world.invoice())
    assert "The journal cannot be written" in error.message
    assert len(world.held("invoice")) == 1


@pytest.mark.parametrize("method", ["take", "begin"])
def test_a_journal_that_fails_on_the_next_attempt_stops_it_before_it_is_sent(world: World, method: str) -> None:
    world.spoil("reset", path=INVOICES)
    world.unknown("create_invoice", world.invoice())
    journal: Any = world.journal
    setattr(journal, method, FailingJournal(method)._fail)
    with pytest.raises(UnavailableError):
        world.run("create_invoice", world.invoice(), attempt=2)
    assert world.held("invoice") == []


@pytest.mark.parametrize("method", ["rest", "free"])
def test_a_journal_that_cannot_note_a_failure_hides_no_error(world: World, method: str) -> None:
    failing(world, method).spoil("reset" if method == "rest" else "blocked", path=INVOICES)
    with pytest.raises(ConnectorError) as caught:
        world.run("create_invoice", world.invoice())
    assert caught.value.kind == ("outcome_unknown" if method == "rest" else "rate_limited")
