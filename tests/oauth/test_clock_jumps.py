"""Tokens when the clock is set: forward costs a refresh at most, back never keeps a dead token, neither loops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.doubles import NOW, answer, stored_in, token_answer, tokens
from tests.oauth.connection import CALL, REFRESH, Connection, unauthorized
from zoho_books_connector.errors import CredentialError
from zoho_books_connector.stores import MemoryTokenStore

DAY = 86_400.0


def test_a_clock_set_forward_costs_one_refresh_and_no_more() -> None:
    connection = Connection(MemoryTokenStore(tokens()), token_answer(), *[answer()] * 4)
    connection.wait(DAY)
    for _ in range(4):
        connection.use()
    assert connection.script.seen == [REFRESH, CALL, CALL, CALL, CALL]


def test_a_clock_set_forward_and_back_again_costs_nothing_until_the_token_is_refused() -> None:
    refused = unauthorized()
    newest = token_answer(access_token="1000.newest")
    connection = Connection(MemoryTokenStore(tokens()), token_answer(), answer(), answer(), refused, newest, answer())
    connection.wait(DAY)
    connection.use()
    connection.wait(-DAY)
    connection.use()
    connection.wait(3600)  # by now the token has died, though its times say otherwise
    connection.use()
    assert connection.script.seen == [REFRESH, CALL, CALL, CALL, REFRESH, CALL]
    assert connection.used[-1] == "1000.newest"


@pytest.mark.parametrize("back", [61.0 + 600, DAY, 365 * DAY])
def test_after_a_clock_was_set_back_a_refused_token_is_still_refreshed(back: float) -> None:
    refused = unauthorized()
    connection = Connection(MemoryTokenStore(tokens()), refused, token_answer(), answer(), answer())
    connection.wait(-back)
    connection.use()
    connection.use()
    assert connection.script.seen == [CALL, REFRESH, CALL, CALL]


def test_a_clock_that_is_a_few_seconds_behind_makes_no_token_old() -> None:
    refused = unauthorized()
    connection = Connection(MemoryTokenStore(tokens(issued_at=NOW + 30)), refused)
    with pytest.raises(CredentialError):
        connection.use()
    assert connection.script.seen == [CALL]


def test_what_was_denied_before_the_clock_was_set_back_is_asked_again_once() -> None:
    refused = [unauthorized() for _ in range(4)]
    connection = Connection(
        MemoryTokenStore(tokens()), refused[0], token_answer(), refused[1], refused[2], token_answer(), refused[3]
    )
    for back in (0, DAY):
        connection.wait(-back)
        with pytest.raises(CredentialError):
            connection.use()
    assert connection.script.seen == [CALL, REFRESH, CALL] * 2


def test_a_denial_outlives_the_token_that_met_it() -> None:
    refused = unauthorized()
    store = MemoryTokenStore(tokens())
    connection = Connection(store, refused, token_answer(), refused, refused)
    with pytest.raises(CredentialError):
        connection.use()
    store.save(replace(stored_in(store), access_token="1000.theirs"), expected=2)
    connection.wait(600)
    with pytest.raises(CredentialError):
        connection.use()
    assert connection.script.seen == [CALL, REFRESH, CALL, CALL]
