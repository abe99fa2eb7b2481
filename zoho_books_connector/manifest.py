"""Finds, compiles and checks the manifest, which tells a host everything it needs before it calls anything.

``connector.yaml`` is written by hand; ``schemas/connector.json`` is compiled from it and is what an installed package
reads. ``python -m zoho_books_connector.manifest check [FILE]`` checks a manifest.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from zoho_books_connector.manifest_source import ManifestFault

SOURCE: Final = "connector.yaml"
COMPILED: Final = "schemas/connector.json"
SCHEMA: Final = "schemas/manifest.schema.json"

#: No step in it leads out of the folder.
_DOCUMENT: Final = re.compile(r"schemas(/[a-z][a-z0-9_.]*)+\.json", re.ASCII)

_PACKAGE: Final = Path(__file__).resolve().parent
#: Inside a wheel, and beside the package in a checkout.
_PLACES: Final = (_PACKAGE / "data", _PACKAGE.parent)


def find_data(name: str) -> Path:
    """Return where ``connector.yaml`` or a file under ``schemas/`` is; raises ``FileNotFoundError``."""
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise FileNotFoundError(f"{name} is neither in the installed package nor beside it; the installation is damaged.")


def load_manifest() -> dict[str, Any]:
    """Return the compiled manifest; each call returns a copy of its own, which the caller may change."""
    return cast("dict[str, Any]", json.loads(_compiled()))


def load_document(path: str) -> dict[str, Any] | None:
    """Return the JSON document that a manifest names as ``schemas/…``, anew each time; ``None`` for any other path."""
    if not _DOCUMENT.fullmatch(path):
        return None
    try:
        return cast("dict[str, Any]", json.loads(find_data(path).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


@cache
def _compiled() -> str:
    installed, _ = _PLACES
    if installed.is_dir():
        return (installed / COMPILED).read_text(encoding="utf-8")
    # A checkout: the file that is being edited counts, not the one compiled from it.
    return manifest_json(find_data(SOURCE))


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the data of a manifest's YAML; raises ``ManifestError`` for anything not written plainly."""
    from zoho_books_connector import manifest_source  # needs PyYAML, which an installed package does without

    return manifest_source.read_yaml(path)


def manifest_json(path: Path) -> str:
    """Return the text of ``schemas/connector.json`` for a manifest's YAML."""
    return json.dumps(_filled_in(read_yaml(path)), indent=2, ensure_ascii=False) + "\n"


def _filled_in(manifest: dict[str, Any]) -> dict[str, Any]:
    """Add what has its one truth in Python: the error catalogue, scopes and documents by module, types of events, the
    logo's data.
    """
    from zoho_books_connector.api.catalogue import CATALOGUE
    from zoho_books_connector.api.modules import MODULES

    connector = manifest["connector"]
    logo = (_PACKAGE / connector["logo"]).read_bytes()
    connector["logo_data"] = "data:image/svg+xml;base64," + base64.b64encode(logo).decode("ascii")
    for action_id, action in manifest["actions"].items():
        if "call_by" in action["scopes"]:
            action["scopes"]["call_by"]["scopes"] = {row.key: row.full_scope for row in MODULES.values()}
        if "output_by" in action:
            action["output_by"] |= {
                "schemas": {key: f"schemas/records/{key}.json" for key in MODULES},
                "samples": {key: f"schemas/samples/{action_id}.{key}.json" for key in MODULES},
            }
    for trigger in manifest["triggers"].values():
        trigger["events"]["types"] = _event_types(trigger, typed=MODULES.keys())
    manifest["errors"] = [row.to_dict() for row in CATALOGUE]
    return manifest


def _event_types(trigger: Mapping[str, Any], *, typed: Collection[str]) -> dict[str, Any]:
    """Return every type of event; a module that is not among the ``typed`` ones has the schema of any event."""
    return {
        f"{key}.{verb}": {
            "title": f"{module['title']} {verb}",
            "module": key,
            "parameter": f"{key}_{verb}",
            **({"rule": rule} if module.get("rules", True) else {}),
            "schema": f"schemas/events/{key}.json" if key in typed else trigger["output"],
            "sample": f"schemas/samples/event.{key}.{verb}.json",
        }
        for key, module in trigger["modules"].items()
        for rule, verb in trigger["events"]["verbs"].items()
    }


def check_manifest(path: Path | None = None) -> list[ManifestFault]:
    """Return every fault of a manifest, by default the project's own, in the order of its lines."""
    from zoho_books_connector import manifest_check  # loads jsonschema

    return manifest_check.check_manifest(path or find_data(SOURCE), find_data(SCHEMA))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m zoho_books_connector.manifest", description="Check a manifest.")
    parser.add_argument("command", choices=["check"])
    parser.add_argument("file", nargs="?", type=Path, help="by default the project's own manifest")
    chosen = parser.parse_args(arguments)
    path = chosen.file or find_data(SOURCE)
    faults = check_manifest(path)
    for fault in faults:
        sys.stdout.write(f"{path}:{fault.line}:{fault.column}: {fault.message}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
