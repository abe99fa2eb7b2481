"""``zoho-books options``: the choices on standard output, what they cost beside them."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.sandbox import Fault, Sandbox

pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def filled(sandbox: Sandbox) -> Sandbox:
    sandbox["us"].seed_demo()
    return sandbox


def test_choices_are_a_table_and_their_cost_is_told_beside_it(cli: Cli, filled: Sandbox, organization: str) -> None:
    ended = cli("options", "customer", "--search", "bow")
    assert ended.code == 0
    [heading, _, row] = ended.out.splitlines()
    assert heading.split() == ["Value", "Label", "Detail"]
    contact = filled["us"].records(organization, "contact")[0]
    assert row.split("  ")[0] == contact["contact_id"]
    assert "Bowman and Co" in row
    assert "will@bowman.example" in row
    assert "It cost 1 call; " in ended.err
    assert "calls left today" in ended.err


def test_what_the_choices_depend_on_is_given(cli: Cli, filled: Sandbox, organization: str) -> None:
    customer = filled["us"].records(organization, "contact")[0]["contact_id"]
    ended = cli("options", "contact_person", "--depends", f"customer_id={customer}", "--depends", "other=x")
    assert [line.split("  ")[1] for line in ended.out.splitlines()[2:]] == ["Will Smith", "Grace Lee"]


def test_what_is_to_be_chosen_first_is_told(cli: Cli) -> None:
    ended = cli("options", "address")
    assert ended.code == 10
    assert "/customer_id: must be chosen first" in ended.err


@pytest.mark.parametrize("words", [("customer_id",), ("=7",)])
def test_a_dependency_that_is_none_is_told(cli: Cli, words: tuple[str, ...]) -> None:
    ended = cli("options", "address", "--depends", *words)
    assert ended.code == 2
    assert "NAME=VALUE" in ended.err


def test_there_is_more_and_how_to_get_it(cli: Cli, sandbox: Sandbox, organization: str) -> None:
    for number in range(201):
        sandbox["us"].seed(organization, "item", {"name": f"N{number:03}"})
    first = cli("options", "item")
    [cursor] = [line.split()[-1] for line in first.err.splitlines() if "There is more: --cursor " in line]
    second = cli("options", "item", "--cursor", cursor)
    assert "N200" in second.out
    assert "There is more" not in second.err


def test_all_of_it_is_one_line_of_json(cli: Cli, filled: Sandbox) -> None:
    ended = cli("options", "item", "--search", "hard", "--json")
    assert ended.out.count("\n") == 1
    assert ended.err == ""
    assert set(ended.data) == {"options", "cursor", "warnings", "calls", "quota"}
    [option] = ended.data["options"]
    assert set(option) == {"value", "label", "detail", "data"}
    assert option["data"]["rate"] == 120


def test_nothing_to_choose_is_said(cli: Cli) -> None:
    ended = cli("options", "salesperson")
    assert (ended.code, ended.out) == (0, "")
    assert "There is nothing to choose." in ended.err


def test_a_warning_is_told(cli: Cli, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("unknown_address", path="/locations"))
    ended = cli("options", "location")
    assert ended.code == 0
    assert "Warning: Zoho Books does not list these choices" in ended.err


def test_an_unknown_source_names_those_there_are(cli: Cli) -> None:
    ended = cli("options", "shoes")
    assert ended.code == 10
    said = " ".join(ended.err.split())
    assert all(name in said for name in load_manifest()["option_sources"])
