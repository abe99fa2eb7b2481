"""``zoho-books trigger subscribe``, ``check`` and ``unsubscribe``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Ended
from tests.cli.listening import Stream
from zoho_books_connector.cli import main
from zoho_books_connector.cli.home import Home
from zoho_books_connector.sandbox import Client, Fault, Limits, Sandbox
from zoho_books_connector.stores import StoredSubscription

URL = "https://hooks.example.com/zoho-books"
SUBSCRIBE = ("trigger", "subscribe", "--url", URL, "--events", "invoice.created,contact.updated")

Held = Callable[[], dict[str, list[Any]]]


@pytest.fixture
def limits() -> Limits:
    """The sandbox's limits; a test that needs others overrides this."""
    return Limits()


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> Iterator[Sandbox]:
    with Sandbox(limits=limits) as running:
        places = ",".join(f"{name}={centre.accounts_url}" for name, centre in running.data_centres.items())
        monkeypatch.setenv("ZOHO_BOOKS_SANDBOX", places)
        yield running


@pytest.fixture
def held(sandbox: Sandbox, organization: str) -> Held:
    """The webhooks and the rules that stand in the sandbox."""

    def read() -> dict[str, list[Any]]:
        automation = sandbox["us"]._books(organization).automation
        return {"webhooks": [*automation.webhooks.values()], "rules": [*automation.rules.values()]}

    return read


def stored(home: Path, connection: str) -> StoredSubscription:
    [found] = Home(home).subscriptions().list(connection)
    return found


def words(text: str) -> str:
    return " ".join(text.split())


# --- subscribe ------------------------------------------------------------------------------------------------------


def test_it_makes_a_webhook_and_a_rule_for_each_event_and_shows_them(
    cli: Cli, connected: str, held: Held, home: Path
) -> None:
    ended = cli(*SUBSCRIBE)
    assert ended.code == 0
    assert ended.out.count(" created ") == 4
    assert {len(each) for each in held().values()} == {2}
    subscription = stored(home, connected).subscription
    assert all(webhook["secret"] == subscription.secret for webhook in held()["webhooks"])
    assert f"trigger listen {connected}" in ended.err


def test_a_connection_is_named_before_the_options(cli: Cli, connected: str, held: Held) -> None:
    assert cli("trigger", "subscribe", connected[:8], *SUBSCRIBE[2:]).code == 0
    assert cli("trigger", "check", connected[:8]).code == 0
    assert cli("trigger", "unsubscribe", connected[:8]).code == 0


def test_a_dry_run_shows_it_and_changes_nothing(cli: Cli, connected: str, held: Held, home: Path) -> None:
    ended = cli(*SUBSCRIBE, "--dry-run")
    assert ended.code == 0
    assert ended.out.count("would be created") == 4
    assert held() == {"webhooks": [], "rules": []}
    assert Home(home).subscriptions().list(connected) == []


def test_it_is_stored_before_anything_is_sent(
    cli: Cli, connected: str, held: Held, home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    sandbox.faults.add(Fault("503", path="/settings", times=None))
    assert cli(*SUBSCRIBE).code == 15
    before = stored(home, connected).subscription
    sandbox.faults.clear()
    assert cli("trigger", "subscribe").code == 0
    assert stored(home, connected).subscription == before
    assert {len(each) for each in held().values()} == {2}


def test_subscribing_again_changes_it_and_keeps_the_secret(cli: Cli, connected: str, held: Held, home: Path) -> None:
    assert cli(*SUBSCRIBE).code == 0
    before = stored(home, connected).subscription
    assert cli("trigger", "subscribe", "--events", "invoice.created,item.deleted").code == 0
    assert cli("trigger", "subscribe", "--url", f"{URL}/2").code == 0
    after = stored(home, connected).subscription
    assert (after.events, after.callback_url) == (("invoice.created", "item.deleted"), f"{URL}/2")
    assert (after.name, after.secret, after.header_token) == (before.name, before.secret, before.header_token)
    assert {webhook["entity"] for webhook in held()["webhooks"]} == {"invoice", "item"}
    assert all(webhook["url"].startswith(f"{URL}/2?") for webhook in held()["webhooks"])


def test_a_new_secret_leaves_the_old_one_accepted_for_a_stated_time(
    cli: Cli, connected: str, held: Held, home: Path
) -> None:
    cli(*SUBSCRIBE)
    before = stored(home, connected).subscription
    ended = cli("trigger", "subscribe", "--new-secret")
    assert ended.code == 0
    after = stored(home, connected)
    [former] = after.former
    assert former.until is not None
    assert (former.secret, former.header_token) == (before.secret, before.header_token)
    assert {webhook["secret"] for webhook in held()["webhooks"]} == {after.subscription.secret} != {before.secret}
    assert "stays accepted until 20" in ended.err


def test_a_new_secret_that_did_not_reach_zoho_leaves_the_old_one_without_an_end(
    cli: Cli, connected: str, home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    cli(*SUBSCRIBE)
    sandbox.faults.add(Fault("503", path="/settings", times=None))
    assert cli("trigger", "subscribe", "--new-secret").code == 15
    [former] = stored(home, connected).former
    assert former.until is None
    sandbox.faults.clear()
    assert cli("trigger", "subscribe").code == 0
    assert stored(home, connected).former[0].until is not None


def test_going_on_by_hand_gives_the_old_secret_an_end(
    cli: Cli, connected: str, home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    cli(*SUBSCRIBE)
    sandbox.faults.add(Fault("503", path="/settings", times=None))
    assert cli("trigger", "subscribe", "--new-secret").code == 15
    assert cli("trigger", "subscribe", "--manual").code == 0
    assert [each.until is not None for each in stored(home, connected).former] == [True]


def test_several_subscriptions_have_names(cli: Cli, connected: str, held: Held) -> None:
    assert cli(*SUBSCRIBE).code == 0
    assert cli(*SUBSCRIBE, "--name", "Stock").code == 0
    ended = cli("trigger", "check")
    assert ended.code == 2
    assert "Choose one with --name: Connector, Stock." in words(ended.err)
    assert cli("trigger", "check", "--name", "Stock").code == 0
    assert cli("trigger", "unsubscribe", "--name", "Stock").code == 0
    assert {len(each) for each in held().values()} == {2}
    assert cli("trigger", "check").code == 0


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (("--events", "invoice.created"), 2, "needs --url"),
        (("--url", URL), 2, "needs --events"),
        (("--url", "http://hooks.example.com/", "--events", "invoice.created"), 10, "must begin with https://"),
        (("--url", "nonsense", "--events", "invoice.created"), 10, "must name a host"),
        (("--url", URL, "--events", "invoice.craeted"), 10, "did you mean invoice.created?"),
        (("--url", URL, "--events", "tea.made"), 10, "Modules: contact, item, estimate"),
        (("--url", URL, "--events", ","), 2, "needs --events"),
        (("nobody", "--url", URL, "--events", "item.created"), 11, "no connection with this id"),
        (("--name", "a/b", "--url", URL, "--events", "item.created"), 10, "/label"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_stored_or_sent(
    cli: Cli, connected: str, held: Held, home: Path, given: tuple[str, ...], code: int, said: str
) -> None:
    ended = cli("trigger", "subscribe", *given)
    assert ended.code == code
    assert said in words(ended.err)
    assert held() == {"webhooks": [], "rules": []}
    assert Home(home).subscribed(connected) == []


def test_an_error_can_be_json(cli: Cli, connected: str) -> None:
    ended = cli("trigger", "subscribe", "--url", URL, "--events", "tea.made", "--json-errors")
    assert ended.error["code"] == "subscription_invalid"
    assert ended.error["fields"][0]["pointer"] == "/events/0"


# --- by hand --------------------------------------------------------------------------------------------------------


class TestWithoutWorkflowRules:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(plan="free")

    def test_the_reason_and_the_steps_are_printed(self, cli: Cli, connected: str) -> None:
        ended = cli(*SUBSCRIBE)
        assert ended.code == 13
        assert "has no workflow rules" in words(ended.err)
        assert "What to do" in ended.err
        assert " 1. Open a new webhook" in ended.out
        assert f"{URL}?event=invoice_created" in ended.out

    def test_the_steps_are_in_json(self, cli: Cli, connected: str) -> None:
        ended = cli(*SUBSCRIBE, "--json")
        assert ended.code == 13
        assert [each["code"] for each in ended.data["problems"]] == ["plan_without_rules"]
        assert [each["event"] for each in ended.data["manual"]] == ["invoice.created", "contact.updated"]


class TestWithoutTheScope:
    @pytest.fixture
    def connected(self, cli: Cli, sandbox: Sandbox, client: Client, organization: str) -> str:
        code = sandbox["us"].self_client_code(client, ["ZohoBooks.contacts.READ"])
        given = ["--region", "sandbox-us", "--self-client", code, "--organization", organization]
        assert cli("connect", *given).code == 0
        return Home.of(_options()).connections()[0].id

    def test_it_is_a_matter_of_the_connection(self, cli: Cli, connected: str) -> None:
        ended = cli(*SUBSCRIBE)
        assert ended.code == 11
        assert f"connect --connection {connected} --scope ZohoBooks.contacts.CREATE," in ended.err
        assert "ZohoBooks.settings.DELETE" in ended.err
        assert " 1. Open a new webhook" in ended.out


def _options() -> Any:
    from argparse import Namespace

    return Namespace(home=None)


def test_by_hand_nothing_is_sent_and_the_steps_are_printed(
    cli: Cli, connected: str, held: Held, home: Path, sandbox: Sandbox
) -> None:
    before = len(sandbox["us"].requests)
    ended = cli(*SUBSCRIBE, "--manual")
    assert ended.code == 0
    assert len(sandbox["us"].requests) == before
    assert f"{URL}?event=contact_updated" in ended.out
    assert stored(home, connected).by_hand


def test_by_hand_a_replaced_secret_ends_by_the_calendar(cli: Cli, connected: str, home: Path) -> None:
    cli(*SUBSCRIBE, "--manual")
    assert "stays accepted until 20" in cli("trigger", "subscribe", "--manual", "--new-secret").err
    assert len(stored(home, connected).accepted(0)) == 2
    assert len(stored(home, connected).accepted(4e9)) == 1


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_secrets_are_printed_only_when_asked_for(cli: Cli, connected: str, home: Path, more: tuple[str, ...]) -> None:
    hidden = cli(*SUBSCRIBE, "--manual", "--log", "debug", *more)
    shown = cli("trigger", "subscribe", "--manual", "--show-secrets", *more)
    subscription = stored(home, connected).subscription
    for secret in (subscription.secret, subscription.header_token):
        assert secret not in hidden.out + hidden.err
        assert secret in shown.out


def test_on_a_terminal_the_steps_have_the_secrets_below_a_heading(
    connected: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Stream(terminal=True)
    monkeypatch.setattr("sys.stdout", out)
    assert main([*SUBSCRIBE, "--manual"]) == 0
    heading, _, steps = out.getvalue().partition("hold a secret and a header token")
    secret = stored(home, connected).subscription.secret
    assert secret in steps
    assert secret not in heading


def test_no_secret_is_stored_in_clear_or_shown(cli: Cli, connected: str, home: Path) -> None:
    given = [(*SUBSCRIBE, "--dry-run", "--json"), SUBSCRIBE, ("trigger", "subscribe", "--new-secret", "--json")]
    ended = [cli(*each, "--log", "debug") for each in given]
    ended += [cli("trigger", each, "--json", "--log", "debug") for each in ("check", "unsubscribe")]
    assert [each.code for each in ended] == [0, 0, 0, 0, 0]
    cli(*SUBSCRIBE)
    subscription = stored(home, connected).subscription
    kept = b"".join(file.read_bytes() for file in home.iterdir())
    shown = "".join(each.out + each.err for each in ended)
    assert subscription.secret.encode() not in kept
    assert subscription.header_token.encode() not in kept
    assert '"secret": "********"' in shown
    assert "X-Connector-Token" in shown


# --- check and unsubscribe ------------------------------------------------------------------------------------------


def test_nothing_drifted(cli: Cli, connected: str) -> None:
    cli(*SUBSCRIBE)
    ended = cli("trigger", "check")
    assert ended.code == 0
    assert "Everything stands as it should" in ended.out


def test_drift_is_a_table_and_an_exit_code(cli: Cli, connected: str, held: Held) -> None:
    cli(*SUBSCRIBE)
    held()["rules"][0]["is_active"] = False
    held()["webhooks"][1]["url"] = "https://elsewhere.example"
    ended = cli("trigger", "check")
    assert ended.code == 19
    assert "switched_off" in ended.out
    assert "changed" in ended.out
    assert "elsewhere" not in ended.out
    assert f"trigger subscribe {connected}" in ended.err
    assert {each["what"] for each in cli("trigger", "check", "--json").data["drifts"]} == {"switched_off", "changed"}
    assert cli("trigger", "subscribe").code == 0
    assert cli("trigger", "check").code == 0


@pytest.mark.parametrize("command", ["check", "unsubscribe"])
def test_without_a_subscription_it_says_how_to_make_one(cli: Cli, connected: str, command: str) -> None:
    ended = cli("trigger", command)
    assert ended.code == 2
    assert f"trigger subscribe {connected}" in words(ended.err)


def test_an_unknown_name_lists_the_known_ones(cli: Cli, connected: str) -> None:
    cli(*SUBSCRIBE)
    ended = cli("trigger", "check", "--name", "Stock")
    assert ended.code == 2
    assert "--name: Connector" in ended.err


def test_unsubscribing_removes_what_was_made_and_keeps_the_inbox(
    cli: Cli, connected: str, held: Held, home: Path
) -> None:
    cli(*SUBSCRIBE)
    Home(home).inbox(connected).close()
    ended = cli("trigger", "unsubscribe")
    assert ended.code == 0
    assert ended.out.count("removed") == 4
    assert held() == {"webhooks": [], "rules": []}
    assert Home(home).subscribed(connected) == []
    assert (home / f"inbox-{connected}.db").exists()


def test_what_could_not_be_removed_stays_stored(
    cli: Cli, connected: str, home: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    cli(*SUBSCRIBE)
    sandbox.faults.add(Fault("503", path="/settings", times=None))
    assert cli("trigger", "unsubscribe").code == 15
    assert Home(home).subscribed(connected) == ["Connector"]


def test_a_subscription_can_be_forgotten_and_what_stays_is_named(
    cli: Cli, connected: str, held: Held, home: Path
) -> None:
    cli(*SUBSCRIBE)
    name = stored(home, connected).subscription.name
    ended = cli("trigger", "unsubscribe", "--forget")
    assert ended.code == 0
    assert name in ended.err
    assert {len(each) for each in held().values()} == {2}
    assert Home(home).subscribed(connected) == []


def test_a_connection_with_a_subscription_is_not_disconnected_unasked(cli: Cli, connected: str, home: Path) -> None:
    cli(*SUBSCRIBE)
    ended = cli("disconnect")
    assert ended.code == 2
    assert f"trigger unsubscribe {connected}" in words(ended.err)
    (home / "connections.key").unlink()
    assert cli("disconnect", "--forget").code == 0
    assert Home(home).subscribed(connected) == []


def test_a_store_that_cannot_be_read_lets_nothing_be_sent(
    cli: Cli, connected: str, home: Path, sandbox: Sandbox
) -> None:
    (home / "subscriptions.db").write_bytes(b"a letter to my mother " * 500)
    before = len(sandbox["us"].requests)
    ended: Ended = cli(*SUBSCRIBE, "--json-errors")
    assert (ended.code, json.loads(ended.err)["code"]) == (11, "subscriptions_corrupt")
    assert len(sandbox["us"].requests) == before
