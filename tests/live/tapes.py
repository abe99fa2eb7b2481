"""The tapes of a round trip: one cassette per action, recorded scrubbed or played."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from tests.cassettes.tape import FOLDER, recorded, replayed
from tests.live.account import Account
from tests.live.round_trip import RoundTrip, Tape
from tests.live.scrubbing import ORGANIZATION, SUFFIX
from zoho_books_connector.boundary import HttpSettings
from zoho_books_connector.oauth.regions import REGIONS

ZOHO: Final = FOLDER / "zoho"


def recording(folder: Path, settings: Mapping[str, Any]) -> Tape:
    """Record each action into its own cassette."""
    return lambda action_id: recorded(folder / f"{action_id}.yaml", settings)


def playing(folder: Path) -> Tape:
    """Answer each action from its own cassette."""
    return lambda action_id: replayed(folder / f"{action_id}.yaml")


def play_recorded(folder: Path, region: str, http: HttpSettings | None = None) -> list[str]:
    """Run the round trip against recorded cassettes; returns the actions that were run."""
    account = Account(
        refresh_token="any",
        region=region,
        client_id="1000.ANY",
        client_secret="any",
        organization_id=ORGANIZATION,
        http=http,
    )
    trip = RoundTrip(account, suffix=SUFFIX, tape=playing(folder))
    try:
        trip.play()
    finally:
        trip.close()
    return trip.done


def region_of(folder: Path) -> str:
    """Return the data centre that the cassettes were recorded in."""
    recording = yaml.safe_load((folder / "create_contact.yaml").read_text("utf-8"))
    addresses = [urlsplit(each["request"]["uri"]) for each in recording["interactions"]]
    origins = {f"{address.scheme}://{address.netloc}" for address in addresses}
    return next(region.code for region in REGIONS if region.api_domain in origins)
