"""The probe finds where the sandbox stands: every switch that it can settle, in every position."""

from __future__ import annotations

from typing import Any

import pytest

from tests.probe.conftest import MakeBench
from zoho_books_connector.probe import Finding
from zoho_books_connector.probe.findings import facts
from zoho_books_connector.probe.questions import QUESTIONS
from zoho_books_connector.probe.wire import MOST_CALLS
from zoho_books_connector.sandbox.switches import POSITIONS

READ = {
    "answered_scope",
    "bank_rule_answer",
    "blanks",
    "chart_of_account_answer",
    "contact_person_answer",
    "contact_type_filter",
    "custom_field_answer",
    "custom_field_list",
    "document_amounts",
    "fixed_asset_answer",
    "list_filters",
    "missing_record_status",
    "modified_filter",
    "modified_sort",
    "numeric_ids",
    "person_times",
    "quota_headers",
    "sales_order_answer",
    "salesperson_key",
    "unknown_token_code",
}
WRITTEN = READ | {
    "auto_numbering",
    "contact_names",
    "edition_fields",
    "item_duplicate_code",
    "item_update",
    "lines_without_item",
    "listing_lag_seconds",
    "missing_item_status",
    "null_on_update",
    "order_without_lines",
    "person_duplicate_email",
    "person_update",
}
#: Settled by a captured delivery.
DELIVERED = {"deleted_payload", "signature_encoding"}
#: Never tried, each with its reason: locking the account out, waiting for minutes, or running rules on real records.
NEVER = {
    "changes_by_api",
    "code_seconds",
    "failing_rule",
    "rate_window",
    "retry_after",
    "rule_entity",
    "rule_names",
    "rule_status_path",
    "throttle_status",
    "unsaid_payload_format",
    "webhook_check",
    "webhook_in_use",
    "webhook_key_answer",
    "webhook_retries",
    "webhook_url_answer",
}


def _positions(names: set[str]) -> list[tuple[str, Any]]:
    return [(name, position) for name in sorted(names) for position in POSITIONS[name]]


@pytest.mark.parametrize(("switch", "position"), _positions(READ))
def test_reading_finds_the_position(switch: str, position: Any, make_bench: MakeBench) -> None:
    bench = make_bench(**{switch: position})
    _expect(bench.probe(write=False), switch, position)
    assert {call.method for call in bench.calls} == {"GET"}


@pytest.mark.parametrize(("switch", "position"), _positions(WRITTEN))
def test_writing_finds_the_position_and_leaves_nothing_behind(
    switch: str, position: Any, make_bench: MakeBench
) -> None:
    # The demo records cannot be numbered automatically while the organization numbers by hand.
    bench = make_bench(demo=switch != "auto_numbering", **{switch: position})
    before = bench.records()
    findings = bench.probe(write=True)
    _expect(findings, switch, position)
    assert bench.records() == before
    assert findings[-1].answer == "yes"
    assert len(bench.calls) <= MOST_CALLS


def test_a_sandbox_in_its_usual_positions_agrees_with_itself(make_bench: MakeBench) -> None:
    findings = make_bench().probe(write=True)
    assert [each.fact for each in findings if each.verdict == "wrong"] == []


def test_every_switch_is_settled_somewhere_or_told_with_the_reason() -> None:
    asked = {facts()[question.fact].switch for question in QUESTIONS if question.fact} - {""}
    assert asked == WRITTEN | DELIVERED | NEVER
    assert asked == set(POSITIONS), "a new switch needs a question, and a line here"


def test_every_unverified_fact_has_a_question() -> None:
    unverified = {fact.id for fact in facts().values() if fact.grade == "unverified"}
    assert unverified <= {question.fact for question in QUESTIONS}


def test_a_question_without_a_fact_brings_its_own_text() -> None:
    for question in QUESTIONS:
        assert bool(question.text) != (question.fact in facts())


def _expect(findings: list[Finding], switch: str, position: Any) -> None:
    [found] = [each for each in findings if each.switch == switch]
    stands_so_by_itself = position == POSITIONS[switch][0]
    assert (found.answer, found.verdict) == (str(position), "right" if stands_so_by_itself else "wrong")
    others = [(each.fact, each.evidence) for each in findings if each.verdict == "wrong" and each.switch != switch]
    assert others == []
