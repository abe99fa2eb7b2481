"""The whole way of an event: subscribed, sent by the sandbox's own rules, received, shown; also after a kill."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.listening import Listener, Start, invoice, kept, starting, subscribed
from zoho_books_connector.cli.home import Home
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.sandbox.carrier import Carrier

SCRIPT = Path(sysconfig.get_path("scripts")) / "zoho-books"


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    started: list[Listener] = []
    yield starting(monkeypatch, started)
    for each in started:
        each.stop()


def test_what_happens_in_the_books_is_shown_also_while_the_secret_is_replaced(
    cli: Cli, listen: Start, connected: str, organization: str, sandbox: Sandbox, home: Path
) -> None:
    sandbox.carrier = Carrier(duplicates=0.3, forged=0.3, disordered=0.5, disorder_seconds=0.05, seed=7)
    sandbox.start_sending(2)
    listener = listen()
    subscribe = ("trigger", "subscribe", "--url", listener.url, "--events", "contact.created,item.created")
    assert cli(*subscribe).code == 0
    for number in range(5):
        sandbox["us"].enter(organization, "contact", {"contact_name": f"Farm {number}"})
    assert cli("trigger", "subscribe", "--new-secret").code == 0
    for number in range(5):
        sandbox["us"].enter(organization, "item", {"name": f"Flour {number}", "rate": 2})
    listener.until(lambda: sandbox.all_delivered)
    listener.until(lambda: kept(Home(home).inbox(connected))[0] == 0)
    shown = re.findall(r"^\d\d:\d\d:\d\d  (\w+\.\w+) ", listener.out.getvalue(), re.MULTILINE)
    assert sorted(shown) == ["contact.created"] * 5 + ["item.created"] * 5
    entries = sandbox["us"].workflow_log(organization)
    assert {each.status for each in entries if each.parcel.genuine} == {200}
    assert not [each for each in entries if not each.parcel.genuine and each.status == 200]


def start(words: list[str]) -> tuple[subprocess.Popen[str], str]:
    """Start a listener in a process of its own; returns it with its URL."""
    command = [str(SCRIPT), "trigger", "listen", "--port", "0", "--json", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found is not None
    return process, found[0]


def test_what_was_answered_with_200_is_kept_when_the_process_is_killed(
    home: Path, connected: str, sandbox: Sandbox
) -> None:
    place = Home(home)
    subscribed(place, connected)
    taken = set()
    for life in range(3):
        process, url = start([])
        try:
            for number in range(20):
                if number == 15:
                    process.kill()
                delivery = invoice(sandbox, url, 100 * life + number)
                try:
                    if sandbox.webhooks.send(delivery) == 200:
                        taken.add(f"98200000056{100 * life + number:04}")
                except (OSError, http.client.HTTPException):
                    continue  # the sender would come again
        finally:
            process.kill()
            process.communicate()
    kept_ids = {each.record_id for each in place.inbox(connected).recent(1000)}
    assert len(taken) >= 45
    assert taken <= kept_ids


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe that is closed by a shell's reader")
def test_a_reader_of_one_line_ends_the_command_and_the_rest_waits(home: Path, connected: str, sandbox: Sandbox) -> None:
    place = Home(home)
    subscribed(place, connected)
    command = [str(SCRIPT), "trigger", "listen", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found is not None
    assert sandbox.webhooks.send(invoice(sandbox, found[0], 1)) == 200
    assert "INV-00001" in process.stdout.readline()
    process.stdout.close()
    try:
        for number in range(2, 6):
            sandbox.webhooks.send(invoice(sandbox, found[0], number))
    except (OSError, http.client.HTTPException):
        pass  # it has noticed, and ended
    assert process.wait(60) == 0
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    waiting, done, dead = kept(place.inbox(connected))
    assert (done, dead) == (1, 0)
    assert waiting >= 1
