"""The store of subscriptions: encrypted, by connection and label, and changed by one at a time."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from zoho_books_connector.boundary import Subscription
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.stores import FormerSecret, KeyRing, StoredSubscription, SubscriptionStore

WANTED = Subscription("Stock ab12cd", "https://x.example/h", ("item.created",), "Canary7Secret8", "canary-token-9")
STORED = StoredSubscription("Stock", WANTED, former=(FormerSecret("Old1Secret2Of3", "old-token-of-4", 100.0),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "subscriptions.db"


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture
def store(path: Path, keys: KeyRing) -> SubscriptionStore:
    return SubscriptionStore(path, keys, clock=lambda: 50.0)


def test_what_is_stored_comes_back_after_a_restart(store: SubscriptionStore, path: Path, keys: KeyRing) -> None:
    store.change("c1", "Stock", lambda old: STORED if old is None else old)
    assert SubscriptionStore(path, keys).list("c1") == [STORED]
    assert store.labels("c1") == ["Stock"]
    assert store.list("c2") == []


def test_what_is_stored_cannot_be_read_in_the_file_nor_in_its_repr(store: SubscriptionStore, path: Path) -> None:
    store.change("c1", "Stock", lambda _: STORED)
    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for secret in ("Canary7Secret8", "canary-token-9", "Old1Secret2Of3", "x.example"):
        assert secret.encode() not in kept
    assert "Canary" not in repr(STORED)
    assert "Old1" not in repr(STORED)


def test_secrets_are_accepted_until_their_end_the_current_one_first(path: Path, keys: KeyRing) -> None:
    secrets = []
    for now in (99.0, 100.0):
        store = SubscriptionStore(path, keys, clock=lambda now=now: now)  # type: ignore[misc]  # a default binds it
        store.change("c1", "Stock", lambda _: STORED)
        secrets.append(store.accepted("c1"))
    assert secrets[0] == (("Canary7Secret8", "Old1Secret2Of3"), ("canary-token-9", "old-token-of-4"))
    assert secrets[1] == (("Canary7Secret8",), ("canary-token-9",))


def test_an_end_is_given_to_those_that_have_none() -> None:
    endless = replace(STORED, former=(*STORED.former, FormerSecret("Older1Secret2", "older-token-3")))
    assert [each.until for each in endless.ending(500.0).former] == [100.0, 500.0]


def test_a_change_that_fails_leaves_what_was(store: SubscriptionStore) -> None:
    def fail(_: StoredSubscription | None) -> StoredSubscription:
        raise KeyError

    store.change("c1", "Stock", lambda _: STORED)
    with pytest.raises(KeyError):
        store.change("c1", "Stock", fail)
    assert store.list("c1") == [STORED]


def test_changes_at_the_same_time_follow_each_other(store: SubscriptionStore) -> None:
    store.change("c1", "Stock", lambda _: replace(STORED, former=()))

    def add(number: int) -> None:
        def added(old: StoredSubscription | None) -> StoredSubscription:
            assert old is not None
            return replace(old, former=(*old.former, FormerSecret(f"secret-{number}", "token")))

        store.change("c1", "Stock", added)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.list("c1")[0].former) == 8


def test_a_row_that_is_moved_to_another_connection_does_not_decrypt(store: SubscriptionStore, path: Path) -> None:
    store.change("c1", "Stock", lambda _: STORED)
    with closing(sqlite3.connect(path)) as handle, handle:
        handle.execute("UPDATE subscription SET connection_id = 'c2'")
    with pytest.raises(CredentialError) as caught:
        store.list("c2")
    assert caught.value.code == "store_tampered"


def test_what_is_deleted_is_gone(store: SubscriptionStore) -> None:
    store.change("c1", "Stock", lambda _: STORED)
    assert store.delete("c1", "Stock")
    assert not store.delete("c1", "Stock")
    assert store.accepted("c1") == ((), ())


def test_a_new_key_takes_over(path: Path) -> None:
    old, new = b"a" * 32, b"b" * 32
    SubscriptionStore(path, KeyRing([old])).change("c1", "Stock", lambda _: STORED)
    assert SubscriptionStore(path, KeyRing([new, old])).rewrap() == 1
    assert SubscriptionStore(path, KeyRing([new])).list("c1") == [STORED]
    with pytest.raises(CredentialError):
        SubscriptionStore(path, KeyRing([old])).list("c1")
