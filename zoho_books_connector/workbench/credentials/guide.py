"""The set-up guide beside the form: the manifest's steps, with the links of the chosen region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_PATH: Final = "browser"


@dataclass(frozen=True)
class Step:
    """One step of the guide."""

    title: str
    text: str
    link: str
    #: The field of the form that it fills.
    fills: str
    mistakes: tuple[str, ...]
    optional: bool


def steps(manifest: Mapping[str, Any], region: str) -> list[Step]:
    """Return the steps; a sandbox has no console, so those that lead there have no link."""
    path = next(each for each in manifest["setup"]["paths"] if each["id"] == _PATH)
    row = manifest["regions"].get(region, {})
    return [
        Step(
            title=step["title"],
            text=step["text"],
            link=str(step.get("link") or row.get(step.get("link_by_region", ""), "")),
            fills=step.get("fills", ""),
            mistakes=tuple(step.get("mistakes", ())),
            optional=bool(step.get("optional")),
        )
        for step in path["steps"]
    ]
