"""Prints a form as JSON: what a host would hand to react-jsonschema-form."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path
from typing import Final

from zoho_books_connector.cli.errors import UnreadableFileError
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.cli.terminal import Terminal

_CREDENTIAL: Final = "credential"
_SHOWN: Final = 5
_ENGLISH: Final = "schemas/texts/en.json"


def form(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the form of the credential or of an action."""
    texts = _texts(options.texts) if options.texts else {}
    with closing(Host(http_settings(options))) as host:
        source = host.form(options.form if options.form == _CREDENTIAL else f"action:{options.form}")
        made = source(callback_url=options.callback_url, http=host.runtime.http, edition=options.edition, texts=texts)
        unknown = sorted(texts.keys() - host.document(_ENGLISH).keys())
    terminal.json({"schema": made.schema, "uiSchema": made.ui_schema, "formData": made.data})
    if unknown:
        terminal.say(
            f"{options.texts}: {len(unknown)} texts have a key that nothing asks for: {', '.join(unknown[:_SHOWN])}"
        )
    return 0


def _texts(name: str) -> dict[str, str]:
    try:
        texts = json.loads(Path(name).expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFileError(
            "texts_unreadable", f"{name} cannot be read.", "Give --texts a JSON file of keys and texts."
        ) from error
    except ValueError as error:  # no JSON, or not UTF-8
        raise UnreadableFileError(
            "texts_unreadable", f"{name} is no JSON in UTF-8.", "Give --texts a JSON file of keys and texts."
        ) from error
    if isinstance(texts, dict) and all(isinstance(text, str) for text in texts.values()):
        return texts
    raise UnreadableFileError(
        "texts_unreadable",
        f"{name} does not hold one JSON object of keys and texts.",
        'Write it as {"form.choice.yes": "Ja"}; schemas/texts/en.json has every key.',
    )
