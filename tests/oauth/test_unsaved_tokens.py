"""A refresh that answered but could not be stored: used all the same, told, and stored at a later use."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.doubles import (
    CLIENT_SECRET,
    NOW,
    REFRESH_TOKEN,
    answer,
    credential,
    form_of,
    runtime,
    stored_in,
    token_answer,
    tokens,
)
from tests.oauth.connection import CALL, NEW_ACCESS, REFRESH, Connection, unauthorized
from zoho_books_connector.api.client import open_client
from zoho_books_connector.boundary import RunContext, TokenSet
from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError
from zoho_books_connector.oauth.authorization import ZohoAuthorization
from zoho_books_connector.oauth.unsaved import UnsavedTokens
from zoho_books_connector.stores import ConnectionStore, KeyRing, MemoryTokenStore

NEW_REFRESH = "1000.new-refresh-canary"
FULL = CredentialError("store_full", "The disk is full.", "Free some space.", reason="store_unreadable")
BUSY = UnavailableError("store_busy", "The store is in use.", "Try again.")


class Failing(MemoryTokenStore):
    """A store of expired tokens that takes none while it has a fault."""

    def __init__(self, fault: Exception | None = None) -> None:
        super().__init__(tokens(expires_at=NOW))
        self.fault = fault
        self.tries = 0

    def save(self, fresh: TokenSet, *, expected: int | None) -> int:
        self.tries += 1
        if self.fault is not None:
            raise self.fault
        return super().save(fresh, expected=expected)


@pytest.mark.parametrize("fault", [FULL, BUSY, OSError(28, "No space left on device: /secret/path")])
def test_the_run_goes_on_and_says_that_the_token_is_not_stored(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    connection = Connection(Failing(fault), token_answer(), answer())
    with caplog.at_level(logging.WARNING, "zoho_books_connector.oauth"):
        [warning] = connection.use()
    assert connection.used == [NEW_ACCESS]
    assert "could not be stored" in warning
    assert (str(fault) in warning) is isinstance(fault, ConnectorError)
    [line] = caplog.messages
    assert "could not be stored" in line
    for canary in (NEW_ACCESS, REFRESH_TOKEN, CLIENT_SECRET, "/secret/path"):
        assert canary not in warning + line


def test_the_next_run_uses_it_again_without_another_refresh_and_stores_it() -> None:
    store = Failing(BUSY)
    connection = Connection(store, token_answer(), answer(), answer(), answer())
    connection.use()
    store.fault = None
    assert connection.use() == []
    assert stored_in(store).access_token == NEW_ACCESS
    assert connection.use() == []
    assert connection.script.seen == [REFRESH, CALL, CALL, CALL]
    assert store.tries == 2


def test_as_long_as_the_store_takes_nothing_every_run_says_so_once_and_no_refresh_is_spent() -> None:
    connection = Connection(Failing(FULL), token_answer(), *[answer()] * 10)
    for _ in range(10):
        assert len(connection.use()) == 1
    assert connection.script.seen.count(REFRESH) == 1
    assert connection.used == [NEW_ACCESS] * 10


def test_one_run_tries_and_tells_once_however_often_it_calls() -> None:
    store = Failing(FULL)
    owner, _ = runtime(token_answer(), *[answer()] * 5)
    client = open_client(credential(), store, RunContext(owner), scope="ZohoBooks.contacts.READ")
    for _ in range(5):
        client.get("/contacts/1")
    assert len(client.log.warnings) == 1
    assert store.tries == 1


def test_the_check_of_a_connection_says_so_too() -> None:
    owner, _ = runtime(token_answer(), answer(organizations=[{"organization_id": "10234695", "name": "Bakery"}]))
    status = ZohoAuthorization().check(credential(), tokens=Failing(FULL), run=RunContext(owner))
    assert any("could not be stored" in each for each in status.warnings)


def test_when_the_unstored_token_expires_it_is_refreshed_in_its_turn() -> None:
    newest = token_answer(access_token="1000.newest")
    store = Failing(FULL)
    connection = Connection(store, token_answer(), answer(), newest, answer(), answer())
    connection.use()
    connection.wait(3500)
    connection.use()
    store.fault = None
    connection.use()
    assert connection.used == [NEW_ACCESS, "1000.newest", "1000.newest"]
    assert stored_in(store).access_token == "1000.newest"


def test_an_unstored_token_that_is_refused_is_refreshed_in_its_turn() -> None:
    refused = unauthorized()
    newest = token_answer(access_token="1000.newest")
    connection = Connection(Failing(FULL), token_answer(), answer(), refused, newest, answer())
    connection.use()
    connection.wait(61)
    connection.use()
    assert connection.script.seen == [REFRESH, CALL, CALL, REFRESH, CALL]
    assert connection.used[-1] == "1000.newest"


def test_tokens_that_somebody_stored_meanwhile_are_never_masked() -> None:
    store = Failing(FULL)
    connection = Connection(store, token_answer(), answer(), answer())
    connection.use()
    store.fault = None
    theirs = tokens(access_token="1000.theirs")
    store.save(theirs, expected=1)
    assert connection.use() == []
    assert connection.used == [NEW_ACCESS, "1000.theirs"]
    assert stored_in(store) == theirs


def test_tokens_that_are_stored_in_the_same_moment_win_over_the_unstored_ones() -> None:
    theirs = tokens(access_token="1000.theirs")

    class Overtaken(Failing):
        """Somebody stores theirs between our reading and our writing."""

        def save(self, fresh: TokenSet, *, expected: int | None) -> int:
            if self.fault is None:
                MemoryTokenStore.save(self, theirs, expected=expected)
            return super().save(fresh, expected=expected)

    store = Overtaken(FULL)
    connection = Connection(store, token_answer(), answer(), answer(), answer())
    connection.use()
    store.fault = None
    assert connection.use() == []
    connection.use()
    assert connection.used == [NEW_ACCESS, "1000.theirs", "1000.theirs"]
    assert stored_in(store) == theirs


def test_two_connections_do_not_share_what_is_not_stored() -> None:
    owner, script = runtime(token_answer(), answer(), token_answer(access_token="1000.other"), answer())
    for number in (1, 2):
        store = Failing(FULL)
        store.clear()
        MemoryTokenStore.save(store, tokens(expires_at=NOW, refresh_token=f"1000.refresh-{number}"), expected=None)
        open_client(credential(), store, RunContext(owner), scope="ZohoBooks.contacts.READ").get("/contacts/1")
    assert script.seen == [REFRESH, CALL] * 2


@pytest.mark.parametrize("end", ["stored", "overtaken", "deleted"])
def test_tokens_that_are_stored_or_of_no_use_are_kept_no_longer(end: str) -> None:
    old = tokens(expires_at=NOW)

    class Ending(Failing):
        def save(self, fresh: TokenSet, *, expected: int | None) -> int:
            if end == "overtaken":
                MemoryTokenStore.save(self, tokens(access_token="1000.theirs"), expected=expected)
            if end == "deleted":
                raise CredentialError("connection_unknown", "It is gone.", reason="not_connected")
            return super().save(fresh, expected=expected)

    connection = Connection(Ending(), token_answer(), answer())
    with suppress(CredentialError):
        connection.use()
    assert connection.script.seen[0] == REFRESH
    assert connection.owner.resource("zoho_books.unsaved_tokens", UnsavedTokens).after(old) is None


# --- a new refresh token --------------------------------------------------------------------------------------------


def test_a_new_refresh_token_that_is_not_stored_is_told_with_more_weight(caplog: pytest.LogCaptureFixture) -> None:
    connection = Connection(Failing(FULL), token_answer(refresh_token=NEW_REFRESH), answer())
    with caplog.at_level(logging.WARNING, "zoho_books_connector.oauth"):
        warnings = connection.use()
    assert any("new refresh token" in each and "authorized again" in each for each in warnings)
    assert any("new refresh token" in line for line in caplog.messages)
    assert NEW_REFRESH not in "".join(warnings + caplog.messages)


def test_a_new_refresh_token_is_what_is_stored_and_used_later() -> None:
    store = Failing(FULL)
    replies = (token_answer(refresh_token=NEW_REFRESH), answer(), token_answer(access_token="1000.newest"), answer())
    connection = Connection(store, *replies)
    connection.use()
    connection.wait(3500)
    store.fault = None
    connection.use()
    assert form_of(connection.script.requests[2])["refresh_token"] == NEW_REFRESH
    assert (stored_in(store).access_token, stored_in(store).refresh_token) == ("1000.newest", NEW_REFRESH)


@pytest.mark.parametrize(("sent", "told"), [(NEW_REFRESH, 1), (REFRESH_TOKEN, 0), ("", 0)])
def test_a_new_refresh_token_that_somebody_overtook_is_told(sent: str, told: int) -> None:
    class Overtaken(Failing):
        def save(self, fresh: TokenSet, *, expected: int | None) -> int:
            MemoryTokenStore.save(self, tokens(access_token="1000.theirs"), expected=expected)
            return super().save(fresh, expected=expected)

    connection = Connection(Overtaken(), token_answer(refresh_token=sent), answer())
    warnings = connection.use()
    assert len([each for each in warnings if "new refresh token" in each]) == told
    assert connection.used == ["1000.theirs"]


# --- the shipped store ----------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> ConnectionStore:
    return ConnectionStore(tmp_path / "connections.db", KeyRing.generate())


def _expired(store: ConnectionStore) -> str:
    connection_id = store.create(credential())
    store.tokens(connection_id).save(tokens(expires_at=NOW), expected=None)
    return connection_id


def _then(change: Callable[[], object]) -> Callable[[httpx.Request], httpx.Response]:
    """Answer a refresh, and change something before the answer is there."""

    def reply(_: httpx.Request) -> httpx.Response:
        change()
        return token_answer()

    return reply


def test_a_disk_that_fills_up_during_a_refresh_costs_nothing_but_a_warning(
    store: ConnectionStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, connect = store.tokens(_expired(store)), sqlite3.connect

    def without_space(*arguments: Any, **options: Any) -> sqlite3.Connection:
        handle: sqlite3.Connection = connect(*arguments, **options)
        handle.execute("PRAGMA query_only = ON")  # every write fails, reading goes on
        return handle

    connection = Connection(
        held, _then(lambda: monkeypatch.setattr(sqlite3, "connect", without_space)), *[answer()] * 3
    )
    [warning] = connection.use()
    assert "connection store cannot be written" in warning
    assert len(connection.use()) == 1
    monkeypatch.undo()
    assert connection.use() == []
    assert stored_in(held).access_token == NEW_ACCESS
    assert connection.script.seen == [REFRESH, CALL, CALL, CALL]


def test_a_store_that_is_removed_during_a_refresh_is_told_now_and_is_an_error_afterwards(
    store: ConnectionStore, tmp_path: Path
) -> None:
    held = store.tokens(_expired(store))
    connection = Connection(held, _then((tmp_path / "connections.db").unlink), answer())
    [warning] = connection.use()
    assert "removed" in warning
    with pytest.raises(CredentialError) as caught:
        connection.use()
    assert caught.value.code == "store_missing"


def test_a_connection_that_is_deleted_during_a_refresh_stays_deleted(store: ConnectionStore) -> None:
    connection_id = _expired(store)
    connection = Connection(store.tokens(connection_id), _then(lambda: store.delete(connection_id)))
    with pytest.raises(CredentialError) as caught:
        connection.use()
    assert caught.value.reason == "not_connected"
    assert connection.used == []


def test_tokens_that_are_forgotten_during_a_refresh_stay_forgotten(store: ConnectionStore) -> None:
    held = store.tokens(_expired(store))
    connection = Connection(held, _then(held.clear))
    with pytest.raises(CredentialError) as caught:
        connection.use()
    assert caught.value.reason == "not_connected"
    assert held.load() is None
