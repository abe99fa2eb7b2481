"""The live round trip runs: here against the sandbox, with failures, recording and scrubbing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cassettes.record import ADDRESS, settled_answer, settled_request
from tests.cassettes.test_scrubbing import TOKEN_LIKE
from tests.live.account import VARIABLES, Account, MissingVariablesError, account_from
from tests.live.round_trip import LeftoversError, RoundTrip
from tests.live.scrubbing import ORGANIZATION, SUFFIX, AccountScrubber
from tests.live.tapes import play_recorded, recording
from zoho_books_connector.boundary import DataCentre, HttpSettings
from zoho_books_connector.errors import CredentialError, OutcomeUnknownError
from zoho_books_connector.registry import ACTIONS
from zoho_books_connector.sandbox import Client, Fault, Sandbox
from zoho_books_connector.sandbox.modules import MODULES

KINDS = ("contact", "contact_person", "item", "sales_order", "invoice")
ENDINGS = ("/invoices/", "/salesorders/", "/items/", "/contacts/")


class Bench:
    """A sandbox with books that are in use, and an account connected to it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.centre = sandbox["us"]
        self.centre.seed_demo()
        self.client: Client = sandbox.register_client()
        self.refresh_token: str = self.centre.issue_tokens(self.client)["refresh_token"]
        self.suffix = f"live{secrets.token_hex(4)}"
        self.account = Account(
            refresh_token=self.refresh_token,
            region="sandbox-us",
            client_id=self.client.client_id,
            client_secret=self.client.client_secret,
            organization_id=self.centre.organizations[0]["organization_id"],
            http=_http(self.centre.accounts_url),
        )

    def records(self) -> dict[str, list[str]]:
        """The ids of everything that the round trip could create."""
        organization_id = self.account.organization_id
        return {
            kind: [record[MODULES[kind].id_field] for record in self.centre.records(organization_id, kind)]
            for kind in KINDS
        }


def _http(address: str) -> HttpSettings:
    return HttpSettings(sandboxes=(DataCentre("sandbox-us", "Sandbox US", address, address),))


def _play_and_fail(trip: RoundTrip) -> None:
    trip.play()
    raise ZeroDivisionError


@pytest.fixture
def bench() -> Iterator[Bench]:
    with Sandbox(("us",)) as sandbox:
        yield Bench(sandbox)


def test_all_eleven_actions_run_and_nothing_is_left(bench: Bench) -> None:
    before = bench.records()
    with RoundTrip(bench.account, suffix=bench.suffix) as trip:
        trip.play()
        assert len(bench.records()["contact_person"]) == len(before["contact_person"]) + 3
    assert sorted(trip.done) == sorted(ACTIONS)
    assert bench.records() == before
    deleted = [call.path for call in trip.calls if call.method == "DELETE"]
    assert [next(end for end in ENDINGS if end in path) for path in deleted] == list(ENDINGS), "in reverse order"


@pytest.mark.parametrize("path", [r"/contacts$", r"/contactpersons$", r"/items$", r"/salesorders$", r"/invoices$"])
@pytest.mark.parametrize("commit", [False, True], ids=["not carried out", "carried out"])
def test_a_create_without_an_answer_leaves_nothing(path: str, commit: bool, bench: Bench) -> None:
    before = bench.records()
    bench.sandbox.faults.add(Fault("reset", method="POST", path=path, commit=commit))
    with pytest.raises(OutcomeUnknownError), RoundTrip(bench.account, suffix=bench.suffix) as trip:
        trip.play()
    assert bench.records() == before


def test_a_failure_of_the_test_itself_leaves_nothing(bench: Bench) -> None:
    before = bench.records()
    with pytest.raises(ZeroDivisionError), RoundTrip(bench.account, suffix=bench.suffix) as trip:
        _play_and_fail(trip)
    assert bench.records() == before


def test_what_cannot_be_deleted_is_retired_and_the_rest_goes_on(bench: Bench) -> None:
    bench.sandbox.faults.add(Fault("refused_with_200", method="DELETE", path="/invoices/"))
    with RoundTrip(bench.account, suffix=bench.suffix) as trip:
        trip.play()
    assert len([call for call in trip.calls if call.method == "DELETE"]) == 4
    invoices = bench.centre.records(bench.account.organization_id, "invoice")
    assert [each["status"] for each in invoices if each["reference_number"] == bench.suffix] == ["void"]


def test_what_stays_is_named_and_hides_no_other_failure(bench: Bench) -> None:
    for method in ("DELETE", "POST"):
        bench.sandbox.faults.add(Fault("unauthorized", method=method, path=r"/items/\d+", times=None))
    trip = RoundTrip(bench.account, suffix=bench.suffix)
    with pytest.raises(LeftoversError, match=r"^item \d+: not_authorized$"), trip:
        trip.play()
    with pytest.raises(ZeroDivisionError) as caught, RoundTrip(bench.account, suffix=f"{bench.suffix}b") as trip:
        _play_and_fail(trip)
    assert "Left behind: item" in caught.value.__notes__[0]


def test_a_recorded_round_trip_holds_nothing_of_the_account_and_can_be_played_again(
    bench: Bench, tmp_path: Path
) -> None:
    settings = AccountScrubber(bench.account.organization_id, bench.suffix).settings(
        request=settled_request, answer=settled_answer
    )
    with RoundTrip(bench.account, suffix=bench.suffix, tape=recording(tmp_path, settings)) as trip:
        trip.play()
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(ACTIONS)
    text = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    joined = re.sub(r"\\?\n\s*\\?", "", text)
    planted = (bench.account.organization_id, bench.suffix, bench.client.client_secret, bench.client.client_id)
    for secret in (*planted, bench.refresh_token):
        assert secret not in text
        assert secret not in joined
    assert not [what for what, pattern in TOKEN_LIKE.items() if pattern.search(text)]
    bench.sandbox.stop()
    assert sorted(play_recorded(tmp_path, "sandbox-us", _http(ADDRESS))) == sorted(ACTIONS)


def test_people_links_and_mail_of_the_account_are_taken_out() -> None:
    settings = AccountScrubber("60012345671", "live0a1b").settings()
    answer = {
        "headers": {"Content-Type": ["application/json"], "X-Trace": ["60012345671"], "Set-Cookie": ["s=1"]},
        "body": {
            "string": b'{"code": 0, "invoice": {"created_by_name": "Grace H", "invoice_url": "https://books.zoho.eu/s?x=1",'
            b' "customer_name": "Connector test live0a1b", "note": "ask grace@zoho.example or a@example.com",'
            b' "organization_id": "60012345671", "phone": "+49 1", "terms": "IBAN DE00",'
            b' "custom_fields": [{"label": "Margin"}], "contact_persons": [{"first_name": "Ada"}]}}'
        },
    }
    for hook in settings["before_record_response"]:
        answer = hook(answer)
    text = repr(answer)
    for personal in (
        "Grace",
        "grace@",
        "s?x=1",
        "60012345671",
        "+49 1",
        "IBAN",
        "Margin",
        "live0a1b",
        "X-Trace",
        "Cookie",
    ):
        assert personal not in text
    for kept in (f"Connector test {SUFFIX}", "a@example.com", '"Ada"', ORGANIZATION, '"code": 0'):
        assert kept in text


def test_the_account_is_complete_or_says_what_is_missing() -> None:
    environment = dict.fromkeys(VARIABLES.values(), "x") | {"ZOHO_BOOKS_REGION": "eu"}
    assert account_from(environment).credential["region"] == "eu"
    with pytest.raises(MissingVariablesError, match="Set ZOHO_BOOKS_REFRESH_TOKEN; "):
        account_from({**environment, "ZOHO_BOOKS_REFRESH_TOKEN": ""})


def test_a_dead_refresh_token_is_an_error_of_the_account(bench: Bench) -> None:
    bench.centre.revoke_all()
    with pytest.raises(CredentialError), RoundTrip(bench.account, suffix=bench.suffix) as trip:
        trip.play()
    assert trip.done == []
