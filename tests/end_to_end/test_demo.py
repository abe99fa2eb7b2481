"""The demo shows every action and what the trigger does, and fails when a step does not do what it says."""

from __future__ import annotations

import io

import pytest

from zoho_books_connector.demo import main
from zoho_books_connector.demo.stage import Stage
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.sandbox import Fault


def shown() -> tuple[int, str]:
    out = io.StringIO()
    return main(out), out.getvalue()


def test_the_demo_ends_well_and_says_what_to_do_next() -> None:
    status, said = shown()
    assert status == 0
    assert "✗" not in said
    assert "zoho-books connect --region" in said


def test_every_action_and_every_part_of_the_trigger_are_in_the_table() -> None:
    _, said = shown()
    rows = [line for line in said.splitlines() if line.startswith("✓")]
    # Create Item is shown twice, for goods and for a service.
    titles = {row[2:33].partition("(")[0].strip() for row in rows}
    assert {action["title"] for action in load_manifest()["actions"].values()} <= titles
    assert {f"Webhook: {each}" for each in ("set up by itself", "signed delivery", "drift is mended")} <= titles
    assert {"Webhook: forged delivery", "Catch-up: missed while down", "Webhook: taken away"} <= titles
    assert any("POST /invoices → 201" in row for row in rows)


def test_a_lost_answer_is_settled_before_the_eyes() -> None:
    _, said = shown()
    assert "POST /invoices → lost" in said
    assert "found by looking, not sent again" in said
    assert "again, nothing created" in said


FAULTS = [
    Fault("html", method="POST", path="/invoices$"),
    Fault("refused_with_200", method="POST", path="/contacts$"),
    Fault("empty", path="/oauth/v2/token$"),
    Fault("day_limit", method="GET", path="/invoices/"),
    Fault("html", method="POST", path="/settings/workflows$"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind} at {fault.path}")
def test_a_step_that_goes_wrong_ends_the_demo_with_1(monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    start = Stage.start_sandbox

    def start_with_fault(stage: Stage) -> None:
        stage.sandbox.faults.add(fault)
        start(stage)

    monkeypatch.setattr(Stage, "start_sandbox", start_with_fault)
    status, said = shown()
    assert status == 1
    assert "✗" in said
    assert "stopped at this step" in said


def test_a_trigger_that_takes_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoho_books_connector.trigger.proving.fitting", lambda strings, *_: next(iter(strings)))
    status, said = shown()
    assert status == 1
    assert "✗ Webhook: forged delivery" in said
