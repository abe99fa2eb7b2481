"""Hosts that are killed again and again lose nothing, take nothing forged, and repeat nothing that was acknowledged."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoho_books_connector.stores import SqliteInbox

from .asgi import endpoint, status
from .chaos import Outcome, count, genuine_request, run
from .deliveries import delivery


def test_nothing_is_lost_or_forged_however_often_hosts_are_killed(tmp_path: Path) -> None:
    outcome = run(tmp_path, deliveries=800, kills=20, seed=7)
    assert outcome.breaches == {}
    assert outcome.kills == 20
    assert outcome.forged_answers[401] > 50


RIGHT = "handed 1 x text-of-1\ndone 1\nhanded 2 x text-of-2\nhanded 2 x text-of-2\ndone 2\n"


@pytest.mark.parametrize(
    ("notes", "breach"),
    [
        (RIGHT, ""),
        (RIGHT + "handed 1 x text-of-1\n", "after acknowledgement"),
        (RIGHT.replace("text-of-2", "text-of-1"), "changed"),
        (RIGHT.partition("handed 2")[0], "lost"),
        (RIGHT + "handed forged-1 x text-of-forged-1\n", "forged"),
    ],
)
def test_the_count_notices_what_should_not_have_happened(tmp_path: Path, notes: str, breach: str) -> None:
    sent = {name: genuine_request(name) for name in ("1", "2")}
    inbox = SqliteInbox(tmp_path / "inbox.db")
    for request in sent.values():
        assert status(endpoint(inbox), delivery(request.body, query="event=invoice_updated")) == 200
    inbox.done(*inbox.take(9))
    (tmp_path / "notes.txt").write_text(notes, "utf-8")
    outcome = Outcome()
    count(tmp_path, sent, outcome)
    assert list(outcome.breaches) == ([breach] if breach else [])


def test_the_count_notices_a_delivery_that_was_not_stored(tmp_path: Path) -> None:
    SqliteInbox(tmp_path / "inbox.db")
    (tmp_path / "notes.txt").write_text("handed 1 x text-of-1\ndone 1\n", "utf-8")
    outcome = Outcome()
    count(tmp_path, {"1": genuine_request("1")}, outcome)
    assert outcome.lost == ["1"]
