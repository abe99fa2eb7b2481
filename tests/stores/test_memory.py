"""What a store of tokens promises, shown on the one that lives in memory."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import replace

import pytest

from zoho_books_connector.boundary import StaleTokensError, TokenSet, TokenStore
from zoho_books_connector.stores import MemoryTokenStore

TOKENS = TokenSet(access_token="a1", refresh_token="r1", expires_at=3600.0, issued_at=0.0)


def test_it_is_a_token_store() -> None:
    store: TokenStore = MemoryTokenStore()
    assert store.load() is None


def test_what_is_saved_is_loaded_with_its_version() -> None:
    store = MemoryTokenStore()
    version = store.save(TOKENS, expected=None)
    assert store.load() == (TOKENS, version)


def test_tokens_can_be_there_from_the_start() -> None:
    store = MemoryTokenStore(TOKENS)
    assert store.load() == (TOKENS, 1)


@pytest.mark.parametrize("expected", [None, 0, 2])
def test_a_writer_that_did_not_see_the_last_version_is_refused(expected: int | None) -> None:
    store = MemoryTokenStore(TOKENS)
    with pytest.raises(StaleTokensError):
        store.save(replace(TOKENS, access_token="a2"), expected=expected)
    assert store.load() == (TOKENS, 1)


def test_a_version_from_before_a_clear_never_fits_again() -> None:
    store = MemoryTokenStore(TOKENS)
    store.clear()
    assert store.load() is None
    with pytest.raises(StaleTokensError):
        store.save(TOKENS, expected=1)
    assert store.save(TOKENS, expected=None) == 2


def test_of_many_writers_that_saw_the_same_version_one_wins() -> None:
    store, won, start = MemoryTokenStore(TOKENS), [], threading.Barrier(16)

    def write(number: int) -> None:
        start.wait()
        with contextlib.suppress(StaleTokensError):
            won.append(store.save(replace(TOKENS, access_token=f"a{number}"), expected=1))

    _run([threading.Thread(target=write, args=(number,)) for number in range(16)])
    assert won == [2]


def test_one_holder_at_a_time() -> None:
    store, inside, most = MemoryTokenStore(), [0], [0]

    def enter() -> None:
        with store.lock(ttl=30, wait=30):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.002)
            inside[0] -= 1

    _run([threading.Thread(target=enter) for _ in range(20)])
    assert most == [1]


def test_waiting_ends_in_a_timeout() -> None:
    store = MemoryTokenStore()
    with store.lock(ttl=30, wait=0), pytest.raises(TimeoutError), store.lock(ttl=30, wait=0.02):
        pass


def test_the_lock_is_free_again_after_an_error_inside() -> None:
    store = MemoryTokenStore()
    with pytest.raises(ZeroDivisionError), store.lock(ttl=30, wait=0):
        _ = 1 / 0
    with store.lock(ttl=30, wait=0):
        pass


def test_a_holder_that_overstays_is_replaced_and_cannot_free_the_new_holders_lock() -> None:
    now = [0.0]
    store = MemoryTokenStore(clock=lambda: now[0])
    late = store.lock(ttl=5, wait=0)
    late.__enter__()
    now[0] = 5.0
    with store.lock(ttl=5, wait=0):
        late.__exit__(None, None, None)
        with pytest.raises(TimeoutError), store.lock(ttl=5, wait=0):
            pass


def test_a_waiter_enters_when_the_ttl_is_over() -> None:
    store = MemoryTokenStore()
    late = store.lock(ttl=0.05, wait=0)
    late.__enter__()
    with store.lock(ttl=30, wait=10):
        late.__exit__(None, None, None)


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
