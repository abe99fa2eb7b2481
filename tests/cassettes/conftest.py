"""Fixtures that play one action against its cassette."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cassettes.record import ADDRESS
from tests.cassettes.scenes import SCENES
from tests.cassettes.stage import NOW, Account, sandbox_account
from tests.cassettes.tape import cassette_of, replayed
from zoho_books_connector.boundary import ActionResult, TokenSet

#: Plays a scene by its action's id.
PlayScene = Callable[[str], ActionResult]
#: Runs an action with inputs.
Play = Callable[..., ActionResult]


@pytest.fixture
def play_scene() -> PlayScene:
    """Run a scene against the cassette that was recorded from the sandbox."""
    account = sandbox_account(ADDRESS, client_id="1000.ANY", client_secret="any", refresh_token="any")

    def play(action_id: str) -> ActionResult:
        with replayed(cassette_of("sandbox", action_id)):
            return account.run(action_id, SCENES[action_id].inputs)

    return play


@pytest.fixture
def play() -> Play:
    """Run an action against its documented cassette, with an access token of the given age in seconds."""

    def run(action_id: str, /, *, token_age: float = 600, **inputs: Any) -> ActionResult:
        account = Account(
            credential={
                "schema_version": 2,
                "region": "eu",
                "client_id": "1000.ANY",
                "client_secret": "any",
                "organization_id": "20071234567",
            },
            tokens=TokenSet("any", "any", NOW - token_age + 3600, NOW - token_age),
        )
        with replayed(cassette_of("documented", action_id)):
            return account.run(action_id, inputs)

    return run
