"""Stored tokens: versions that threads and processes agree on, and a lock that outlives no dead holder."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from zoho_books_connector.boundary import StaleTokensError, TokenStore
from zoho_books_connector.stores import ConnectionStore, KeyRing

from .connections import CREDENTIAL, KEY, TOKENS, open_store, start


def test_it_is_a_token_store(tmp_path: Path) -> None:
    tokens: TokenStore = _tokens(tmp_path)
    assert tokens.load() is None


def test_what_is_saved_is_loaded_with_its_version(tmp_path: Path) -> None:
    tokens = _tokens(tmp_path)
    assert tokens.save(TOKENS, expected=None) == 1
    assert tokens.load() == (TOKENS, 1)
    assert tokens.save(replace(TOKENS, access_token="a2"), expected=1) == 2
    assert tokens.load() == (replace(TOKENS, access_token="a2"), 2)


@pytest.mark.parametrize("expected", [None, 0, 2])
def test_a_writer_that_did_not_see_the_last_version_is_refused(tmp_path: Path, expected: int | None) -> None:
    tokens = _tokens(tmp_path)
    tokens.save(TOKENS, expected=None)
    with pytest.raises(StaleTokensError):
        tokens.save(replace(TOKENS, access_token="a2"), expected=expected)
    assert tokens.load() == (TOKENS, 1)


def test_a_version_from_before_a_clear_never_fits_again(tmp_path: Path) -> None:
    tokens = _tokens(tmp_path)
    tokens.clear()
    tokens.save(TOKENS, expected=None)
    tokens.clear()
    assert tokens.load() is None
    with pytest.raises(StaleTokensError):
        tokens.save(TOKENS, expected=1)
    assert tokens.save(TOKENS, expected=None) == 2


def test_two_connections_do_not_share_tokens_or_locks(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    one, two = store.tokens(store.create(CREDENTIAL)), store.tokens(store.create(CREDENTIAL))
    one.save(TOKENS, expected=None)
    assert two.load() is None
    with one.lock(ttl=30, wait=0), two.lock(ttl=30, wait=0):
        pass


def test_of_many_threads_that_saw_the_same_version_one_wins(tmp_path: Path) -> None:
    tokens, won, begin = _tokens(tmp_path), [], threading.Barrier(12)
    tokens.save(TOKENS, expected=None)

    def write(number: int) -> None:
        begin.wait()
        with suppress(StaleTokensError):
            won.append(tokens.save(replace(TOKENS, access_token=f"a{number}"), expected=1))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [2]


# --- the lock, with a clock that stands still -----------------------------------------------------------------------


def test_waiting_ends_in_a_timeout(tmp_path: Path) -> None:
    time = _Time()
    tokens = _tokens(tmp_path, time)
    with tokens.lock(ttl=90, wait=0), pytest.raises(TimeoutError), tokens.lock(ttl=90, wait=5):
        pass
    assert time.now == pytest.approx(1005.0)


def test_waiting_pauses_longer_and_longer_but_never_long(tmp_path: Path) -> None:
    time = _Time()
    tokens = _tokens(tmp_path, time)
    with tokens.lock(ttl=90, wait=0), pytest.raises(TimeoutError), tokens.lock(ttl=90, wait=5):
        pass
    assert 0 < time.pauses[0] <= 0.01
    assert 0.1 < max(time.pauses) <= 0.25


def test_the_lock_is_free_again_after_an_error_inside(tmp_path: Path) -> None:
    tokens = _tokens(tmp_path)
    with pytest.raises(ZeroDivisionError), tokens.lock(ttl=90, wait=0):
        _ = 1 / 0
    with tokens.lock(ttl=90, wait=0):
        pass


def test_a_holder_that_overstays_is_replaced_and_cannot_free_the_new_holders_lock(tmp_path: Path) -> None:
    time = _Time()
    tokens = _tokens(tmp_path, time)
    late = tokens.lock(ttl=5, wait=0)
    late.__enter__()
    with tokens.lock(ttl=90, wait=6):
        assert time.now == pytest.approx(1005.0, abs=0.3)
        late.__exit__(None, None, None)
        with pytest.raises(TimeoutError), tokens.lock(ttl=5, wait=0):
            pass


def test_a_clock_that_is_set_back_does_not_lock_a_connection_for_days(tmp_path: Path) -> None:
    time = _Time()
    tokens = _tokens(tmp_path, time)
    late = tokens.lock(ttl=30, wait=0)
    late.__enter__()
    time.now -= 86_400
    with tokens.lock(ttl=30, wait=0):
        pass


def test_a_lock_that_cannot_be_given_back_does_not_spoil_the_work_under_it(tmp_path: Path) -> None:
    store = ConnectionStore(tmp_path / "connections.db", KeyRing([KEY]), patience=0.01)
    tokens = store.tokens(store.create(CREDENTIAL))
    with (
        closing(sqlite3.connect(tmp_path / "connections.db", isolation_level=None)) as writer,
        tokens.lock(ttl=9, wait=0),
    ):
        writer.execute("BEGIN IMMEDIATE")


# --- several processes ----------------------------------------------------------------------------------------------

_COUNT = """
tokens = store.tokens(connection)
for _ in range(int(sys.argv[3])):
    with tokens.lock(ttl=60, wait=60):
        found, version = tokens.load()
        time.sleep(0.001)
        tokens.save(replace(found, expires_at=found.expires_at + 1), expected=version)
"""
_RACE = """
tokens, won = store.tokens(connection), 0
for version in range(1, int(sys.argv[3]) + 1):
    while (loaded := tokens.load())[1] < version:
        pass
    try:
        tokens.save(loaded[0], expected=version)
        won += 1
    except StaleTokensError:
        pass
print(won)
"""
_HOLD = """
with store.tokens(connection).lock(ttl=float(sys.argv[3]), wait=5):
    print("held", flush=True)
    time.sleep(600)
"""


def test_processes_under_the_lock_never_lose_an_update(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    store.tokens(connection).save(replace(TOKENS, expires_at=0.0), expected=None)
    for process in [start(tmp_path, _COUNT, connection, "10") for _ in range(4)]:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert store.tokens(connection).load() == (replace(TOKENS, expires_at=40.0), 41)


def test_of_many_processes_without_the_lock_one_wins_each_version(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    store.tokens(connection).save(TOKENS, expected=None)
    races = [start(tmp_path, _RACE, connection, "20") for _ in range(3)]
    assert sum(int(process.communicate(timeout=120)[0]) for process in races) == 20


def test_a_lock_keeps_other_processes_out_and_ends_when_its_holder_is_killed(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    holder = start(tmp_path, _HOLD, connection, "2")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(TimeoutError), store.tokens(connection).lock(ttl=5, wait=0):
        pass
    holder.kill()  # SIGKILL: nothing is given back
    holder.communicate(timeout=60)
    with store.tokens(connection).lock(ttl=5, wait=20):
        pass


def test_processes_that_meet_an_empty_folder_make_one_store(tmp_path: Path) -> None:
    makers = [start(tmp_path, "print(store.create({}))", "-") for _ in range(6)]
    made = {process.communicate(timeout=120)[0].strip() for process in makers}
    assert {info.id for info in open_store(tmp_path).list()} == made
    assert len(made) == 6


class _Time:
    """A clock that only moves while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def _tokens(folder: Path, time: _Time | None = None) -> TokenStore:
    time = time or _Time()
    store = ConnectionStore(folder / "connections.db", KeyRing([KEY]), clock=lambda: time.now, sleep=time.sleep)
    return store.tokens(store.create(CREDENTIAL))
