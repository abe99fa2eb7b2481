"""The Python on the pages runs as it stands there, block after block."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import pluggy
import pytest

from tests.docs.conftest import Account, web_framework
from tests.docs.reading import PAGES, ROOT, Block, blocks
from tests.trigger.asgi import status
from tests.trigger.deliveries import sign
from zoho_books_connector import boundary, hookspecs, runtime
from zoho_books_connector.boundary import Delivery, HttpSettings, RunContext
from zoho_books_connector.stores import MemoryTokenStore, SqliteInbox

#: Pages whose Python is run elsewhere, and where.
ELSEWHERE = {
    "README.md": "tests/project/test_readme.py looks at what it prints",
    "CONTRIBUTING.md": "tests/docs/test_contributing.py follows it in a copy of the project",
}
#: What a page says for Zoho, and what stands in for it here.
STAND_INS = {'"region": "us"': '"region": "sandbox-us"'}
HOSTS = ROOT / "docs" / "hosts.md"
WEBHOOKS = ROOT / "docs" / "webhooks.md"
INBOX = ROOT / "docs" / "inbox.md"
SUBSCRIPTIONS = ROOT / "docs" / "subscriptions.md"
CATCH_UP = ROOT / "docs" / "catch-up.md"
ACTIONS = [page for page in PAGES if page.parent.name == "actions" and blocks(page, "python")]


@pytest.fixture(autouse=True)
def stage(account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every runtime speak to the sandbox, and nothing of this machine's settings reach a page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZOHO_BOOKS_KEY", raising=False)
    monkeypatch.setenv("ZOHO_BOOKS_CLIENT_ID", account.client.client_id)
    monkeypatch.setenv("ZOHO_BOOKS_CLIENT_SECRET", account.client.client_secret)
    settings = partial(HttpSettings, sandboxes=account.centres)
    monkeypatch.setattr(boundary, "HttpSettings", settings)
    monkeypatch.setattr(runtime, "HttpSettings", settings)


def run(block: Block, namespace: dict[str, Any]) -> str:
    """Run a block and return what it prints; a traceback names the line of the page."""
    code = "\n" * block.line + block.text
    for real, stand_in in STAND_INS.items():
        code = code.replace(real, stand_in)
    said = io.StringIO()
    with redirect_stdout(said):
        exec(compile(code, str(block.page), "exec"), namespace)  # noqa: S102 - the project's own page
    return said.getvalue()


def is_test(block: Block) -> bool:
    return "\ndef test_" in block.text


def test_every_page_with_python_is_run() -> None:
    known = {HOSTS, WEBHOOKS, INBOX, SUBSCRIPTIONS, CATCH_UP, *ACTIONS, *(ROOT / name for name in ELSEWHERE)}
    assert [page for page in PAGES if blocks(page, "python") and page not in known] == []


def test_the_host_authors_guide_runs_from_its_first_block_to_its_last() -> None:
    namespace = web_framework()
    said = [run(block, namespace) for block in blocks(HOSTS, "python") if not is_test(block)]
    printed = "".join(said).splitlines()
    assert "schemas/inputs/create_invoice.json ['customer_id', 'line_items']" in printed
    assert "Bowman Sandbox Inc missing: ()" in printed
    assert any(line.startswith("INV-") and line.endswith(" 240.0") for line in printed), "the invoice"
    assert "('show the user', [{'pointer': '/rate', 'message': 'is required'}])" in printed
    assert any(line.startswith("('fail the step', {'kind': 'rejected'") for line in printed), "a repeated name"
    assert any(line.startswith("GET /books/v3/items/") and " 200 " in line for line in printed), "the trace"
    assert "True True" in printed, "the step that was retried"
    assert "401 signature_missing" in printed
    assert printed.count("in") == 1, "the region that a migration found"


def test_the_example_of_a_test_passes(tmp_path: Path) -> None:
    [example] = [block for block in blocks(HOSTS, "python") if is_test(block)]
    (tmp_path / "test_my_host.py").write_text(example.text, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_host.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout


def test_the_receiver_takes_a_genuine_delivery_once_and_refuses_another(account: Account, sandbox_record: Any) -> None:
    namespace: dict[str, Any] = {}
    for block in blocks(WEBHOOKS, "python"):
        run(block, namespace)
    server = namespace["server"]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook?event=invoice_created"
    webhooks = account.sandbox.webhooks
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            token = [("X-Connector-Token", namespace["token"])]
            genuine = webhooks.build("invoice", sandbox_record, url=url, secret=namespace["secret"], headers=token)
            forged = webhooks.build("invoice", sandbox_record, url=url, secret="a1b2c3d4e5f6g7", headers=token)
            assert [webhooks.send(each) for each in (genuine, genuine, forged)] == [200, 200, 401]
    finally:
        server.shutdown()
        server.server_close()
    assert said.getvalue().splitlines() == [
        f"invoice.created {sandbox_record['invoice_id']}",
        "refused: signature_wrong",
    ]


def test_a_subscription_is_made_checked_renewed_and_taken_away(account: Account) -> None:
    tokens = MemoryTokenStore()
    tokens.save(account.tokens(), expected=None)
    with runtime.DefaultRuntime(boundary.HttpSettings()) as owner:
        namespace: dict[str, Any] = {"runtime": owner, "tokens": tokens, "credential": account.credential}
        printed = "".join(run(block, namespace) for block in blocks(SUBSCRIPTIONS, "python")).splitlines()
    assert printed[:4] == [
        f"invoice.{verb} {kind} created" for verb in ("created", "updated") for kind in ("webhook", "rule")
    ]
    assert "Paste the URL ['URL']" in printed
    assert printed[-2] == "4 removed"
    assert (namespace["planned"].dry_run, namespace["done"].problems, namespace["check"].drifts) == (True, (), ())


def test_what_changed_is_caught_up_on_and_polled(account: Account, tmp_path: Path) -> None:
    account.sandbox["us"].seed(account.organization_id, "contact", {"contact_name": "Late Comer"})
    cursors: list[Any] = [None]
    namespace: dict[str, Any] = {}
    printed = "".join(run(block, namespace) for block in blocks(CATCH_UP, "python"))
    assert printed == "576 2500 70.0\n"
    inbox = SqliteInbox(tmp_path / "inbox.db")
    tokens = MemoryTokenStore()
    tokens.save(account.tokens(), expected=None)
    with runtime.DefaultRuntime(boundary.HttpSettings()) as owner:
        run_of = boundary.RunContext(owner)
        since = time.time() - 60

        def catch_up() -> str:
            state: str = namespace["catch_up"](
                account.credential, tokens, run_of, inbox, since, lambda: cursors[-1], cursors.append
            )
            return state

        assert catch_up() == "complete"
        names = {taken.event.record.get("contact_name") for taken in inbox.take(100)}
        assert "Late Comer" in names
        namespace["watch"](inbox, catch_up, time.time)
        worker = namespace["start"](inbox, lambda _: iter(()), lambda: cursors[-1], cursors.append)
        namespace["stop"].set()
        worker.join(10)
    assert not worker.is_alive()
    inbox.close()


def test_a_host_finds_the_fields_of_an_event_before_the_first_delivery() -> None:
    [example] = [block for block in blocks(WEBHOOKS, "python") if '"types"' in block.text]
    titles = {"bill.created": "Bill created", "bill.updated": "Bill updated", "bill.deleted": "Bill deleted"}
    assert run(example, {}).splitlines() == [str(titles), "bill_updated edited", "Due date 2026-12-16"]


def test_what_the_inbox_receives_is_handed_to_the_worker() -> None:
    namespace: dict[str, Any] = {}
    for block in blocks(INBOX, "python"):
        run(block, namespace)
    body = b'{"invoice": {"invoice_id": "982000000567114"}}'
    headers = [
        ("X-Zoho-Webhook-Signature", sign("event=invoice_created", body, secret=namespace["secret"])),
        ("X-Connector-Token", namespace["token"]),
    ]
    genuine = Delivery("POST", "event=invoice_created", headers, body)
    assert status(namespace["application"], genuine) == 200
    assert namespace["receive"]("POST", genuine.query, headers, body) == 200
    assert namespace["receive"]("POST", genuine.query, headers[:1], body) == 401
    said = io.StringIO()
    with redirect_stdout(said):
        namespace["worker"].start()
        while not namespace["inbox"].counts().done:
            pass
        namespace["stop"].set()
        namespace["worker"].join()
    assert said.getvalue() == "invoice.created 982000000567114\n"


@pytest.fixture
def sandbox_record(account: Account) -> Any:
    """An invoice of the sandbox's books."""
    return account.sandbox["us"].records(account.organization_id, "invoice")[0]


@pytest.mark.parametrize("page", ACTIONS, ids=lambda page: page.stem)
def test_the_example_of_an_action_runs(page: Path, account: Account, tmp_path: Path) -> None:
    [inputs, _] = blocks(page, "json")
    account.plant(inputs.data)
    (tmp_path / f"{page.stem}.json").write_text(inputs.text, "utf-8")
    plugins = pluggy.PluginManager(hookspecs.PROJECT)
    plugins.add_hookspecs(hookspecs)
    plugins.load_setuptools_entrypoints(hookspecs.ENTRY_POINT_GROUP)
    with runtime.DefaultRuntime() as running:
        namespace = {
            "ask": plugins.hook,
            "credential": account.credential,
            "tokens": MemoryTokenStore(account.tokens()),
            "run": RunContext(running),
        }
        [example] = blocks(page, "python")
        said = run(example, namespace)
    assert said.startswith("{")
