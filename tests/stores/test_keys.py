"""Where the key comes from, who may read it, and what is said when it is not a key."""

from __future__ import annotations

import base64
import os
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from zoho_books_connector.errors import CredentialError
from zoho_books_connector.stores import KeyRing

from .connections import KEY, OTHER_KEY

HEX, BASE64 = KEY.hex(), base64.b64encode(KEY).decode()
RING = KeyRing([KEY])


@pytest.mark.parametrize(
    "text",
    [HEX, HEX.upper(), BASE64, BASE64.rstrip("="), base64.urlsafe_b64encode(KEY).decode(), f"  {HEX}\n", f"{HEX},"],
)
def test_a_key_is_read_in_every_usual_spelling(tmp_path: Path, text: str) -> None:
    assert KeyRing.from_environment(tmp_path / "key", {"ZOHO_BOOKS_KEY": text}).current == RING.current


@pytest.mark.parametrize("comma", [",", ", ", "\n", " "])
def test_the_first_of_several_keys_encrypts_and_all_decrypt(tmp_path: Path, comma: str) -> None:
    old = KeyRing([OTHER_KEY]).seal(b"old", "here")
    ring = KeyRing.from_environment(tmp_path / "key", {"ZOHO_BOOKS_KEY": f"{BASE64}{comma}{OTHER_KEY.hex()}"})
    assert ring.seal(b"new", "here")[0] == RING.current
    assert ring.unseal(*old, "here") == b"old"


@pytest.mark.parametrize("text", [HEX[:-2], HEX + "00", "zz" * 32, "secret", BASE64[:-4], f"{HEX},short", "é" * 43])
def test_what_is_no_key_is_refused_without_being_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(CredentialError) as caught:
        KeyRing.from_environment(tmp_path / "key", {"ZOHO_BOOKS_KEY": text})
    assert (caught.value.code, caught.value.reason) == ("store_key_invalid", "store_unreadable")
    assert text not in repr(caught.value)
    assert "ZOHO_BOOKS_KEY" in caught.value.message


@pytest.mark.parametrize("text", ["", "  ", ","])
def test_an_empty_variable_is_an_error_and_not_a_reason_to_make_another_key(tmp_path: Path, text: str) -> None:
    with pytest.raises(CredentialError) as caught:
        KeyRing.from_environment(tmp_path / "key", {"ZOHO_BOOKS_KEY": text})
    assert caught.value.code == "store_key_empty"
    assert not (tmp_path / "key").exists()


def test_the_variable_wins_over_the_file(tmp_path: Path) -> None:
    KeyRing.from_environment(tmp_path / "key", {})
    assert KeyRing.from_environment(tmp_path / "key", {"ZOHO_BOOKS_KEY": HEX}).current == RING.current


def test_a_key_file_is_made_once_folder_included(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "key"
    made = KeyRing.from_environment(path, {})
    assert KeyRing.from_environment(path, {}).current == made.current
    assert len(base64.b64decode(path.read_text())) == 32


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert KeyRing.from_environment(tmp_path / "a", {}).current != KeyRing.from_environment(tmp_path / "b", {}).current


def test_a_key_file_may_hold_several_keys_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = _file(tmp_path, f"\ufeff{HEX}\n{OTHER_KEY.hex()}\n".encode())
    assert KeyRing.from_environment(path, {}).current == RING.current


@pytest.mark.parametrize("content", [b"not a key", b"\xff\xfe\x00", bytes(32)])
def test_a_key_file_with_something_else_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CredentialError) as caught:
        KeyRing.from_environment(_file(tmp_path, content), {})
    assert caught.value.code == "store_key_invalid"
    assert caught.value.__cause__ is None


def test_a_key_file_that_stays_empty_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CredentialError) as caught:
        KeyRing.from_environment(_file(tmp_path, b""), {})
    assert caught.value.code == "store_key_empty"


def test_a_key_file_that_cannot_be_opened_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(CredentialError) as caught:
        KeyRing.from_environment(tmp_path, {})
    assert caught.value.code == "store_key_unreadable"
    assert "ZOHO_BOOKS_KEY" in caught.value.hint


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    source = (
        "import sys, pathlib; from zoho_books_connector.stores import KeyRing\n"
        "print(KeyRing.from_environment(pathlib.Path(sys.argv[1]), {}).current)"
    )
    command = [sys.executable, "-c", source, str(tmp_path / "key")]
    starts = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert len({process.communicate(timeout=60)[0] for process in starts}) == 1
    assert all(process.returncode == 0 for process in starts)


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
class TestOnPosix:
    def test_a_new_key_file_belongs_to_its_owner_alone_whatever_the_umask(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            KeyRing.from_environment(tmp_path / "deep" / "key", {})
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "deep" / "key").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "deep").stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o666])
    def test_a_key_file_that_others_may_touch_is_refused_with_the_command_that_helps(
        self, tmp_path: Path, mode: int
    ) -> None:
        path = _file(tmp_path, HEX.encode())
        path.chmod(mode)
        with pytest.raises(CredentialError) as caught:
            KeyRing.from_environment(path, {})
        assert caught.value.code == "store_key_exposed"
        assert f"chmod 600 '{path}'" in caught.value.hint

    @pytest.mark.parametrize("mode", [0o600, 0o400])
    def test_a_key_file_of_its_owner_alone_is_taken(self, tmp_path: Path, mode: int) -> None:
        path = _file(tmp_path, HEX.encode())
        path.chmod(mode)
        assert KeyRing.from_environment(path, {}).current == RING.current


def test_a_ring_shows_no_key_and_is_not_pickled() -> None:
    assert repr(RING) == f"KeyRing({RING.current})"
    assert RING.current not in HEX
    with pytest.raises(TypeError):
        pickle.dumps(RING)


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY, b"x" * 33]])
def test_a_ring_takes_nothing_but_keys(keys: list[bytes]) -> None:
    with pytest.raises(CredentialError):
        KeyRing(keys)


def test_generated_rings_differ() -> None:
    assert KeyRing.generate().current != KeyRing.generate().current


def test_without_cryptography_the_extra_is_named_and_the_rest_still_imports(tmp_path: Path) -> None:
    source = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from zoho_books_connector.errors import CredentialError\n"
        "from zoho_books_connector.stores import ConnectionStore, KeyRing, MemoryTokenStore\n"
        "store = ConnectionStore(sys.argv[1], KeyRing.generate())\n"
        "for call in (lambda: store.create({}), lambda: KeyRing.generate().unseal('', b'', '')):\n"
        "    try:\n"
        "        call()\n"
        "    except CredentialError as error:\n"
        "        print(error.code, error.hint)\n"
    )
    command = [sys.executable, "-c", source, str(tmp_path / "connections.db")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wanted = 'store_extra_missing Install it with: pip install "zoho-books-connector[store]"\n'
    assert said == wanted * 2


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    return path
