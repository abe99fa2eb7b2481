"""``zoho-books run`` of what creates: a lost answer is settled by looking, in this run or in the next with its key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Ended
from zoho_books_connector.sandbox import Fault, Sandbox

pytestmark = pytest.mark.usefixtures("connected", "no_pauses")

NAMED = ("run", "create_contact", "--set", "contact_name=Bowman and Co")
Named = Callable[[], list[str]]


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


@pytest.fixture
def held(sandbox: Sandbox, organization: str) -> Named:
    """The ids of the contacts of the name that is created here."""

    def ids() -> list[str]:
        records = sandbox["us"].records(organization, "contact")
        return [str(each["contact_id"]) for each in records if each["contact_name"] == "Bowman and Co"]

    return ids


def test_an_answer_that_was_lost_is_found_in_the_same_run(cli: Cli, sandbox: Sandbox, held: Named) -> None:
    sandbox.faults.add(Fault("reset", method="POST", commit=True))
    ended = cli(*NAMED)
    assert ended.code == 0
    assert [ended.data["contact_id"]] == held()
    assert "Found by looking" in ended.err


def test_the_whole_result_says_that_it_was_found(cli: Cli, sandbox: Sandbox, held: Named) -> None:
    sandbox.faults.add(Fault("reset", method="POST", commit=True))
    ended = cli(*NAMED, "--json")
    assert ended.data["recovered"] is True
    assert ended.err == ""
    assert len(held()) == 1


@pytest.mark.parametrize("commit", [True, False])
def test_a_run_whose_outcome_stays_open_says_with_which_key_it_is_run_again(
    cli: Cli, sandbox: Sandbox, held: Named, commit: bool
) -> None:
    sandbox.faults.add(Fault("reset", method="POST", commit=commit))
    sandbox.faults.add(Fault("503", method="GET", path="/contacts", times=None))
    open_ = cli(*NAMED)
    assert open_.code == 16
    sandbox.faults.clear()
    again = cli(*NAMED, *_key_told(open_), "--json")
    assert again.code == 0
    assert again.data["recovered"] is commit
    assert [again.data["data"]["contact_id"]] == held()


def test_the_key_of_an_open_run_is_in_the_error_for_programs(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("reset", method="POST"))
    ended = cli(*NAMED, "--json-errors")
    assert ended.error["kind"] == "outcome_unknown"
    assert ended.error["retry_after"] > 0
    assert f"--key {ended.error['params']['key']}" in ended.error["hint"]


def test_a_run_without_a_key_is_a_new_one_each_time(cli: Cli, held: Named) -> None:
    assert cli(*NAMED).code == 0
    assert cli(*NAMED).code == 13  # Zoho refuses a second contact of the name
    assert len(held()) == 1


def test_a_key_stands_for_one_record(cli: Cli, held: Named) -> None:
    first, second = (cli(*NAMED, "--key", "order 17", "--json") for _ in range(2))
    assert (first.data["recovered"], second.data["recovered"]) == (False, True)
    assert first.data["data"]["contact_id"] == second.data["data"]["contact_id"]
    assert len(held()) == 1


def test_a_key_with_other_inputs_is_refused_by_place_not_by_value(cli: Cli) -> None:
    cli(*NAMED, "--key", "order 17")
    ended = cli("run", "create_contact", "--set", "contact_name=Hill Farm", "--key", "order 17")
    assert ended.code == 10
    assert "/contact_name" in ended.err
    assert "Hill Farm" not in ended.err
    assert "Bowman" not in ended.err


@pytest.mark.parametrize(("attempt", "code"), [((), 16), (("--attempt", "2"), 16), (("--attempt", "1"), 13)])
def test_a_run_that_may_be_a_later_one_looks_first(
    cli: Cli, sandbox: Sandbox, organization: str, attempt: tuple[str, ...], code: int
) -> None:
    sandbox["us"].seed(organization, "contact", {"contact_name": "Bowman and Co"})
    ended = cli(*NAMED, "--key", "order 17", *attempt)
    assert ended.code == code
    sent = [each for each in sandbox["us"].requests if each.method == "POST" and each.path.endswith("/contacts")]
    assert len(sent) == (1 if code == 13 else 0)


def test_what_only_a_person_can_tell_is_not_to_be_run_again(cli: Cli, sandbox: Sandbox, organization: str) -> None:
    seeded = sandbox["us"].seed(organization, "contact", {"contact_name": "Bowman and Co"})
    ended = cli(*NAMED, "--key", "order 17")
    assert "Do not run it again before you have looked." in ended.err
    assert seeded["contact_id"] in ended.err
    assert "Give the key with" not in ended.err


def test_an_invoice_can_be_marked_so_that_it_is_found_again(cli: Cli) -> None:
    customer = cli(*NAMED).data["contact_id"]
    lines = '[{"name": "Bread", "rate": 2.5, "quantity": 3}]'
    invoice = ("run", "create_invoice", "--set", f"customer_id={customer}", "--set", f"line_items:={lines}")
    plain, marked = cli(*invoice), cli(*invoice, "--derived-reference")
    assert not plain.data.get("reference_number")
    assert marked.data["reference_number"]
    assert marked.data["reference_number"] in marked.err


def test_an_interrupted_create_says_with_which_key_it_is_run_again(
    cli: Cli, sandbox: Sandbox, held: Named, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    sandbox.faults.add(Fault("reset", method="POST", commit=True))
    with monkeypatch.context() as patched:
        patched.setattr("zoho_books_connector.creating.finding.look", interrupt)
        interrupted = cli(*NAMED)
    assert interrupted.code == 130
    again = cli(*NAMED, *_key_told(interrupted), "--json")
    assert again.data["recovered"] is True
    assert [again.data["data"]["contact_id"]] == held()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*NAMED, "--attempt", "2"), "Give --key as well"),
        ((*NAMED, "--key", "k", "--attempt", "0"), "counted from 1"),
        ((*NAMED, "--key", ""), "1 to 200 characters"),
        ((*NAMED, "--key", "k" * 201), "1 to 200 characters"),
        (("run", "update_contact", "--set", "contact_id=1", "--key", "k"), "creates nothing"),
        (("run", "update_contact", "--set", "contact_id=1", "--attempt", "1"), "creates nothing"),
        (("run", "update_contact", "--set", "contact_id=1", "--derived-reference"), "creates nothing"),
    ],
)
def test_options_that_do_not_go_together_are_told(cli: Cli, words: tuple[str, ...], said: str) -> None:
    ended = cli(*words)
    assert ended.code == 2
    assert said in ended.err


# --- the journal ----------------------------------------------------------------------------------------------------


def test_the_journal_is_in_the_home_and_holds_nothing_that_was_sent(cli: Cli, home: Path) -> None:
    contact_id = cli(*NAMED, "--set", "notes=canary-7f3a").data["contact_id"]
    written = b"".join(path.read_bytes() for path in home.glob("journal.db*"))
    assert contact_id.encode() in written
    assert b"Bowman" not in written
    assert b"canary-7f3a" not in written


def test_only_what_creates_keeps_a_journal(cli: Cli, home: Path) -> None:
    assert cli("run", "get_contact_persons", "--set", "contact_id=1").code == 12
    assert not (home / "journal.db").exists()


def test_without_its_journal_nothing_is_created_and_all_else_works(
    cli: Cli, sandbox: Sandbox, held: Named, home: Path
) -> None:
    contact_id = cli(*NAMED).data["contact_id"]
    (home / "journal.db").write_bytes(b"a letter to my mother " * 500)
    requests = len(sandbox["us"].requests)
    ended = cli("run", "create_contact", "--set", "contact_name=Hill Farm")
    assert ended.code == 4
    assert str(home / "journal.db") in "".join(ended.err.split())
    assert len(sandbox["us"].requests) == requests
    assert cli("run", "update_contact", "--set", f"contact_id={contact_id}", "--set", "notes=x").code == 0
    assert held() == [contact_id]


def _key_told(ended: Ended) -> list[str]:
    """The option that an error tells, wherever its lines break."""
    found = re.search(r"--key\s+(\w+)", ended.err)
    assert found is not None, ended.err
    return ["--key", found[1]]
