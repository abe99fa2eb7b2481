"""Every action has exactly one cassette of each kind, and no cassette is without its action."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cassettes.record import ADDRESS
from tests.cassettes.scenes import SCENES
from tests.cassettes.tape import FOLDER, KINDS
from zoho_books_connector.registry import ACTIONS

ALL = sorted(FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_action_has_one_cassette_of_each_kind(kind: str) -> None:
    found = sorted(path.relative_to(FOLDER / kind).as_posix() for path in (FOLDER / kind).rglob("*") if path.is_file())
    assert found == sorted(f"{action_id}.yaml" for action_id in ACTIONS)


def test_every_action_has_a_scene() -> None:
    assert set(SCENES) == set(ACTIONS)


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_cassette_names_the_address_that_its_kind_stands_for(path: Path) -> None:
    origins = {"sandbox": (ADDRESS,), "documented": ("https://www.zohoapis.eu", "https://accounts.zoho.eu")}
    allowed = origins.get(path.parent.name, ("https://www.zohoapis.", "https://accounts.zoho"))
    for interaction in _interactions(path):
        assert interaction["request"]["uri"].startswith(allowed)


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_answer_in_a_cassette_is_json(path: Path) -> None:
    for interaction in _interactions(path):
        assert isinstance(json.loads(interaction["response"]["body"]["string"]), dict)


def _interactions(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))["interactions"]
    return found
