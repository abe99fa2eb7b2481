"""The round trip against a real account; ``tests/live/account.py`` says how to switch it on."""

from __future__ import annotations

import os
import secrets
from contextlib import nullcontext

import pytest

from tests.live.account import RECORD, SWITCH, account_from
from tests.live.round_trip import RoundTrip, Tape
from tests.live.scrubbing import AccountScrubber
from tests.live.tapes import ZOHO, play_recorded, recording, region_of
from zoho_books_connector.registry import ACTIONS


@pytest.mark.live
@pytest.mark.skipif(
    os.environ.get(SWITCH) != "1",
    reason=f"talks to a real Zoho Books account: set {SWITCH}=1 and the variables named in tests/live/account.py",
)
def test_all_eleven_actions_against_a_real_account() -> None:
    account = account_from(os.environ)
    suffix = f"live{secrets.token_hex(4)}"
    tape: Tape = lambda _: nullcontext()  # noqa: E731 - replaced by another one below
    if os.environ.get(RECORD) == "1":
        tape = recording(ZOHO, AccountScrubber(account.organization_id, suffix).settings())
    with RoundTrip(account, suffix=suffix, tape=tape) as trip:
        trip.play()
    assert set(trip.done) == set(ACTIONS)


@pytest.mark.skipif(
    not ZOHO.exists(), reason=f"nothing is recorded from a real account: run the live round trip with {RECORD}=1"
)
def test_what_a_real_account_answered_can_be_played_again() -> None:
    assert set(play_recorded(ZOHO, region_of(ZOHO))) == set(ACTIONS)
