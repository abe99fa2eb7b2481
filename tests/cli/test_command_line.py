"""What holds for every command: options, exit codes, secrets, narrow consoles, and that start-up stays lazy."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
import sysconfig
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import zoho_books_connector.errors as connector_errors
from tests.cli.conftest import Browser, Cli
from zoho_books_connector.cli import main
from zoho_books_connector.cli.commands import COMMANDS
from zoho_books_connector.cli.errors import EXITS, block, exit_of
from zoho_books_connector.cli.terminal import Terminal
from zoho_books_connector.errors import ConnectorError, ErrorDetails, FieldFault, InputError, OutcomeUnknownError
from zoho_books_connector.sandbox import Client, Sandbox

SCRIPT = Path(sysconfig.get_path("scripts")) / "zoho-books"


# --- help and exit codes -------------------------------------------------------------------------------------------


OWN = [part for each in COMMANDS if not each.hands_over for part in (each, *each.parts)]


@pytest.mark.parametrize("command", OWN, ids=lambda each: each.name)
def test_every_command_has_help_with_an_example(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.name.split(), "--help"])  # type: ignore[attr-defined]  # a Command, which parametrize cannot say
    assert left.value.code == 0
    assert "example:\n  zoho-books" in capsys.readouterr().out


def test_help_documents_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"{row.code:>5}  {row.kind}: " in shown for row in EXITS)


def _kinds(cls: type[ConnectorError]) -> Iterator[type[ConnectorError]]:
    for each in cls.__subclasses__():
        yield each
        yield from _kinds(each)


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    assert {each.kind for each in _kinds(ConnectorError)} == {row.kind for row in EXITS}
    assert len({row.code for row in EXITS}) == len(EXITS)
    assert connector_errors.InputError in set(_kinds(ConnectorError))


def test_an_error_is_one_block() -> None:
    error = InputError(
        "invalid_input",
        "The inputs are not as expected.",
        "Correct them.",
        fields=(FieldFault("/contact_nam", "is not a field here", "contact_name"), FieldFault("", "is not JSON")),
        details=ErrorDetails(zoho_code=1002, http_status=404, method="POST", path="/contacts"),
    )
    assert block(error) == (
        "zoho-books: The inputs are not as expected.\n"
        "  Who can fix it    You, in the inputs.\n"
        "  What to do        Correct them.\n"
        "  Fields\n"
        "    /contact_nam: is not a field here (did you mean contact_name?)\n"
        "    the whole document: is not JSON\n"
        "  Details           Zoho code 1002, HTTP status 404, POST /contacts\n"
        "  Exit code         10 (input: invalid_input)"
    )


def test_what_is_safe_to_resend_says_so() -> None:
    assert "Running it again is safe." in block(OutcomeUnknownError("lost", "Lost.", safe_to_resend=True))
    assert exit_of(ConnectorError("odd", "Odd.")).code == 1


def test_a_missing_package_names_the_extra(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    ended = cli("connect", "--region", "us", "--client-id", "1000.ABC")
    assert ended.code == 3
    assert 'pip install "zoho-books-connector[cli]"' in ended.err
    assert not home.exists()
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    monkeypatch.delenv("ZOHO_BOOKS_HOME")
    assert cli("connections").code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("run", "create_contact", "--input", "no-such-file.json"),
        ("run", "create_contact", "--input", "."),
        ("manifest", "check", "no-such-file.yaml"),
        ("connect", "--region", "us", "--ca-bundle", "no-such-file.pem"),
    ],
)
def test_a_file_that_cannot_be_read_has_its_own_exit_code(cli: Cli, words: tuple[str, ...]) -> None:
    ended = cli(*words)
    assert ended.code == 4
    assert words[-1] in ended.err


def test_a_home_that_cannot_be_made_is_told(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    ended = cli("connect", "--region", "us", "--home", str(file / "home"))
    assert ended.code == 4
    assert "--home" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("run",), "ACTION"),
        (("run", "create_contact"), "--input FILE"),
        (("run", "create_contact", "--input", "-", "--set", "a=b"), "not allowed with"),
        (("actions", "--sandbox"), "expected one argument"),
        (("connect", "--port", "0"), "from 1 to 65535"),
        (("run", "create_contact", "--timeout", "soon"), "number of seconds"),
        (("trigger",), "COMMAND"),
        (("trigger", "listn"), "invalid choice"),
        (("trigger", "check", "a", "b"), "an argument too many"),
        (("guide", "--sandbox", "us"), "--sandbox us=http://127.0.0.1:8801"),
        (("guide", "--proxy", "nonsense"), "http://proxy.example:3128"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(cli: Cli, words: tuple[str, ...], said: str) -> None:
    ended = cli(*words)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())


def test_options_of_every_command_stand_before_or_after_it(cli: Cli, tmp_path: Path, connected: str) -> None:
    other = str(tmp_path / "other")
    assert connected in cli("connections").out
    assert connected not in cli("--home", other, "connections").out
    assert connected not in cli("connections", "--home", other).out


# --- secrets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("connect", "--client-secret", "secret-canary"),
        ("connect", "--client-secret=secret-canary"),
        ("connect", "--clientsecret=secret-canary"),
        ("connect", "--client-sec", "secret-canary"),
        ("connect", "secret-canary"),
        ("connect", "-s", "secret-canary"),
        ("guide", "--proxy", "socks9://user:secret-canary@proxy.example"),
    ],
)
def test_a_secret_given_as_an_argument_is_refused_and_not_repeated(cli: Cli, words: tuple[str, ...]) -> None:
    ended = cli(*words)
    assert ended.code == 2
    assert "secret-canary" not in ended.out + ended.err


def test_no_secret_is_ever_shown_or_stored_in_clear(
    cli: Cli, browser: Browser, sandbox: Sandbox, client: Client, organization: str, port: int, home: Path
) -> None:
    words = ["--region", "sandbox-us", "--port", str(port), "--organization", organization, "--log", "debug"]
    ended = [cli("connect", *words), cli("check", "--log", "debug")]
    ended.append(cli("run", "create_contact", "--set", "contact_name=Ada", "--verbose", "--log", "debug"))
    sandbox["us"].revoke_all()
    ended.append(cli("check", "--log", "debug", "--json-errors"))
    ended += [cli("connections"), cli("disconnect", "--forget")]
    assert [each.code for each in ended] == [0, 0, 0, 11, 0, 0]
    assert "DEBUG zoho_books_connector.calls: POST /oauth/v2/token" in ended[0].err
    shown = "".join(each.out + each.err for each in ended)
    kept = b"".join(file.read_bytes() for file in home.iterdir())
    assert client.client_secret not in shown
    assert client.client_secret.encode() not in kept
    assert "1000." not in shown.replace(client.client_id, "")
    assert "Authorization" not in shown


# --- consoles ------------------------------------------------------------------------------------------------------


def test_a_narrow_console_loses_characters_of_text_but_none_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252", newline="\n"))
    terminal = Terminal()
    terminal.out("₹ ok")
    terminal.json({"symbol": "₹"}, indent=None)
    sys.stdout.flush()
    assert raw.getvalue() == b'? ok\n{"symbol": "\\u20b9"}\n'


def test_foreign_text_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().say("Bad \x1b[2J\x9b \u202ename\u2066")
    assert capsys.readouterr().err == "Bad ?[2J? ?name?\n"


def test_foreign_text_in_json_steers_nothing_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8", newline="\n"))
    name = "Bad \x1b[2J\x9b \u202ename \ud83d ₹"
    Terminal().json({"name": name}, indent=None)
    assert raw.getvalue().decode() == '{"name": "Bad \\u001b[2J\\u009b \\u202ename \\ud83d ₹"}\n'
    assert json.loads(raw.getvalue())["name"] == name


def test_a_process_without_a_console_is_not_stopped_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)
    Terminal().say("unheard")
    Terminal().json({"unheard": True})


def test_a_reader_that_has_enough_is_no_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)

    def closed(_self: Terminal, _text: str = "") -> None:
        raise BrokenPipeError

    monkeypatch.setattr(Terminal, "out", closed)
    assert main(["actions"]) == 0
    sys.stdout.close()


class Full(io.StringIO):
    """A stream that takes nothing, for a reason of the system's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def flush(self) -> None:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, 4), (errno.EINVAL, 0)])
def test_output_that_goes_nowhere_ends_a_command_without_a_traceback(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int, code: int
) -> None:
    for words in (["actions"], ["form", "credential"]):
        monkeypatch.setattr(sys, "stdout", Full(number))
        assert main(words) == code
        assert ("output_unwritable" in capsys.readouterr().err) == (code == 4)
        sys.stdout.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt, EOFError])
def test_ctrl_c_at_a_question_ends_quietly(
    cli: Cli, typed: Callable[..., None], monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    typed()

    def leave(_prompt: str) -> str:
        raise error

    monkeypatch.setattr("getpass.getpass", leave)
    ended = cli("connect", "--region", "us", "--client-id", "1000.ABC")
    assert ended.code == 130
    assert "Traceback" not in ended.err


# --- other parts ---------------------------------------------------------------------------------------------------


def test_the_sandbox_gets_its_own_arguments(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    given: list[list[str]] = []

    def serve(argv: list[str]) -> int:
        given.append(argv)
        return 5

    monkeypatch.setattr("zoho_books_connector.sandbox.server_command.serve", serve)
    assert main(["sandbox", "--seed", "demo", "--home", "x"]) == 5
    assert given == [["--seed", "demo", "--home", "x"]]


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, main_of: Callable[..., int] | None) -> None:
    module = types.ModuleType(f"zoho_books_connector.{name}")
    if main_of:
        vars(module)["main"] = main_of
    monkeypatch.setitem(sys.modules, module.__name__, module)


def test_demo_and_probe_end_as_they_say(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "demo", lambda: 6)
    stand_in(monkeypatch, "probe", lambda argv: len(argv))
    assert cli("demo").code == 6
    assert cli("probe", "--report", "all").code == 2


def test_options_before_the_probe_reach_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[list[str]] = []

    def hear(argv: list[str]) -> int:
        heard.append(argv)
        return 0

    stand_in(monkeypatch, "probe", hear)
    cli("--home", "H", "--enable-region", "uk", "--sandbox", "us=http://127.0.0.1:1", "probe", "--write")
    cli("probe", "--write")
    assert heard == [
        ["--home", "H", "--sandbox", "us=http://127.0.0.1:1", "--enable-region", "uk", "--write"],
        ["--write"],
    ]


def test_a_part_that_is_not_installed_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "probe", None)
    assert cli("probe").code == 3
    monkeypatch.setitem(sys.modules, "zoho_books_connector.demo", None)
    assert cli("demo").code == 3


def test_a_manifest_is_checked(cli: Cli, tmp_path: Path) -> None:
    assert cli("manifest", "check").code == 0
    file = tmp_path / "connector.yaml"
    file.write_text("manifest_version: 2\n", encoding="utf-8")
    ended = cli("manifest", "check", str(file))
    assert ended.code == 1
    assert "connector.yaml:1:" in ended.out


def _python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, timeout=30)


def test_listing_actions_loads_no_http_no_models_and_no_screen_library(home: Path) -> None:
    code = (
        "import sys; from zoho_books_connector.cli import main; main(sys.argv[1:]);"
        "print(','.join({'httpx', 'pydantic', 'rich', 'cryptography', 'jsonschema', 'sqlite3'} & set(sys.modules)))"
    )
    assert _python(code, "actions").stdout.splitlines()[-1] == ""
    assert _python(code, "show", "create_contact").stdout.splitlines()[-1] == ""


def test_the_installed_script_runs(home: Path) -> None:
    words = ["run", "create_contact", "--set", "contact_name=x", "--json-errors"]
    ended = subprocess.run([SCRIPT, *words], capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 11
    assert ended.stdout == ""
    assert json.loads(ended.stderr)["code"] == "no_connection"


def test_the_package_runs_as_a_module(home: Path) -> None:
    words = [sys.executable, "-m", "zoho_books_connector", "--version"]
    assert subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout.startswith(
        "zoho-books "
    )
