"""``zoho-books run``: inputs as given, the result on standard output, everything else beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from zoho_books_connector.boundary import Quota
from zoho_books_connector.cli.running import quota_text
from zoho_books_connector.sandbox import Fault, Sandbox

pytestmark = pytest.mark.usefixtures("connected")

CREATE = ("run", "create_contact")
NAMED = (*CREATE, "--set", "contact_name=Bowman and Co")


def test_a_file_with_inputs_becomes_a_record(cli: Cli, sandbox: Sandbox, organization: str, tmp_path: Path) -> None:
    file = tmp_path / "contact.json"
    file.write_text('{"contact_name": "Müller ₹ 日本", "credit_limit": 1234567890.12}', encoding="utf-8")
    ended = cli(*CREATE, "--input", str(file))
    assert ended.code == 0
    assert ended.data["contact_name"] == "Müller ₹ 日本"
    assert isinstance(ended.data["contact_id"], str)
    assert sandbox["us"].records(organization, "contact")[-1]["contact_id"] == ended.data["contact_id"]
    assert ended.err == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_standard_input_may_be_what_a_windows_shell_writes(
    cli: Cli, piped: Callable[[bytes], None], encoding: str
) -> None:
    piped('{"contact_name": "Größe"}'.encode(encoding))
    assert cli(*CREATE, "--input", "-").data["contact_name"] == "Größe"


def test_small_inputs_are_set_on_the_command_line(cli: Cli) -> None:
    ended = cli(*NAMED, "--set", "is_taxable:=true", "--set", 'contact_persons:=[{"first_name": "Ada"}]')
    assert ended.data["contact_name"] == "Bowman and Co"
    assert ended.data["contact_persons"][0]["first_name"] == "Ada"


@pytest.mark.parametrize("assignment", ["contact_name", "=x", "is_taxable:=yes"])
def test_an_assignment_that_is_none_is_told(cli: Cli, assignment: str) -> None:
    ended = cli(*CREATE, "--set", assignment)
    assert ended.code == 2
    assert "NAME:=JSON" in ended.err


def test_what_was_created_is_updated_and_read(cli: Cli) -> None:
    contact_id = cli(*NAMED).data["contact_id"]
    updated = cli("run", "update_contact", "--set", f"contact_id={contact_id}", "--set", "notes=paid late")
    assert updated.code == 0
    read = cli("run", "get_contact_addresses", "--set", f"contact_id={contact_id}")
    assert read.code == 0
    assert "addresses" in read.data


def test_a_customer_an_item_and_an_invoice(cli: Cli) -> None:
    customer = cli(*NAMED).data["contact_id"]
    item = cli("run", "create_item", "--set", "name=Bread", "--set", "rate:=2.5").data["item_id"]
    lines = json.dumps([{"item_id": item, "quantity": 3}])
    for action, key in (("create_salesorder", "salesorder_id"), ("create_invoice", "invoice_id")):
        ended = cli("run", action, "--set", f"customer_id={customer}", "--set", f"line_items:={lines}")
        assert ended.code == 0, ended.err
        assert ended.data[key].isdecimal()
        assert ended.data["sub_total"] == 7.5


def test_the_whole_result_is_one_line_of_json(cli: Cli) -> None:
    ended = cli(*NAMED, "--json")
    assert ended.out.count("\n") == 1
    assert set(ended.data) == {"data", "recovered", "warnings", "calls", "quota"}
    assert ended.data["recovered"] is False
    assert ended.data["calls"][0]["method"] == "POST"


def test_verbose_shows_calls_and_quota_beside_the_result(cli: Cli) -> None:
    ended = cli(*NAMED, "--verbose")
    assert "POST /books/v3/contacts  201" in ended.err
    assert " ms" in ended.err
    assert "calls left today" in ended.err
    assert ended.data["contact_name"] == "Bowman and Co"


def test_verbose_shows_the_calls_of_a_run_that_fails(cli: Cli) -> None:
    cli(*NAMED)
    ended = cli(*NAMED, "--verbose")
    assert ended.code == 13
    assert "POST /books/v3/contacts  400" in ended.err


def test_warnings_are_always_shown(cli: Cli) -> None:
    created = cli(*NAMED, "--set", 'contact_persons:=[{"first_name": "Ada"}, {"first_name": "Bob"}]').data
    words = ["--set", f"contact_id={created['contact_id']}", "--set", "contact_persons_mode=replace"]
    ended = cli("run", "update_contact", *words, "--set", 'contact_persons:=[{"first_name": "Cy"}]')
    assert ended.err.count("Warning: ") == 2


def test_nothing_is_sent_after_the_deadline(cli: Cli, sandbox: Sandbox) -> None:
    ended = cli(*NAMED, "--timeout", "0.000001")
    assert ended.code == 15
    assert "deadline" in ended.err
    assert not [each for each in sandbox["us"].requests if each.path.endswith("/contacts")]


def test_an_interrupted_run_says_where_to_look(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("zoho_books_connector.gate.Handler.__call__", interrupt)
    ended = cli("run", "update_contact", "--set", "contact_id=1")
    assert ended.code == 130
    assert "look in Zoho Books" in ended.err
    assert "--key" not in ended.err


def test_a_connection_to_a_sandbox_needs_to_know_where_it_runs(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOHO_BOOKS_SANDBOX")
    ended = cli(*NAMED)
    assert ended.code == 2
    assert "--sandbox" in ended.err


def test_the_quota_is_told_as_far_as_it_is_known() -> None:
    assert quota_text(Quota()) == ""
    assert quota_text(Quota(remaining=7)) == "7 calls left today"
    assert quota_text(Quota(1000, 7, 5400)) == "7 of 1000 calls left today, full again in 1.5 hours"


# --- one row for each kind of error -----------------------------------------------------------------------------------

RECORD = ("run", "get_contact_persons", "--set", "contact_id=460000000000099999")


@pytest.mark.parametrize(
    ("code", "words", "fault", "said"),
    [
        (10, (*CREATE, "--set", "contact_nam=x"), None, "/contact_name: is required"),
        (10, ("run", "make_tea", "--set", "a=b"), None, "Choose one of: create_contact"),
        (10, (*CREATE, "--set", "a\u00e9\ud800=b"), None, "What to do"),
        (11, NAMED, Fault("unauthorized", path="/contacts", times=None), "connect --connection ID"),
        (12, RECORD, None, "GET /contacts/460000000000099999"),
        (13, NAMED, None, "HTTP status 400, POST /contacts"),
        (14, NAMED, Fault("day_limit", path="/contacts"), "Come back in"),
        (15, RECORD, Fault("503", path="/contacts", times=None), "may be tried again"),
        (
            16,
            (*CREATE, "--set", "contact_name=Hill Farm"),
            Fault("reset", path="/contacts"),
            "Running it again with the same key is safe",
        ),
        (17, RECORD, Fault("html", path="/contacts", times=None), "maintainers"),
    ],
)
def test_every_kind_of_error_has_its_exit_code_and_says_what_to_do(
    cli: Cli,
    sandbox: Sandbox,
    organization: str,
    code: int,
    words: tuple[str, ...],
    fault: Fault | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    sandbox["us"].seed(organization, "contact", {"contact_name": "Bowman and Co"})
    if fault is not None:
        sandbox.faults.add(fault)
    ended = cli(*words)
    assert ended.code == code
    assert ended.out == ""
    assert said in " ".join(ended.err.split())
    assert "Who can fix it" in ended.err
    assert "Traceback" not in ended.err


def test_an_error_can_be_json(cli: Cli) -> None:
    ended = cli(*CREATE, "--set", "contact_nam=x", "--json-errors")
    assert ended.code == 10
    assert ended.error["kind"] == "input"
    assert {"pointer", "message"} <= set(ended.error["fields"][0])
