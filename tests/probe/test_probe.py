"""The probe is careful: with calls, with limits, with what it creates, and with what it tells."""

from __future__ import annotations

import json

import pytest

from tests.probe.conftest import Bench, MakeBench
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.probe import Finding
from zoho_books_connector.probe.questions import planned_calls
from zoho_books_connector.probe.report import report
from zoho_books_connector.probe.wire import DAILY_RESERVE, MOST_CALLS, scope_of
from zoho_books_connector.sandbox import Fault, Limits


def test_reading_makes_the_calls_that_it_plans_and_changes_nothing(make_bench: MakeBench) -> None:
    bench = make_bench()
    before = bench.records()
    bench.probe(write=False)
    assert len(bench.calls) <= planned_calls(write=False)
    assert bench.records() == before


def test_the_plan_leaves_room_for_taking_records_back() -> None:
    assert planned_calls(write=False) < planned_calls(write=True) < MOST_CALLS


def test_an_empty_organization_leaves_questions_open_and_says_what_is_missing(make_bench: MakeBench) -> None:
    found = _by_fact(make_bench(demo=False).probe(write=False))
    assert found["blanks"].evidence == "The organization has no contact."
    assert found["fixed-asset-wrapper"].evidence == "The organization has no fixed asset."
    assert found["missing-record"].verdict == "right"


def test_a_missing_scope_leaves_only_its_own_questions_open(make_bench: MakeBench) -> None:
    bench = make_bench(scope="ZohoBooks.contacts.READ,ZohoBooks.settings.READ")
    found = _by_fact(bench.probe(write=False))
    assert found["blanks"].verdict == "right"
    assert found["account-wrapper"].verdict == "unsettled"
    assert "ZohoBooks.accountants.READ" in found["account-wrapper"].evidence


def test_a_call_that_failed_is_not_made_again_for_another_question(make_bench: MakeBench) -> None:
    bench = make_bench(scope="ZohoBooks.settings.READ,ZohoBooks.contacts.READ")
    bench.probe(write=True)
    assert sum((call.method, call.path) == ("POST", "/books/v3/contacts") for call in bench.calls) == 1


def test_the_probe_stops_at_the_first_rate_limit(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.sandbox.faults.add(Fault("minute_limit", path="/contacts", times=None))
    found = bench.probe(write=False)
    assert sum(call.status == 429 for call in bench.calls) == 1
    assert {each.evidence for each in found if each.fact in ("blanks", "amounts")} == {
        "The probe stopped at a rate limit (status 429 with code 44)."
    }


def test_the_probe_leaves_the_rest_of_the_day_to_others(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(per_day=DAILY_RESERVE + 4))
    found = bench.probe(write=True)
    assert any("calls of the day were left" in each.evidence for each in found)
    assert len(bench.calls) < 12
    assert found[-1].answer == "yes", "what was created is taken back all the same"


def test_a_create_without_an_answer_is_looked_for_and_taken_back(make_bench: MakeBench) -> None:
    bench = make_bench()
    before = bench.records()
    bench.sandbox.faults.add(Fault("reset", method="POST", path="/books/v3/items$", commit=True))
    found = _by_fact(bench.probe(write=True))
    assert found["item-update"].evidence == "A call it needs brought no answer."
    assert bench.records() == before


def test_what_cannot_be_deleted_is_retired(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.sandbox.faults.add(Fault("refused_with_200", method="DELETE", path="/invoices/", times=None))
    assert bench.probe(write=True)[-1].answer == "yes"
    organization_id = bench.credential["organization_id"]
    mine = [
        record
        for record in bench.sandbox["us"].records(organization_id, "invoice")
        if str(record["reference_number"]).startswith("probe")
    ]
    assert {record["status"] for record in mine} == {"void"}
    contacts = bench.sandbox["us"].records(organization_id, "contact")
    assert [each["status"] for each in contacts if "Connector probe" in each["contact_name"]] == ["inactive"]


def test_what_stays_is_named(make_bench: MakeBench) -> None:
    bench = make_bench()
    for method in ("DELETE", "POST"):
        bench.sandbox.faults.add(Fault("unauthorized", method=method, path=r"/items/\d+", times=None))
    last = bench.probe(write=True)[-1]
    assert (last.answer, last.verdict) == ("no", "wrong")
    assert last.evidence.startswith("item 5")


def test_a_server_that_fails_is_no_refusal(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.sandbox.faults.add(Fault("500", method="PUT", path=r"/items/\d+", times=None))
    found = _by_fact(bench.probe(write=True))
    assert found["item-update"].verdict == "unsettled"
    assert "no refusal" in found["item-update"].evidence


def test_a_revoked_connection_is_an_error_of_the_connection(make_bench: MakeBench) -> None:
    bench = make_bench()
    bench.sandbox["us"].revoke_all()
    bench.tokens.clear()
    with pytest.raises(CredentialError):
        bench.probe(write=True)


def test_findings_and_report_hold_nothing_of_the_account(make_bench: MakeBench) -> None:
    bench = make_bench()
    findings = bench.probe(write=True)
    text = report(findings, asked="the sandbox", write=True, calls=len(bench.calls)) + repr(findings)
    for planted in _private(bench):
        assert planted not in text


def test_the_report_tells_wrong_switches_first_and_what_they_break(make_bench: MakeBench) -> None:
    bench = make_bench(missing_record_status=400)
    text = report(bench.probe(write=False), asked="the sandbox, region sandbox-us", write=False, calls=18)
    wrong, _, rest = text.partition("## Right")
    assert "- Asked: the sandbox, region sandbox-us" in wrong
    assert "| missing-record | missing_record_status | 400 | 404 | status 400 with code 1002 | Not found is" in wrong
    assert rest.index("dead-token") < rest.index("## Unsettled") < rest.index("rate-window")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/organizations", "ZohoBooks.settings.READ"),
        ("POST", "/contacts/contactpersons", "ZohoBooks.contacts.CREATE"),
        ("PUT", "/items/1", "ZohoBooks.settings.UPDATE"),
        ("GET", "/bankaccounts/rules/1", "ZohoBooks.banking.READ"),
        ("POST", "/invoices", "ZohoBooks.invoices.CREATE"),
    ],
)
def test_every_call_names_its_scope(method: str, path: str, scope: str) -> None:
    assert scope_of(method, path) == scope


def _by_fact(findings: list[Finding]) -> dict[str, Finding]:
    return {each.fact: each for each in findings if each.fact}


def _private(bench: Bench) -> list[str]:
    """Secrets, ids, names and addresses of the account, as its books hold them."""
    stored = bench.tokens.load()
    assert stored is not None
    centre, organization_id = bench.sandbox["us"], bench.credential["organization_id"]
    names = [record["contact_name"] for record in centre.records(organization_id, "contact")]
    mails = [record["email"] for record in centre.records(organization_id, "contact_person")]
    ids = [record["invoice_id"] for record in centre.records(organization_id, "invoice")]
    own = [stored[0].access_token, stored[0].refresh_token, organization_id, json.dumps("Bowman Sandbox Inc")]
    return [*filter(None, (*names, *mails, *ids, *own)), bench.credential["client_secret"]]
