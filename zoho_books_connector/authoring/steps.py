"""A set-up guide of the manifest as a numbered list: what to do on each screen, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zoho_books_connector.authoring.markdown import plain

Step = Mapping[str, Any]


def numbered(steps: Iterable[Step], added: Callable[[Step], Iterable[str]]) -> str:
    """Return the steps as a list; ``added`` tells what else a step says."""
    return "\n".join(_step(number, each, added(each)) for number, each in enumerate(steps, 1))


def _step(number: int, step: Step, added: Iterable[str]) -> str:
    optional = " (if you need it)" if step.get("optional") else ""
    said = [f"{number}. **{plain(step['title'])}**{optional}. {plain(step['text'])}", *added]
    if "link" in step:
        said.append(f"[Zoho's page]({step['link']})")
    margin = " " * (len(str(number)) + 2)
    mistakes = [f"{margin}- Usual mistake: {plain(mistake)}" for mistake in step.get("mistakes", ())]
    return "\n".join([" ".join(said), *mistakes])
