"""Every text that a person reads, by key, in English: what a host translates. See ``forms/texts.py`` for the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from zoho_books_connector.authoring.output import ROOT, Generated, as_file
from zoho_books_connector.forms.editions import EDITIONS
from zoho_books_connector.forms.texts import OWN, Texts, translated_manifest, translated_schema
from zoho_books_connector.manifest import SOURCE, find_data, manifest_json
from zoho_books_connector.registry import ACTIONS, load_action
from zoho_books_connector.schemas import schema_of

#: Holds nothing but the list.
TEXTS: Final = ROOT / "schemas" / "texts"


def english_texts() -> Iterator[Generated]:
    """Yield the list of texts."""
    yield TEXTS / "en.json", lambda: as_file(_english())


class _Asked(Texts):
    """Notes every text that is asked for."""

    def __init__(self, english: Mapping[str, str]) -> None:
        super().__init__()
        self.english = dict(english)

    def __call__(self, key: str, english: str) -> str:
        known = self.english.setdefault(key, english)
        if known != english:
            raise ValueError(f"{key} names two texts: {known!r} and {english!r}")
        return english


def _english() -> dict[str, str]:
    asked = _Asked(OWN | {f"editions.{edition}": name for edition, name in EDITIONS.items()})
    translated_manifest(json.loads(manifest_json(find_data(SOURCE))), asked)
    for action_id in ACTIONS:
        translated_schema(schema_of(load_action(action_id).inputs, action_id), action_id, asked)
    return dict(sorted(asked.english.items()))
