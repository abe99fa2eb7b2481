"""The generated pages under ``docs/``, and the generated blocks in pages that are written by hand.

A block stands between ``<!-- generated: NAME -->`` and ``<!-- end of generated -->``; everything around it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from zoho_books_connector.authoring import (
    action_pages,
    command_text,
    error_text,
    setup_text,
    subscription_text,
    webhook_text,
)
from zoho_books_connector.authoring.decision_list import decision_list
from zoho_books_connector.authoring.fact_text import open_questions
from zoho_books_connector.authoring.output import ROOT, Generated
from zoho_books_connector.authoring.picker_text import pickers

_BLOCK: Final = re.compile(r"(<!-- generated: ([a-z-]+) -->\n)(.*?)(<!-- end of generated -->)", re.DOTALL)

#: Name of a block → what it holds.
BLOCKS: Final[dict[str, Callable[[], str]]] = {
    "actions": action_pages.action_list,
    "browser-steps": partial(setup_text.steps, "browser"),
    "self-client-steps": partial(setup_text.steps, "self_client"),
    "regions": setup_text.regions,
    "credential-fields": setup_text.credential_fields,
    "scopes": setup_text.scopes,
    "oauth-limits": setup_text.oauth_limits,
    "webhook-steps": webhook_text.steps,
    "webhook-modules": webhook_text.modules,
    "webhook-refusals": webhook_text.refusals,
    "webhook-signature": webhook_text.signature,
    "webhook-limits": webhook_text.limits,
    "subscription-problems": subscription_text.problems,
    "subscription-drifts": subscription_text.drifts,
    "error-kinds": error_text.kinds,
    "error-codes": error_text.codes,
    "error-statuses": error_text.statuses,
    "pickers": pickers,
    "open-questions": open_questions,
    "commands": command_text.commands,
    "global-options": command_text.global_options,
    "exit-codes": command_text.exit_codes,
}


def pages() -> Iterator[Generated]:
    """Yield the pages of actions and modules, the list of decisions, and every page with blocks."""
    yield from action_pages.action_pages()
    yield ROOT / "docs" / "decisions" / "index.md", decision_list
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if _BLOCK.search(path.read_text("utf-8")):
            yield path, partial(_filled, path)


def _filled(path: Path) -> str:
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]()}\n{found[4]}", path.read_text("utf-8"))
