"""The connection store keeps connections apart, keeps them secret, and says what is wrong with its file."""

from __future__ import annotations

import os
import pickle
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from zoho_books_connector.errors import ConnectorError, CredentialError, UnavailableError
from zoho_books_connector.stores import ConnectionInfo, ConnectionStore, KeyRing

from .connections import CANARY, CREDENTIAL, KEY, OTHER_KEY, TOKENS, open_store


def test_a_credential_comes_back_as_it_was(tmp_path: Path) -> None:
    connection = open_store(tmp_path).create(CREDENTIAL)
    assert open_store(tmp_path).credential(connection) == CREDENTIAL


def test_an_update_replaces_the_credential_and_keeps_label_and_tokens(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL, label="Books of Lund")
    store.tokens(connection).save(TOKENS, expected=None)
    store.update(connection, CREDENTIAL | {"region": "in"})
    assert store.credential(connection) == CREDENTIAL | {"region": "in"}
    assert [(info.label, info.region) for info in store.list()] == [("Books of Lund", "in")]
    assert store.tokens(connection).load() == (TOKENS, 1)


def test_an_update_of_what_was_changed_meanwhile_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    times = iter([10.0, 20.0, 30.0])
    store = ConnectionStore(tmp_path / "connections.db", KeyRing([KEY]), clock=lambda: next(times))
    connection = store.create(CREDENTIAL, label="One")
    store.update(connection, CREDENTIAL | {"region": "in"}, seen=10.0)
    with pytest.raises(UnavailableError) as caught:
        store.update(connection, CREDENTIAL | {"region": "us"}, label="Uno", seen=10.0)
    assert caught.value.code == "connection_changed"
    assert [(info.label, info.region) for info in store.list()] == [("One", "in")]


def test_the_list_shows_what_is_no_secret(tmp_path: Path) -> None:
    times = iter([10.0, 20.0, 30.0])
    store = ConnectionStore(tmp_path / "connections.db", KeyRing([KEY]), clock=lambda: next(times))
    first, second = store.create(CREDENTIAL, label="One"), store.create({})
    store.update(first, CREDENTIAL, label="Uno")
    assert store.list() == [
        ConnectionInfo(first, "Uno", "eu", "10234695", 10.0, 30.0),
        ConnectionInfo(second, "", "", "", 20.0, 20.0),
    ]


def test_the_list_needs_no_key(tmp_path: Path) -> None:
    connection = open_store(tmp_path).create(CREDENTIAL)
    assert [info.id for info in open_store(tmp_path, OTHER_KEY).list()] == [connection]


def test_a_deleted_connection_is_gone_with_its_tokens(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    store.tokens(connection).save(TOKENS, expected=None)
    store.delete(connection)
    assert store.list() == []
    assert store.tokens(connection).load() is None
    assert _count(tmp_path, "token") == 0


def test_an_unknown_connection_is_named_so_by_every_call(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    tokens = store.tokens("nobody")
    for call in (
        lambda: store.credential("nobody"),
        lambda: store.update("nobody", CREDENTIAL),
        lambda: store.delete("nobody"),
        lambda: tokens.save(TOKENS, expected=None),
        lambda: tokens.lock(ttl=1, wait=0).__enter__(),
    ):
        with pytest.raises(CredentialError) as caught:
            call()
        assert (caught.value.code, caught.value.reason) == ("connection_unknown", "not_connected")


# --- secrecy --------------------------------------------------------------------------------------------------------


def test_no_secret_is_in_the_file_or_its_journals(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    # A reader that stays keeps the journal files from being folded away.
    with closing(sqlite3.connect(tmp_path / "connections.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM connection").fetchall()
        connection = store.create(CREDENTIAL)
        store.tokens(connection).save(TOKENS, expected=None)
        store.update(connection, CREDENTIAL)
        written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written.keys() == {"connections.db", "connections.db-wal", "connections.db-shm"}
    assert connection.encode() in written["connections.db-wal"]
    assert not [name for name, content in written.items() if CANARY.encode() in content or KEY in content]


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_the_file_and_its_journals_belong_to_their_owner_alone(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "connections.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM connection").fetchall()
        store.create(CREDENTIAL)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3


def test_two_writes_of_the_same_thing_look_different(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    before = _cell(tmp_path, "sealed")
    store.update(connection, CREDENTIAL)
    assert _cell(tmp_path, "sealed") != before


# --- keys -----------------------------------------------------------------------------------------------------------


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    store.tokens(connection).save(TOKENS, expected=None)
    other = open_store(tmp_path, OTHER_KEY)
    for call in (lambda: other.credential(connection), lambda: other.tokens(connection).load()):
        with pytest.raises(CredentialError) as caught:
            call()
        assert _is_unreadable(caught.value, "store_key_missing")
        assert KeyRing([KEY]).current in caught.value.message


def test_rotation_rewraps_everything_and_the_old_key_can_go(tmp_path: Path) -> None:
    old = open_store(tmp_path)
    first, second = old.create(CREDENTIAL), old.create(CREDENTIAL)
    old.tokens(first).save(TOKENS, expected=None)
    old.tokens(second).clear()

    both = open_store(tmp_path, OTHER_KEY, KEY)
    assert (old.key_count, both.key_count) == (1, 2)
    assert both.credential(first) == CREDENTIAL
    assert both.rewrap() == 3
    assert both.rewrap() == 0

    new = open_store(tmp_path, OTHER_KEY)
    assert new.credential(first) == new.credential(second) == CREDENTIAL
    assert new.tokens(first).load() == (TOKENS, 1)
    with pytest.raises(CredentialError):
        old.credential(first)


def test_what_the_old_key_encrypted_is_gone_from_disk_after_a_rewrap(tmp_path: Path) -> None:
    # Another process that has the file open keeps the journal from being folded away by itself.
    open_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "connections.db")) as other:
        other.execute("SELECT * FROM connection").fetchall()
        open_store(tmp_path).create(CREDENTIAL)
        box = _cell(tmp_path, "sealed")
        assert box in (tmp_path / "connections.db-wal").read_bytes()
        open_store(tmp_path, OTHER_KEY, KEY).rewrap()
        assert not [path for path in tmp_path.iterdir() if box in path.read_bytes()]


def test_a_rewrap_without_the_old_key_changes_nothing(tmp_path: Path) -> None:
    connection = open_store(tmp_path).create(CREDENTIAL)
    with pytest.raises(CredentialError):
        open_store(tmp_path, OTHER_KEY).rewrap()
    assert open_store(tmp_path).credential(connection) == CREDENTIAL


# --- tampering ------------------------------------------------------------------------------------------------------


def test_no_changed_byte_of_a_box_goes_unnoticed(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create({"region": "eu"})
    box = _cell(tmp_path, "sealed")
    for index in range(len(box)):  # nonce, ciphertext and tag alike
        _set(tmp_path, "sealed", box[:index] + bytes([box[index] ^ 1]) + box[index + 1 :])
        with pytest.raises(CredentialError) as caught:
            store.credential(connection)
        assert _is_unreadable(caught.value, "store_tampered")


@pytest.mark.parametrize("box", [b"", b"short", b"x" * 12, b"x" * 28, "text", 5, 1.5])
def test_a_box_of_another_kind_is_refused(tmp_path: Path, box: object) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    _set(tmp_path, "sealed", box)
    with pytest.raises(CredentialError) as caught:
        store.credential(connection)
    assert _is_unreadable(caught.value, "store_tampered")


@pytest.mark.parametrize("key_id", ["", "deadbeef", "'; --", 7, b"\x00", "x" * 500])
def test_a_key_id_that_nobody_knows_is_refused_and_not_repeated_unless_it_is_one(
    tmp_path: Path, key_id: object
) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    _set(tmp_path, "key_id", key_id)
    with pytest.raises(CredentialError) as caught:
        store.credential(connection)
    assert _is_unreadable(caught.value, "store_key_missing")
    assert caught.value.params["key_id"] in ("deadbeef", "unknown")


@pytest.mark.parametrize("version", [0, 2, "1x", 2**63 - 1])
def test_a_changed_version_is_refused(tmp_path: Path, version: object) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    _set(tmp_path, "version", version)
    with pytest.raises(CredentialError) as caught:
        store.credential(connection)
    assert _is_unreadable(caught.value, "store_tampered")


@pytest.mark.parametrize("table", ["connection", "token"])
def test_a_row_copied_to_another_connection_does_not_decrypt(tmp_path: Path, table: str) -> None:
    store = open_store(tmp_path)
    mine, theirs = store.create(CREDENTIAL), store.create(CREDENTIAL)
    for connection in (mine, theirs):
        store.tokens(connection).save(TOKENS, expected=None)
    name = {"connection": "id", "token": "connection_id"}[table]
    [[box]] = _execute(tmp_path, f"SELECT sealed FROM {table} WHERE {name} = ?", theirs)  # noqa: S608 - test's own names
    _execute(tmp_path, f"UPDATE {table} SET sealed = ? WHERE {name} = ?", box, mine)  # noqa: S608 - test's own names
    with pytest.raises(CredentialError) as caught:
        store.credential(mine) if table == "connection" else store.tokens(mine).load()
    assert _is_unreadable(caught.value, "store_tampered")


def test_a_box_copied_to_another_table_does_not_decrypt(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    store.tokens(connection).save(TOKENS, expected=None)
    _execute(tmp_path, "UPDATE connection SET sealed = (SELECT sealed FROM token)")
    with pytest.raises(CredentialError):
        store.credential(connection)


def test_an_older_box_does_not_decrypt_under_the_present_version(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL)
    old = _cell(tmp_path, "sealed")
    store.update(connection, CREDENTIAL)
    _set(tmp_path, "sealed", old)
    with pytest.raises(CredentialError):
        store.credential(connection)


# --- damaged and foreign files --------------------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "connections.db"
    path.write_bytes(b"a letter to my mother " * 500)
    with pytest.raises(CredentialError) as caught:
        open_store(tmp_path)
    assert _is_unreadable(caught.value, "store_corrupt")
    assert path.read_bytes() == b"a letter to my mother " * 500


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    _execute(tmp_path, "CREATE TABLE theirs (a)")
    with pytest.raises(CredentialError) as caught:
        open_store(tmp_path)
    assert _is_unreadable(caught.value, "store_corrupt")


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path)
    _execute(tmp_path, "PRAGMA user_version = 99")
    with pytest.raises(CredentialError) as caught:
        open_store(tmp_path)
    assert _is_unreadable(caught.value, "store_newer")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    connection = open_store(tmp_path).create(CREDENTIAL)
    path = tmp_path / "connections.db"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(CredentialError) as caught:
        open_store(tmp_path).credential(connection)
    assert _is_unreadable(caught.value, "store_corrupt")


def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    connection = open_store(tmp_path).create(CREDENTIAL)
    path = tmp_path / "connections.db"
    content = bytearray(path.read_bytes())
    content[18] = 3  # the format's write version: SQLite treats such a file as read-only, whoever asks
    path.write_bytes(content)
    store = open_store(tmp_path)
    with pytest.raises(CredentialError) as caught:
        store.update(connection, CREDENTIAL)
    assert _is_unreadable(caught.value, "store_read_only")


@pytest.mark.parametrize("path", ["missing/connections.db", "."])
def test_a_place_where_no_file_can_be_says_so(tmp_path: Path, path: str) -> None:
    with pytest.raises(CredentialError) as caught:
        ConnectionStore(tmp_path / path, KeyRing([KEY]))
    assert _is_unreadable(caught.value, "store_inaccessible")


def test_a_file_that_was_removed_meanwhile_is_told_and_not_made_anew(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    (tmp_path / "connections.db").unlink()
    with pytest.raises(CredentialError) as caught:
        store.create(CREDENTIAL)
    assert _is_unreadable(caught.value, "store_missing")
    assert not (tmp_path / "connections.db").exists()


def test_whatever_byte_of_the_file_is_changed_the_answer_is_right_or_an_error(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    connection = store.create(CREDENTIAL, label="Lund")
    store.tokens(connection).save(TOKENS, expected=None)
    path = tmp_path / "connections.db"
    content = path.read_bytes()
    used = [index for index, byte in enumerate(content) if byte]
    said: list[str] = []
    for index in used[::5]:
        path.write_bytes(content[:index] + bytes([content[index] ^ 0xFF]) + content[index + 1 :])
        try:
            damaged = open_store(tmp_path)
            assert damaged.credential(connection) == CREDENTIAL
            assert damaged.tokens(connection).load() in ((TOKENS, 1), None)
            assert len(damaged.list()) <= 1
        except ConnectorError as error:
            said.append(f"{error!r} {error} {error.to_dict()}")
    assert said
    assert CANARY not in "".join(said)


def test_an_error_says_no_secret_and_survives_pickling(tmp_path: Path) -> None:
    connection = open_store(tmp_path).create(CREDENTIAL)
    with pytest.raises(CredentialError) as caught:
        open_store(tmp_path, OTHER_KEY).credential(connection)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert copy.to_dict() == caught.value.to_dict()
    assert CANARY not in f"{copy!r} {copy} {copy.to_dict()}"


def _is_unreadable(error: CredentialError, code: str) -> bool:
    return (error.reason, error.code) == ("store_unreadable", code) and bool(error.message and error.hint)


def _execute(folder: Path, statement: str, *values: object) -> list[Any]:
    with closing(sqlite3.connect(folder / "connections.db", isolation_level=None)) as handle:
        return handle.execute(statement, values).fetchall()


def _cell(folder: Path, column: str) -> bytes:
    value: bytes = _execute(folder, f"SELECT {column} FROM connection")[0][0]  # noqa: S608 - a test's own name
    return value


def _set(folder: Path, column: str, value: object) -> None:
    _execute(folder, f"UPDATE connection SET {column} = ?", value)  # noqa: S608 - a test's own name


def _count(folder: Path, table: str) -> int:
    count: int = _execute(folder, f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - a test's own name
    return count
